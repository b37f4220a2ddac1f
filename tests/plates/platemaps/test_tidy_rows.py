"""What our own export writes reads back as it was, whatever people write into cells."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.detecting import detect
from plates.platemaps.exported_cells import Exported
from plates.platemaps.exported_columns import ExportedColumn
from plates.platemaps.formats import Format
from plates.platemaps.joining import long_rows
from plates.platemaps.keys import KeyKind
from plates.platemaps.known_keys import KNOWN_KEYS, key_of
from plates.platemaps.mapping_documents import document_of, mapping_of
from plates.platemaps.mappings import ColumnKind
from plates.platemaps.proposing import propose
from plates.platemaps.spelling import folded
from plates.platemaps.tidy_rows import Said, Subject, TidyTable, distinct
from plates.platemaps.values import Value

ODD = ["=1+1", "+dox", "-5", "-x", "@a", "'", "''=x", "a\nb", "a\n b", "x\r\ny", "x\ry", '"', 'a"b,c',
       "_", "a;b|c\td", "# header", "#", "NA", "empty", "DMSO", "1,5", "1,000", "30 uM", "µ", "sep=;",
       "C\\C=C\\C", "C\\\\C", "A01", "/a/b", "nan", "\u2028x\x85y", "platecat"]  # fmt: skip
texts = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
).map(str.strip)
filled = texts.filter(bool)
names = st.one_of(
    st.sampled_from([key.name for key in KNOWN_KEYS]),
    st.sampled_from(
        ["Odd Column", "x [term]", "x [2]", "compound [2, curie]", "=key", "# key", "Well"]
    ),
    # No key is called as a known one in other letters: that is another spelling of it.
    filled.filter(lambda name: (known := key_of(folded(name), {})) is None or known.name == name),
)
columns = st.builds(
    ExportedColumn, names, st.sampled_from(KeyKind), st.integers(min_value=0, max_value=99)
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def values_of(kind: KeyKind) -> st.SearchStrategy[Value]:
    plain = st.builds(Value, filled)
    if kind is KeyKind.TERM:
        return plain | st.builds(Value, filled, st.sampled_from(["CHEBI:1", "NCBITaxon:9606"]))
    if kind is KeyKind.QUANTITY:
        units = st.sampled_from(["mol/L", "", "1", "K"])
        return plain | st.builds(Value, filled, number=numbers, unit=units)
    return plain


@st.composite
def tables(draw: st.DrawFn) -> tuple[TidyTable, list[tuple[Subject, list[Said]]]]:
    chosen = draw(st.lists(columns, min_size=1, max_size=5, unique=True))
    rows = st.fixed_dictionaries(
        {}, optional={one: st.lists(values_of(one.kind), min_size=1, max_size=3) for one in chosen}
    ).filter(bool)
    subjects = st.one_of(
        st.tuples(filled, filled).map(lambda names: Subject(*names)),
        filled.map(lambda image: Subject(image=image)),
    )
    told = st.tuples(subjects, st.lists(rows, min_size=1, max_size=3))
    said: list[tuple[Subject, list[Said]]] = [*draw(st.lists(told, max_size=4))]  # type: ignore[list-item]
    ids = {
        column.key
        for _, some in said
        for row in some
        for column, values in row.items()
        if any(value.curie for value in values)
    }
    return TidyTable(chosen, ids), said


def written(table: TidyTable, said: list[tuple[Subject, list[Said]]]) -> str:
    return table.header() + "".join(
        line for subject, rows in said for line in table.lines(subject, rows)
    )


def expected(rows: list[Said]) -> list[dict[ExportedColumn, tuple[Value, ...]]]:
    """What is said of a subject, each thing once: where it was said last."""
    plain: list[dict[ExportedColumn, tuple[Value, ...]]] = []
    for row in rows:
        told = {
            column: tuple(distinct(values) if column.kind.value in {"term", "quantity"} else values)
            for column, values in row.items()
        }
        plain = [one for one in plain if one != told]
        plain.append(told)
    return plain


@given(tables())
@example(
    (
        TidyTable([ExportedColumn("compound", KeyKind.TERM)]),
        [(Subject("# 1", "A01"), [{ExportedColumn("compound", KeyKind.TERM): [Value("a\n b")]}])],
    )
)
def test_what_is_exported_reads_back_as_it_was(
    told: tuple[TidyTable, list[tuple[Subject, list[Said]]]],
) -> None:
    table, said = told
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(written(table, said).encode())
        opened = open_tables([SourceFile("export.csv", path)])
        assert detect(opened) is Format.PLATECAT
        mapping = propose(opened, Format.PLATECAT)
        assert mapping_of(document_of(mapping, opened), opened) == mapping
        found = list(long_rows(opened, mapping))
    wanted = [(subject, row) for subject, rows in said for row in expected(rows)]
    assert len(found) == len(wanted)
    for row, (subject, expects) in zip(found, wanted, strict=True):
        assert (row.plate, *row.subject) == subject
        assert not row.problems
        got: dict[ExportedColumn, list[Value]] = {}
        for number, value in [*row.values, *((place, Value(text)) for place, text in row.texts)]:
            column = mapping.columns[number]
            key = ExportedColumn(column.becomes, KeyKind(column.kind.value), column.group)
            got.setdefault(key, []).append(value)
        assert got == {column: list(values) for column, values in expects.items()}


@given(filled, filled)
def test_no_cell_is_run_as_a_formula(plate: str, text: str) -> None:
    column = ExportedColumn("compound", KeyKind.TERM)
    table = TidyTable([column])
    lines = "".join(table.lines(Subject(plate, "A01"), [{column: [Value(text)]}]))
    (cells,) = csv.reader(io.StringIO(lines, newline=""))
    for cell in cells:
        assert not cell.startswith(("=", "@", "+", "-")) or cell.lstrip("+-")[0].isdigit()


def test_an_export_reads_as_a_person_would_write_it() -> None:
    compound, dose = (
        ExportedColumn("compound", KeyKind.TERM, 2),
        ExportedColumn("concentration", KeyKind.QUANTITY),
    )
    odd = ExportedColumn("Passage", KeyKind.TERM)
    table = TidyTable([odd, dose, compound], {"compound"})
    said = {
        compound: [Value("taxol", "CHEBI:45863"), Value("DMSO")],
        dose: [Value("30 uM", number=3e-5, unit="mol/L")],
    }
    assert table.header() + "".join(
        table.lines(Subject("P1", "B03"), [said, {odd: [Value("7")]}])
    ) == (
        'platecat,plate,well,image,compound [2],"compound [2, curie]",concentration,'
        "concentration [number],concentration [unit],Passage [term]\n"
        '1,P1,B03,,"taxol\nDMSO","CHEBI:45863\n_",30 uM,3e-05,mol/L,\n'
        "1,P1,B03,,,,,,,7\n"
    )


@pytest.mark.parametrize(
    ("number", "unit", "fault"),
    [("inf", "K", "no number"), ("nan", "K", "no number"), ("3", "K" * 17, "no base unit")],
)
def test_numbers_that_no_export_of_ours_has_are_left_out(
    number: str, unit: str, fault: str
) -> None:
    beside = (ColumnKind.CURIE, ColumnKind.NUMBER, ColumnKind.UNIT)
    meaning = Exported(beside)("30 C", ["", number, unit])
    assert meaning.values == (Value("30 C"),)
    (problem,) = meaning.problems
    assert fault in problem
