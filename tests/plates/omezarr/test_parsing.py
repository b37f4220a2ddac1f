from datetime import UTC, datetime

import pytest
from hypothesis import given

from plates.omezarr import parsing
from plates.omezarr.documents import ListedField, ListedWell
from plates.omezarr.jsonvalues import JsonValue, object_of
from plates.omezarr.parsing import parse_plate, parse_well, safe_names, version_text
from tests.plates.omezarr.json_values import json_values


def test_a_plate_is_read_in_the_order_of_its_document() -> None:
    plate = parse_plate(
        {
            "name": "BR1",
            "barcode": "X7",
            "field_count": 3,
            "rows": [{"name": "B"}, {"name": "A"}],
            "columns": [{"name": "03"}],
            "wells": [
                {"path": "B/03", "rowIndex": 0, "columnIndex": 0},
                {"path": "A/03", "rowIndex": 1, "columnIndex": 0},
            ],
            "order": 12,
        },
        version="0.5",
    )
    assert (plate.name, plate.barcode, plate.field_count) == ("BR1", "X7", 3)
    assert (plate.rows, plate.columns) == (("B", "A"), ("03",))
    assert plate.wells == (ListedWell("B/03", 0, 0, 0), ListedWell("A/03", 1, 1, 0))
    assert plate.extra == {"barcode": "X7", "order": 12}
    assert plate.faults == ()


@pytest.mark.parametrize(
    ("name", "read"), [(None, ""), ("", ""), (190129, "190129"), ("a/b.zarr", "a/b.zarr"), ([], "")]
)
def test_a_plate_may_have_any_name_or_none(name: JsonValue, read: str) -> None:
    assert parse_plate({"name": name}, version="").name == read


@pytest.mark.parametrize(
    "path", ["../other", "/etc", "B\\03", "http://evil.example", "", None, ["B/03"], {"a": 1}]
)
def test_a_hostile_path_is_a_fault_and_the_other_wells_stay(path: JsonValue) -> None:
    plate = parse_plate({"wells": [{"path": path}, {"path": "A/1"}]}, version="")
    assert plate.wells == (ListedWell("A/1", number=1),)
    assert len(plate.faults) == 1


def test_a_well_that_is_listed_twice_is_read_once() -> None:
    plate = parse_plate({"wells": [{"path": "A/1"}, {"path": "A/1/"}]}, version="")
    assert len(plate.wells) == 1
    assert plate.faults == ("It lists A/1 more than once; only the first was read.",)


def test_a_plate_of_absurd_size_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_WELLS", 2)
    plate = parse_plate({"wells": [{"path": f"A/{n}"} for n in range(9)]}, version="")
    assert len(plate.wells) == 2
    assert plate.faults == ("It lists 9 wells; only the first 2 were read.",)


def test_acquisitions_have_arbitrary_numbers_and_times_of_two_kinds() -> None:
    second = datetime(2020, 11, 4, 10, tzinfo=UTC)
    plate = parse_plate(
        {
            "acquisitions": [
                {"id": 422, "name": "late", "starttime": 1604484000, "maximumfieldcount": 4},
                {"id": 7, "starttime": 1604484000000, "endtime": "2020-11-04T11:00:00+01:00"},
                {"id": 8, "starttime": "2020-11-04T10:00:00", "endtime": 10**300},
                {"id": 8},
                {"name": "nameless number"},
                "no object",
                {"id": 2**64},
            ]
        },
        version="",
    )
    first, run, last = plate.acquisitions
    assert (first.number, first.name, first.started_at, first.maximum_field_count) == (
        422,
        "late",
        second,
        4,
    )
    assert (run.number, run.started_at, run.ended_at) == (7, second, second)
    assert (last.number, last.started_at, last.ended_at) == (8, second, None)


def test_fields_keep_their_acquisition() -> None:
    well = parse_well(
        {"images": [{"path": "0", "acquisition": 3}, {"path": 1}, {"path": "0_mip"}]}, version=""
    )
    assert well.images == (
        ListedField("0", 3, 0),
        ListedField("1", None, 1),
        ListedField("0_mip", None, 2),
    )


def test_names_that_lead_out_of_the_store_are_left_out() -> None:
    assert safe_names(["nuclei", "../x", 7, None, "a/b"]) == ("nuclei", "7", "a/b")


def test_the_first_version_that_is_named_counts() -> None:
    assert version_text(None, 0.4, "0.5") == "0.4"
    assert version_text(None, [], {}) == ""


@given(json_values)
def test_no_json_breaks_a_plate_or_a_well(value: JsonValue) -> None:
    keys = ("name", "rows", "columns", "wells", "acquisitions", "images", "field_count")
    parse_plate(dict.fromkeys(keys, value), version="")
    parse_well(dict.fromkeys(keys, value), version="")
    parse_plate(object_of(value), version="")
