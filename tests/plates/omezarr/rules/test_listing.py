import pytest

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.rules.listing import listings
from plates.omezarr.seen import PlateListing, PlateSeen
from tests.plates.omezarr.rules.asking import asked, told
from tests.plates.omezarr.rules.plate_documents import names, plate, well


def listing(of: PlateSeen, *groups: str) -> PlateListing:
    rows: dict[str, tuple[str, ...]] = {}
    for path in groups:
        row, _, column = path.partition("/")
        rows[row] = (*rows.get(row, ()), *([column] if column else ()))
    return PlateListing(of, rows, frozenset(groups))


def unlisted(of: PlateSeen, *groups: str) -> list[Fault]:
    return told(listings, "HCS-WELL-UNLISTED", listing(of, *groups))


def empty(of: PlateSeen, *groups: str) -> list[Fault]:
    return told(listings, "HCS-EMPTY-GROUP", listing(of, *groups))


def test_wells_that_are_listed_and_rows_that_have_some_are_all_right() -> None:
    seen = listing(plate(well("A/1"), well("B/2")), "A", "A/1", "B", "B/2")
    assert [fault for rule in listings.rules for fault in rule.check(seen)] == []


def test_a_well_that_is_not_listed_is_told_at_its_path() -> None:
    (fault,) = unlisted(plate(well("A/1")), "A", "A/1", "A/2")
    assert (fault.pointer, fault.node) == ("/wells", "A/2")
    assert '"A/2"' in fault.message


@pytest.mark.parametrize("path", ["C/7", "A/01", "c/12", "AF/48"])
def test_a_well_outside_of_the_rows_and_columns_is_told_by_its_usual_name(path: str) -> None:
    assert [fault.node for fault in unlisted(plate(well("A/1")), path)] == [path]


@pytest.mark.parametrize("path", ["OME/0", "tables/nuclei", "A/tables", "labels/0", "0/0", "A/1/0"])
def test_groups_that_are_no_wells_are_left_alone(path: str) -> None:
    assert unlisted(plate(well("A/1")), path) == []


def test_a_well_of_odd_names_is_known_by_the_rows_and_columns_of_the_plate() -> None:
    of = plate(well("top/left"), rows=names("top"), columns=names("left", "right"))
    assert [fault.node for fault in unlisted(of, "top/left", "top/right")] == ["top/right"]


def test_a_listed_well_that_lies_deeper_covers_the_folders_above_it() -> None:
    of = plate(well("1/1/A"), version="0.1")
    assert unlisted(of, "1", "1/1") == []


@pytest.mark.parametrize("wells", [None, {}, "A/1"])
def test_wells_are_not_judged_by_a_list_that_is_none(wells: JsonValue) -> None:
    of = PlateSeen("0.5", {"wells": wells})
    assert unlisted(of, "A", "A/1") == []
    assert len(unlisted(PlateSeen("0.5", {"wells": []}), "A", "A/1")) == 1


def test_a_row_without_wells_is_told_at_its_path() -> None:
    (fault,) = empty(plate(well("A/1")), "A", "A/1", "B")
    assert (fault.pointer, fault.node) == ("", "B")


def test_a_row_whose_wells_are_listed_but_missing_is_not_called_empty() -> None:
    assert empty(plate(well("A/1"), well("B/2")), "A", "A/1", "B") == []


def test_a_folder_that_is_no_group_or_no_row_is_not_called_empty() -> None:
    of = plate(well("A/1"))
    assert empty(of, "A", "A/1", "OME", "tables") == []
    folder = PlateListing(of, {"B": ("notes",)}, frozenset())
    assert told(listings, "HCS-EMPTY-GROUP", folder) == []


def test_rules_about_folders_need_a_listing() -> None:
    assert all(rule.needs_listing for rule in listings.rules)
    assert asked(listings, "HCS-EMPTY-GROUP").level("0.3") is None
    assert asked(listings, "HCS-EMPTY-GROUP").level("0.4") == "warning"
