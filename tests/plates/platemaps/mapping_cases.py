"""Mappings that fit their tables, for Hypothesis."""

from hypothesis import strategies as st

from plates.platemaps.formats import Format
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Join, Mapping, Place
from tests.plates.platemaps.listed import ListedTable

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
)
HEADERS = st.sampled_from(["Dose", "dose", "Gene", "Gene 2", "", "Well", 'A "b"', "x|y"])
KEYS = st.sampled_from(["compound", "concentration", "Z-score (Fan)", "gene"])


@st.composite
def mappings(draw: st.DrawFn) -> tuple[Mapping, tuple[ListedTable, ...]]:
    """A mapping that holds together, and the tables that it is for; headers may repeat."""
    count = draw(st.integers(1, 3))
    tables = tuple(
        ListedTable(
            draw(st.sampled_from(["a.csv", "b.tsv", "map one.txt"])),
            ("Well", *draw(st.lists(HEADERS, max_size=5))),
        )
        for _ in range(count)
    )
    columns = [
        column for number, table in enumerate(tables) for column in draw(_columns(number, table))
    ]
    joins = [
        Join(
            Place(number, draw(st.integers(0, len(tables[number].columns) - 1))),
            draw(st.sampled_from([None, Place(number + 1, 0)])),
            number + 1,
        )
        for number in range(count - 1)
        if draw(st.booleans())
    ]
    return (
        Mapping(
            draw(st.sampled_from(Format)),
            tuple(columns),
            tuple(joins),
            plate=draw(st.one_of(st.just(""), TEXTS)),
            file_plates=draw(st.dictionaries(st.integers(0, count - 1), TEXTS)),
            plates=draw(st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), max_size=3)),
        ),
        tables,
    )


@st.composite
def _columns(draw: st.DrawFn, number: int, table: ListedTable) -> list[ColumnMapping]:
    columns = [ColumnMapping(Place(number, 0), table.columns[0], ColumnKind.WELL)]
    for column, header in enumerate(table.columns[1:], 1):
        columns.append(draw(_column(Place(number, column), header, columns)))
    return columns


@st.composite
def _column(
    draw: st.DrawFn, place: Place, header: str, before: list[ColumnMapping]
) -> ColumnMapping:
    terms = [column.place for column in before if column.kind is ColumnKind.TERM]
    doses = [column.place for column in before if column.kind is ColumnKind.QUANTITY]
    kinds = [ColumnKind.TERM, ColumnKind.QUANTITY, ColumnKind.READOUT, ColumnKind.TEXT]
    kinds += [ColumnKind.IGNORED, ColumnKind.JOIN]
    kinds += [ColumnKind.CURIE, ColumnKind.ONTOLOGY] if terms else []
    kinds += [ColumnKind.UNIT] if doses else []
    kind = draw(st.sampled_from(kinds))
    if kind in (ColumnKind.IGNORED, ColumnKind.JOIN):
        return ColumnMapping(place, header, kind)
    if kind in (ColumnKind.CURIE, ColumnKind.ONTOLOGY):
        ontology = draw(st.sampled_from(["", "NCBIGene"]))
        return ColumnMapping(
            place, header, kind, of=draw(st.sampled_from(terms)), ontology=ontology
        )
    if kind is ColumnKind.UNIT:
        return ColumnMapping(place, header, kind, of=draw(st.sampled_from(doses)))
    return ColumnMapping(
        place,
        header,
        kind,
        becomes=draw(KEYS),
        group=draw(st.integers(0, 20)),
        unit=draw(st.sampled_from(["", "uM", "mg/mL"])) if kind is ColumnKind.QUANTITY else "",
        split=draw(st.sampled_from(["", "|", ";"])) if kind is ColumnKind.TERM else "",
        nulls=tuple(draw(st.lists(st.sampled_from(["NA", "N/A", "-"]), unique=True))),
        decimal=draw(st.sampled_from(["", ".", ","])),
    )
