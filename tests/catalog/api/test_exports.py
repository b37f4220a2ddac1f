import csv
import gzip
import io
import json
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from catalog.queries.table_files import FORMS
from tests import factories
from tests.catalog.search.worlds import RowPlan, World, build

pytestmark = pytest.mark.django_db
PLAN = [
    RowPlan(
        0, 1, {"Compound": '=cmd|"x"', "Dose": "0.1", "Cell_Line": "U2OS", "Remark": "a\nb, c"}
    ),
    RowPlan(0, 2, {"Compound": "taxol", "Score": "0.30000000000000004"}),
    RowPlan(2, 1, {"Compound": "secret"}),
]
EXPORT = "/api/v1/export/wells"


@pytest.fixture
def world() -> World:
    return build([PLAN])


def rows_of(client: Client, form: str, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{EXPORT}.{form}{query}")
    assert answer.status_code == 200, answer.getvalue()
    content = answer.getvalue()
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    if form == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    return list(pa_parquet.read_table(io.BytesIO(content)).to_pylist())


def test_all_forms_say_the_same(client: Client, world: World) -> None:
    lines, packed, objects = (rows_of(client, form) for form in ("csv", "parquet", "ndjson"))
    assert packed == objects
    assert len(lines) == len(packed) == 11
    for line, row in zip(lines, packed, strict=True):
        assert list(line) == list(row)
        for name, cell in line.items():
            is_number = isinstance(row[name], int | float)
            assert (float(cell) if is_number else cell or None) == row[name]


def test_cells_are_what_was_written_also_what_looks_like_a_formula(
    client: Client, world: World
) -> None:
    line = rows_of(client, "csv", "?q=cell_line:U2OS")[0]
    assert line["compound"] == '=cmd|"x"'
    assert line["Remark"] == "a\n b, c"


def test_nobody_is_given_what_they_may_not_see(client: Client, world: World) -> None:
    for form in FORMS:
        content = client.get(f"{EXPORT}.{form}").getvalue()
        assert b"secret" not in content
        assert world.hidden.slug.encode() not in content


def test_an_answer_is_a_file_that_may_be_packed(client: Client, world: World) -> None:
    plain = client.get(f"{EXPORT}.csv?rows=wells")
    assert plain.headers["Content-Disposition"] == 'attachment; filename="wells.csv"'
    assert plain.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "Accept-Encoding" in plain.headers["Vary"]
    packed = client.get(f"{EXPORT}.csv", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()
    parquet = client.get(f"{EXPORT}.parquet?rows=fields", headers={"Accept-Encoding": "gzip"})
    assert parquet.getvalue().startswith(b"PAR1")
    assert "Content-Encoding" not in parquet.headers
    assert parquet.headers["Content-Disposition"] == 'attachment; filename="fields.parquet"'


@pytest.mark.parametrize("form", FORMS)
def test_head_says_what_get_would_and_sends_nothing(
    client: Client, world: World, form: str
) -> None:
    asked, head = (ask(f"{EXPORT}.{form}") for ask in (client.get, client.head))
    assert asked.getvalue()
    assert head.status_code == 200
    assert head.content == b""
    said = dict(head.headers)
    del said["Content-Length"]
    # Each request has an id of its own.
    assert said | {"X-Request-ID": asked.headers["X-Request-ID"]} == dict(asked.headers)
    assert client.head(f"{EXPORT}.{form}?q=compuond:x").status_code == 400


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        ("?q=compuond:x", "q", "Did you mean compound"),
        ("?keys=compuond", "keys", "Did you mean compound"),
        ("?rows=plates", "rows", "one of wells, fields"),
        ("?limit=1", "limit", "no parameter"),
        ("?q=%00", "q", "no text has"),
        (f"?keys={'a,' * 6_000}", "keys", "longer than"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    client: Client, world: World, query: str, parameter: str, sentence: str
) -> None:
    answer = client.get(f"{EXPORT}.parquet{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    assert sentence in answer.json()["detail"]


def test_keys_are_chosen_by_a_list_that_may_quote(client: Client, world: World) -> None:
    (row, *_) = rows_of(client, "ndjson", '?keys=cell_line,"Compound"')
    assert list(row)[-2:] == ["cell_line", "compound"]


def test_a_query_that_takes_too_long_is_refused_before_the_first_byte(
    client: Client, settings: Settings
) -> None:
    factories.dataset()
    settings.SEARCH_TIMEOUT_S = 0.3
    with psycopg.connect(**plainly_connected()) as other:
        other.execute("LOCK TABLE plates_carrier IN ACCESS EXCLUSIVE MODE")
        answer = client.get(f"{EXPORT}.csv")
        other.rollback()
    assert answer.status_code == 422
    assert "takes longer than" in answer.json()["detail"]


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
_cells = st.tuples(st.none() | _texts, st.none() | st.floats(allow_nan=False, allow_infinity=False))


@given(st.lists(_cells, min_size=1, max_size=10), st.integers(1, 4))
def test_texts_and_numbers_come_out_of_every_form_as_they_went_in(
    rows: list[tuple[str | None, float | None]], at_once: int
) -> None:
    schema = pa.schema([("text%", pa.dictionary(pa.int32(), pa.string())), ("n", pa.float64())])
    batches = [
        pa.RecordBatch.from_arrays(
            [
                pa.array([text for text, _ in some], pa.string()).dictionary_encode(),
                pa.array([number for _, number in some], pa.float64()),
            ],
            schema=schema,
        )
        for some in (rows[start : start + at_once] for start in range(0, len(rows), at_once))
    ]
    content = {form: b"".join(FORMS[form].write(schema, iter(batches))) for form in FORMS}
    told = pa_parquet.read_table(io.BytesIO(content["parquet"])).to_pylist()
    assert [(row["text%"], row["n"]) for row in told] == rows
    objects = [json.loads(line) for line in content["ndjson"].decode().split("\n")[:-1]]
    assert [(row["text%"], row["n"]) for row in objects] == rows
    lines = list(csv.reader(io.StringIO(content["csv"].decode(), newline="")))[1:]
    assert [(text, float(number) if number else None) for text, number in lines] == [
        (text or "", number) for text, number in rows
    ]


@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_moment_whatever_is_imported_meanwhile(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.queries.found_table.WELLS_AT_ONCE", 1)
    build([PLAN])
    before = rows_of(client, "ndjson")
    answer: Any = client.get(f"{EXPORT}.ndjson")
    chunks = iter(answer.streaming_content)
    first = next(chunks)
    assert b"\n" in first
    with psycopg.connect(**plainly_connected()) as other:
        other.execute("UPDATE plates_term SET text = 'changed'")
        other.execute("DELETE FROM plates_readout")
    rest = b"".join(chunks)
    assert [json.loads(line) for line in (first + rest).splitlines()] == before
    assert rows_of(client, "ndjson") != before


def plainly_connected() -> dict[str, Any]:
    names = ("host", "port", "user", "password", "dbname")
    told = connection.get_connection_params()
    return {name: told[name] for name in names if told.get(name)}


def test_nothing_found_is_a_table_without_rows(client: Client, world: World) -> None:
    for form in FORMS:
        assert rows_of(client, form, "?q=plate:nowhere") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_an_export_of_which_nobody_takes_a_byte_leaves_no_transaction(
    client: Client, accepted: str
) -> None:
    build([PLAN])
    answer = client.get(f"{EXPORT}.csv", headers={"Accept-Encoding": accepted})
    assert connection.in_atomic_block
    answer.close()
    assert not connection.in_atomic_block
