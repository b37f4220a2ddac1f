"""Pages: walking a list yields every row once, forwards and backwards, while rows come and go."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Dataset
from tests import factories, stores

pytestmark = pytest.mark.django_db
LIST = "/api/v1/datasets/"


def walk(client: Client, path: str, towards: str = "next") -> Iterator[list[str]]:
    """The slugs of each page, following the links."""
    url: str | None = path
    while url:
        parts = urlsplit(url)
        answer = client.get(f"{parts.path}?{parts.query}").json()
        yield [row["slug"] for row in answer["results"]]
        url = answer[towards]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(rows=st.integers(0, 12), limit=st.integers(1, 5))
def test_walking_all_pages_yields_each_row_once_both_ways(
    client: Client, rows: int, limit: int
) -> None:
    Dataset.objects.all().delete()
    slugs = [factories.dataset().slug for _ in range(rows)]
    pages = list(walk(client, f"{LIST}?limit={limit}"))
    assert [slug for page in pages for slug in page] == slugs
    assert all(len(page) == limit for page in pages[:-1])

    last = f"{LIST}?limit={limit}"
    for _ in pages[1:]:
        last = client.get(last).json()["next"]
    back = list(walk(client, last, "previous"))
    assert [slug for page in reversed(back) for slug in page] == slugs


def test_rows_that_come_and_go_meanwhile_shift_nothing(client: Client) -> None:
    slugs = [factories.dataset().slug for _ in range(6)]
    first = client.get(f"{LIST}?limit=3").json()
    Dataset.objects.get(slug=slugs[0]).delete()
    late = factories.dataset().slug
    rest = [slug for page in walk(client, first["next"]) for slug in page]
    assert rest == [*slugs[3:], late]


def test_a_first_page_has_no_previous_and_a_last_no_next(client: Client) -> None:
    for _ in range(4):
        factories.dataset()
    first = client.get(f"{LIST}?limit=2").json()
    second = client.get(first["next"]).json()
    assert first["previous"] is None
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("cursor", ["x", "W10:abc:def", "%00", "a:b:c"])
def test_a_forged_cursor_is_refused_in_a_sentence(client: Client, cursor: str) -> None:
    answer = client.get(f"{LIST}?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["parameter"] == "cursor"
    assert "Take it unchanged" in answer.json()["detail"]


def test_a_cursor_of_another_list_is_refused(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    factories.dataset()
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"])
    store = factories.harvested(str(folder), into=open_dataset)
    assert store.plate is not None
    wells = f"/api/v1/plates/{store.plate.id}/wells/"
    for mine, other in ((LIST, wells), (wells, LIST), (LIST, "/api/v1/plates/")):
        cursor = client.get(f"{mine}?limit=1").json()["next"].partition("cursor=")[2]
        assert client.get(f"{other}?cursor={cursor}").status_code == 400


def test_a_cursor_does_not_tell_how_many_rows_others_have(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], fields=3)
    store = factories.harvested(str(folder), into=open_dataset)
    pages = list(fields_of(client, f"/api/v1/stores/{store.id}/fields/?limit=1"))
    assert [path for path, _ in pages] == ["A/01/0", "A/01/1", "A/01/2"]
    ids = set(store.fields.values_list("id", flat=True))
    for _, cursor in pages[:-1]:
        payload = json.loads(base64.urlsafe_b64decode(cursor.partition(":")[0] + "==="))
        assert payload == [False, 0, payload[2], str(store.id)]
    assert ids


def fields_of(client: Client, path: str) -> Iterator[tuple[str, str]]:
    """Each field's path and the cursor behind it."""
    url: str | None = path
    while url:
        answer = client.get(url).json()
        url = answer["next"]
        cursor = parse_qs(urlsplit(url).query)["cursor"][0] if url else ""
        yield answer["results"][0]["path"], cursor


@pytest.mark.parametrize(
    "limit", ["0", "-1", "1001", "ten", "", "1e3", "٣", "0000000109999999", "9" * 40, "05"]
)
def test_a_limit_that_is_none_is_refused(client: Client, limit: str) -> None:
    answer = client.get(f"{LIST}?limit={limit}")
    assert answer.status_code == 400
    assert "from 1 to 1000" in answer.json()["detail"]


def test_an_unknown_parameter_is_refused_with_a_guess(client: Client) -> None:
    answer = client.get(f"{LIST}?slugg=a")
    assert answer.status_code == 400
    assert "Did you mean 'slug'?" in answer.json()["detail"]


def test_a_word_that_a_filter_does_not_know_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/stores/?verdict=bad")
    assert answer.status_code == 400
    assert "unchecked, valid, incomplete" in answer.json()["detail"]


def test_a_filter_takes_no_nul(client: Client) -> None:
    assert client.get("/api/v1/plates/?name=a%00b").status_code == 400
