from collections import Counter
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps import held_tables
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.formats import Format
from plates.platemaps.joining import Joined, join_report, long_rows
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Join, Mapping, Place
from plates.platemaps.verdicts import RowVerdict
from tests.plates.platemaps.listed import ListedTable, listed, of_rows

BARCODES, MAP_1, MAP_2, REAGENTS = range(4)


def column(
    table: int, number: int, name: str, kind: ColumnKind, becomes: str = ""
) -> ColumnMapping:
    return ColumnMapping(Place(table, number), name, kind, becomes)


def map_columns(table: int) -> list[ColumnMapping]:
    return [
        column(table, 0, "Well", ColumnKind.WELL),
        column(table, 1, "Sample", ColumnKind.TERM, "reagent"),
    ]


MAPPING = Mapping(
    Format.JUMP_PLATEMAP,
    (
        column(BARCODES, 0, "Barcode", ColumnKind.PLATE),
        column(BARCODES, 1, "Map", ColumnKind.TERM, "plate_map"),
        *map_columns(MAP_1),
        *map_columns(MAP_2),
        column(REAGENTS, 0, "Sample", ColumnKind.JOIN),
        column(REAGENTS, 1, "Gene", ColumnKind.TERM, "gene"),
        column(REAGENTS, 2, "Kind", ColumnKind.TERM, "control_comment"),
    ),
    (
        Join(Place(BARCODES, 1), None, MAP_1),
        Join(Place(BARCODES, 1), None, MAP_2),
        Join(Place(MAP_1, 1), Place(REAGENTS, 0), REAGENTS),
        Join(Place(MAP_2, 1), Place(REAGENTS, 0), REAGENTS),
    ),
)


def tables(barcodes: str, first: str, second: str, reagents: str) -> tuple[ListedTable, ...]:
    return (
        listed("barcode_platemap.csv", f"Barcode,Map\n{barcodes}"),
        listed("map_one.txt", f"Well,Sample\n{first}"),
        listed("map_two.txt", f"Well,Sample\n{second}"),
        listed("reagents.tsv", f"Sample,Gene,Kind\n{reagents}"),
    )


def said(row: LongRow, mapping: Mapping = MAPPING) -> dict[str, str]:
    return {mapping.columns[index].becomes: value.text for index, value in row.values}


def test_plates_find_their_maps_and_wells_their_reagents() -> None:
    files = tables(
        "P1,map_one\nP2,map_two\nP3,map_one", "A01,r1\nA02,", "B01,r2", "r1,TP53,\nr2,KRAS,"
    )
    rows = list(long_rows(files, MAPPING))
    assert [(row.plate, row.subject, row.rows) for row in rows] == [
        ("P1", ("A01",), (2, 2, 0, 2)),
        ("P1", ("A02",), (2, 3, 0, 0)),
        ("P2", ("B01",), (3, 0, 2, 3)),
        ("P3", ("A01",), (4, 2, 0, 2)),
        ("P3", ("A02",), (4, 3, 0, 0)),
    ]
    assert said(rows[0]) == {"plate_map": "map_one", "reagent": "r1", "gene": "TP53"}
    assert said(rows[1]) == {"plate_map": "map_one"}
    assert {row.verdict for row in rows} == {RowVerdict.MATCHED}


def test_what_is_left_over_on_each_side_is_reported() -> None:
    files = tables(
        "P1,Map One.TXT\nP2,map_three\nP3,control\nP4,",
        "A01,r1\nA02,r9\nA03,r9",
        "B01,r2",
        "r1,TP53,\nr2,KRAS,\nr3,MYC,",
    )
    joined = Joined(files, MAPPING)
    rows = list(joined.rows())
    assert [row.verdict.value for row in rows] == [
        "matched", "no_such_reagent", "no_such_reagent", "no_map", "no_map", "no_map",
    ]  # fmt: skip
    assert [problem.message for problem in rows[1].problems] == [
        '"r9" is not in the column "Sample" of reagents.tsv.'
    ]
    assert [problem.message for problem in rows[3].problems] == [
        'The plate map "map_three" is not among the files: add it.'
    ]
    assert rows[3].plate == "P2"
    assert rows[3].subject == ()
    assert rows[4].problems == rows[5].problems == ()
    report = joined.report()
    assert [left.text for left in report.without_map.examples] == ["map_three"]
    assert [left.text for left in report.no_map.examples] == ["control", ""]
    assert report.unused_maps == ("map_two",)
    assert [(left.text, left.row) for left in report.without_reagent.examples] == [("r9", 3)]
    assert [left.text for left in report.unused_reagents.examples] == ["r2", "r3"]
    assert report.forgiven == (("Map One.TXT", "map_one"),)
    assert report == join_report(files, MAPPING)


def test_a_name_that_could_be_several_maps_is_none() -> None:
    rows = list(long_rows(tables("P1,map", "A01,r1", "B01,r2", "r1,TP53,\nr2,KRAS,"), MAPPING))
    assert [row.verdict for row in rows] == [RowVerdict.NO_MAP]
    assert rows[0].problems[0].message == (
        'The plate map "map" could be any of map_one, map_two: write its name whole.'
    )


def test_a_reagent_that_is_repeated_in_the_same_words_is_one() -> None:
    files = tables("P1,map_one", "A01,r1", "B01,r2", "r1,TP53,x\nr1,TP53,x\nr2,KRAS,")
    joined = Joined(files, MAPPING)
    rows = list(joined.rows())
    assert [(row.verdict, said(row)["gene"]) for row in rows] == [(RowVerdict.MATCHED, "TP53")]
    assert joined.report().repeated.count == 1
    assert joined.report().contradictions.count == 0


def test_of_reagents_that_contradict_each_other_only_what_agrees_is_taken() -> None:
    files = tables("P1,map_one", "A01,r1", "B01,r2", "r1,TP53,x\nr1,TP53,y\nr2,KRAS,")
    joined = Joined(files, MAPPING)
    (row,) = joined.rows()
    assert row.verdict is RowVerdict.UNREADABLE_VALUE
    assert said(row) == {"plate_map": "map_one", "reagent": "r1", "gene": "TP53"}
    (problem,) = row.problems
    assert problem.message == (
        '"r1" has different cells in the column "Kind" of reagents.tsv (rows 2, 3): keep one of '
        "them."
    )
    assert joined.report().contradictions.count == 1


def test_a_map_may_be_named_in_a_column_of_its_own() -> None:
    mapping = Mapping(
        Format.JUMP_PLATEMAP,
        (
            column(0, 0, "Barcode", ColumnKind.PLATE),
            column(0, 1, "Map", ColumnKind.JOIN),
            column(1, 0, "Map", ColumnKind.JOIN),
            column(1, 1, "Well", ColumnKind.WELL),
            column(1, 2, "Gene", ColumnKind.TERM, "gene"),
        ),
        (Join(Place(0, 1), Place(1, 0), 1),),
    )
    files = (
        listed("plates.csv", "Barcode,Map\nP1,m2\nP2,m1"),
        listed("maps.csv", "Map,Well,Gene\nm1,A01,TP53\nm2,A01,KRAS\nm2,A02,"),
    )
    rows = list(long_rows(files, mapping))
    assert [(row.plate, row.subject, row.verdict.value) for row in rows] == [
        ("P1", ("A01",), "matched"),
        ("P1", ("A02",), "empty"),
        ("P2", ("A01",), "matched"),
    ]


def test_a_ragged_row_keeps_what_it_names_and_says_nothing() -> None:
    mapping = Mapping(
        Format.TABLE,
        (
            column(0, 0, "Plate", ColumnKind.PLATE),
            column(0, 1, "Well", ColumnKind.WELL),
            column(0, 2, "Gene", ColumnKind.TERM, "gene"),
        ),
    )
    files = (listed("t.csv", "Plate,Well,Gene\nP1,A01,TP53,more\nP1,A02\nP1,A03,KRAS"),)
    rows = list(long_rows(files, mapping))
    assert [(row.subject, row.verdict.value, len(row.values)) for row in rows] == [
        (("A01",), "ragged", 0),
        (("A02",), "ragged", 0),
        (("A03",), "matched", 1),
    ]


def test_a_table_that_names_plates_alone_says_nothing_of_wells() -> None:
    mapping = Mapping(Format.BARCODES, (column(0, 0, "Plate", ColumnKind.PLATE),))
    rows = list(long_rows((listed("p.csv", "Plate\nP1\nP2"),), mapping))
    assert [(row.plate, row.subject, row.verdict.value) for row in rows] == [
        ("P1", (), "no_map"),
        ("P2", (), "no_map"),
    ]


def test_the_mapping_says_which_plate_a_file_is_about() -> None:
    columns = (*map_columns(0), *map_columns(1))
    mapping = Mapping(Format.TABLE, columns, file_plates={0: "P1", 1: "P2"})
    files = (listed("one.csv", "Well,Sample\nA01,x"), listed("two.csv", "Well,Sample\nA01,y"))
    assert [(row.plate, row.rows) for row in long_rows(files, mapping)] == [
        ("P1", (2, 0)),
        ("P2", (0, 2)),
    ]


def test_a_table_too_large_to_be_joined_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_tables.Room.__init__, "__defaults__", (3, 1_000))
    files = tables("P1,map_one", "A01,r1\nA02,r1", "B01,r2", "r1,TP53,\nr2,KRAS,")
    with pytest.raises(PlateMapRefused, match=r"reagents.tsv is too large to be joined to"):
        list(long_rows(files, MAPPING))


CELL = st.sampled_from(["r1", "r2", "r3", ""])
NAMED = st.sampled_from(["map_one", "map_two", "map_three", "control", ""])
FACTS = st.tuples(CELL, st.sampled_from(["g1", "g2", ""]), st.sampled_from(["k", ""]))
WELLS = st.lists(st.tuples(st.sampled_from(["A01", "A02"]), CELL), max_size=4)


@given(
    st.lists(st.tuples(st.sampled_from(["P1", "P2"]), NAMED), max_size=4),
    WELLS,
    WELLS,
    st.lists(FACTS, max_size=5),
)
def test_joins_agree_with_loops_over_all_rows(
    barcodes: list[tuple[str, str]],
    first: list[tuple[str, str]],
    second: list[tuple[str, str]],
    reagents: list[tuple[str, str, str]],
) -> None:
    files = (
        of_rows("barcodes.csv", ["Barcode", "Map"], barcodes),
        of_rows("map_one.txt", ["Well", "Sample"], first),
        of_rows("map_two.txt", ["Well", "Sample"], second),
        of_rows("reagents.tsv", ["Sample", "Gene", "Kind"], reagents),
    )
    joined = Joined(files, MAPPING)
    assert [flat(row) for row in joined.rows()] == looped(barcodes, first, second, reagents)
    report = joined.report()
    maps = {name for _, name in barcodes}
    assert set(report.unused_maps) == {"map_one", "map_two"} - maps
    assert report.no_map.count == sum(name in ("", "control") for _, name in barcodes)
    assert report.without_map.count == sum(name == "map_three" for _, name in barcodes)
    used = Counter(
        sample
        for name, wells in (("map_one", first), ("map_two", second))
        if name in maps
        for _, sample in wells
        if sample
    )
    known = {sample for sample, *_ in reagents if sample}
    assert {left.text for left in report.without_reagent.examples} == set(used) - known
    assert {left.text for left in report.unused_reagents.examples} == known - set(used)


Flat = tuple[str, tuple[str, ...], str, dict[str, str]]


def flat(row: LongRow) -> Flat:
    return row.plate, row.subject, row.verdict.value, said(row)


def looped(
    barcodes: Sequence[tuple[str, str]],
    first: Sequence[tuple[str, str]],
    second: Sequence[tuple[str, str]],
    reagents: Sequence[tuple[str, str, str]],
) -> list[Flat]:
    """The join as anybody would write it down."""
    found: list[Flat] = []
    for plate, name in barcodes:
        wells = {"map_one": first, "map_two": second}.get(name)
        named = {"plate_map": name} if name else {}
        if wells is None:
            found.append((plate, (), "no_map", named))
            continue
        for well, sample in wells:
            facts = [fact for fact in reagents if sample and fact[0] == sample]
            agreed = {
                key: facts[0][number]
                for number, key in ((1, "gene"), (2, "control_comment"))
                if facts and facts[0][number] and len({fact[number] for fact in facts}) == 1
            }
            differ = any(a != b for a, b in product(facts, repeat=2))
            verdict = "unreadable_value" if differ else "matched"
            if sample and not facts:
                verdict = "no_such_reagent"
            mine = named | ({"reagent": sample} if sample else {}) | agreed
            found.append((plate, (well,), verdict, mine))
    return found
