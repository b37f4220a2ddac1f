import json

import pytest
from hypothesis import given, settings

from plates.platemaps.document_parts import JsonValue
from plates.platemaps.errors import MappingRefused
from plates.platemaps.mapping_documents import document_of, mapping_of
from plates.platemaps.mappings import Mapping
from tests.plates.platemaps.listed import ListedTable, headed
from tests.plates.platemaps.mapping_cases import mappings

TABLES = (
    headed("barcodes.csv", "Barcode", "Map"),
    headed("map.txt", "Well", "Sample", "Dose", "Unit", "Dose"),
)
BARCODES: dict[str, JsonValue] = {
    "name": "barcodes.csv",
    "columns": [
        {"column": "Barcode", "kind": "plate"},
        {"column": "Map", "kind": "term", "becomes": "plate_map"},
    ],
}
MAP: dict[str, JsonValue] = {
    "name": "map.txt",
    "columns": [
        {"column": "Well", "kind": "well"},
        {"column": "Sample", "kind": "term", "becomes": "reagent", "nulls": ["NA"]},
        {"column": "Dose", "number": 3, "kind": "quantity", "becomes": "concentration"},
        {"column": "Unit", "kind": "unit", "of": {"name": "Dose", "number": 3}},
        {"column": "Dose", "number": 5, "kind": "ignored"},
    ],
}
JOIN: dict[str, JsonValue] = {"from": "barcodes.csv", "column": "Map", "to": "map.txt"}


def document(**changes: JsonValue) -> dict[str, JsonValue]:
    said: dict[str, JsonValue] = {
        "format": "jump-platemap",
        "tables": [BARCODES, MAP],
        "joins": [JOIN],
    }
    return said | changes


def of_map(position: int, **changes: JsonValue) -> dict[str, JsonValue]:
    columns = MAP["columns"]
    assert isinstance(columns, list)
    column = columns[position]
    assert isinstance(column, dict)
    changed = [*columns[:position], column | changes, *columns[position + 1 :]]
    return document(tables=[BARCODES, MAP | {"columns": changed}])


@settings(deadline=None)
@given(mappings())
def test_a_mapping_comes_back_from_its_document(
    case: tuple[Mapping, tuple[ListedTable, ...]],
) -> None:
    mapping, tables = case
    written = json.dumps(document_of(mapping, tables))
    assert mapping_of(json.loads(written), tables) == mapping


def test_a_document_names_files_and_headers() -> None:
    read = mapping_of(document(version=1), TABLES)
    assert document_of(read, TABLES) == document(version=1)
    assert "number" not in json.dumps(document_of(read, TABLES)["joins"])


def test_tables_may_stand_in_any_order() -> None:
    turned = mapping_of(document(tables=[MAP, BARCODES]), TABLES)
    assert turned == mapping_of(document(), TABLES)


def test_a_table_can_be_left_out_whole() -> None:
    read = mapping_of(
        document(tables=[BARCODES, {"name": "map.txt", "ignored": True}], joins=[]), TABLES
    )
    assert {column.kind.value for column in read.columns if column.place.table == 1} == {"ignored"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ([], "The mapping is no JSON object."),
        (document(version=2), "The mapping is not of version 1"),
        (document(version="1"), "has a `version` that is no whole number"),
        (document(format="sheet"), 'The mapping has the format "sheet", which is none of'),
        (document(colour="red"), 'The mapping has "colour", which is unknown'),
        (document(tables={}), "has a `tables` that is no list"),
        (document(tables=[1]), "Number 1 of `tables` is no JSON object."),
        (document(tables=[BARCODES]), "The mapping says nothing of map.txt"),
        (document(tables=[BARCODES, MAP, MAP]), 'for a table "map.txt", which is not among'),
        (document(plates={"P1": "x"}), "has a `P1` that is no list"),
        (document(plate="P" * 2000), "A plate's name in the mapping is longer than"),
        (document(plate="P" * 9000), "has a text of more than 4,096 letters in `plate`"),
        (of_map(0, kind="hole"), 'has the kind "hole", which is none of plate, well'),
        (of_map(0, column="Wel"), 'map.txt has no column "Wel": it has Well, Sample, Dose'),
        (of_map(2, number=0), '2 columns of map.txt are called "Dose": say which'),
        (of_map(2, number=4), 'map.txt has no column "Dose" with the number 4'),
        (of_map(2, number=10**40), 'map.txt has no column "Dose" with the number 1000'),
        (of_map(2, number=True), "has a `number` that is no whole number"),
        (of_map(4, number=3), "does not say what becomes of the column"),
        (of_map(1, becomes=""), "does not say which key it becomes"),
        (of_map(1, becomes=["x"]), "has something else than text in `becomes`"),
        (of_map(0, becomes="gene"), "is well, which becomes no key"),
        (of_map(1, kind="well", becomes="", nulls=[]), "2 columns of map.txt are well: only one"),
        (of_map(1, kind="row", becomes=""), "a row without a column"),
        (of_map(1, kind="well number", becomes=""), "by a well and by a well number: keep one"),
        (of_map(1, group=-1), "has group -1"),
        (of_map(1, unit="uM"), "has a unit, and only a quantity can have one"),
        (of_map(2, unit="furlongs"), 'has the unit "furlongs", which nobody here knows'),
        (of_map(2, split="|"), "is split, and only terms can be"),
        (of_map(1, split="and"), 'is split at "and"'),
        (of_map(1, nulls=["x"] * 51), "too many or too long words for nothing"),
        (of_map(2, decimal=";"), 'has ";" before decimals'),
        (of_map(3, of=""), "does not say of which column"),
        (of_map(3, of="Sample"), "that becomes a quantity or readout"),
        (of_map(3, of="Nothing"), 'map.txt has no column "Nothing"'),
        (of_map(1, of="Well"), "speaks of no other column"),
        (document(joins=[JOIN | {"to": "x.txt"}]), 'speaks of a table "x.txt", and there is'),
        (document(joins=[JOIN | {"on": "Nothing"}]), 'map.txt has no column "Nothing"'),
        (
            document(joins=[JOIN, {"from": "map.txt", "column": "Sample", "to": "barcodes.csv"}]),
            "The joins run in a circle: barcodes.csv, map.txt.",
        ),
        (
            document(
                joins=[{"from": "map.txt", "column": "Sample", "to": "barcodes.csv"}],
            ),
            "names no wells",
        ),
        (document(plate="P1"), 'all rows are about the plate "P1", and a column'),
        (
            document(
                tables=[
                    {"name": "barcodes.csv", "ignored": True},
                    {"name": "map.txt", "ignored": True},
                ],
                joins=[],
            ),
            "No column of the mapping names wells, images or plates",
        ),
    ],
)
def test_a_document_that_does_not_fit_is_refused_in_a_sentence(
    changed: JsonValue, sentence: str
) -> None:
    with pytest.raises(MappingRefused) as refusal:
        mapping_of(changed, TABLES)
    assert sentence in str(refusal.value)
    assert str(refusal.value).rstrip().endswith((".", ",", ":")) or "columns" in str(refusal.value)


def test_a_document_of_endless_lists_is_refused() -> None:
    with pytest.raises(MappingRefused, match="more than 200,000 entries"):
        mapping_of(document(joins=[JOIN] * 200_001), TABLES)
    with pytest.raises(MappingRefused, match="more than 2,000 joins"):
        mapping_of(document(joins=[JOIN] * 2_001), TABLES)


def test_a_known_key_is_meant_in_whatever_case() -> None:
    mapping = mapping_of(of_map(1, becomes="Reagent"), TABLES)
    assert {column.becomes for column in mapping.columns if column.name == "Sample"} == {"reagent"}


@pytest.mark.parametrize("letter", ["\0", "\ud800"])
@pytest.mark.parametrize(
    "place",
    ["becomes", "plate", "spelling", "plates", "unknown", "ignored"],
)
def test_text_that_cannot_be_kept_is_refused_wherever_it_stands(letter: str, place: str) -> None:
    documents: dict[str, dict[str, JsonValue]] = {
        "becomes": of_map(1, becomes=letter),
        "plate": document(plate=f"a{letter}"),
        "spelling": document(plates={letter: ["an id"]}),
        "plates": document(plates={"a": [letter]}),
        "unknown": document() | {letter: 1},
        "ignored": document(
            tables=[{"name": "barcodes.csv", "ignored": True, "columns": [letter]}, MAP]
        ),
    }
    with pytest.raises(MappingRefused, match="no text has") as refused:
        mapping_of(documents[place], TABLES)
    str(refused.value).encode()
