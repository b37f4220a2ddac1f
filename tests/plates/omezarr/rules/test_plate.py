import pytest

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.rules.plate import node_of, plates
from plates.omezarr.rules.rule import Policy
from plates.omezarr.seen import PlateSeen
from tests.plates.omezarr.rules.asking import asked, told
from tests.plates.omezarr.rules.plate_documents import names, plate, well

WHOLE = (well("A/1", 0, 0), well("A/3", 0, 2), well("B/2", 1, 1))


def one(rule_id: str, seen: PlateSeen) -> Fault:
    (fault,) = told(plates, rule_id, seen)
    return fault


def test_a_whole_plate_keeps_every_rule() -> None:
    assert [fault for rule in plates.rules for fault in rule.check(plate(*WHOLE))] == []


def test_a_well_in_a_row_that_is_not_listed_leads_off_the_plate() -> None:
    fault = one("HCS-WELL-PATH", plate(*WHOLE, well("C/1", 2, 0)))
    assert (fault.pointer, fault.node) == ("/wells/3/path", "C/1")
    assert 'no row is called "C"' in fault.message


def test_a_path_with_the_column_before_the_row_is_told_the_right_one() -> None:
    fault = one("HCS-WELL-PATH", plate(well("1/A", 0, 0)))
    assert "column before the row" in fault.message
    assert fault.expected == '"A/1"'


def test_a_padded_column_is_another_name_and_the_one_that_is_meant_is_expected() -> None:
    fault = one("HCS-WELL-PATH", plate(well("A/01", 0, 0)))
    assert (fault.expected, fault.found) == ('"A/1"', '"A/01"')
    assert one("HCS-WELL-PATH", plate(well("a/1", 0, 0))).expected == '"A/1"'
    assert told(plates, "HCS-WELL-PATH", plate(well("A/01"), columns=names("01"))) == []


def test_names_that_are_numbers_are_compared_as_they_would_be_written() -> None:
    assert told(plates, "HCS-WELL-PATH", plate(well("1/2"), rows=names(1), columns=names(2))) == []


@pytest.mark.parametrize("path", ["A", "A/1/0", "/A/1", "A/1/", "A//1", "A-1/1", "", 7, None, []])
def test_a_path_that_is_not_two_names_is_left_to_the_structure(path: JsonValue) -> None:
    assert told(plates, "HCS-WELL-PATH", plate(well(path))) == []


@pytest.mark.parametrize("rows", [[], "A", {}, [{}], [{"name": "A"}, {}], [3]])
def test_paths_are_not_judged_by_rows_that_are_broken_themselves(rows: JsonValue) -> None:
    assert told(plates, "HCS-WELL-PATH", plate(well("Z/1"), rows=rows)) == []
    assert len(told(plates, "HCS-WELL-PATH", plate(well("Z/99"), rows=rows))) == 1


@pytest.mark.parametrize("path", ["A/1", "2020-10-10/A/1", "A1", "Z/99", "A/1/", "well.zarr"])
def test_before_0_4_any_plain_path_will_do(path: str) -> None:
    assert told(plates, "HCS-WELL-PATH", plate(well(path), version="0.3")) == []


@pytest.mark.parametrize("path", ["", "/", "/A/1", "A//1", "../A/1", "A/./1", "s3://b/A", "A\\1"])
def test_before_0_4_a_path_that_identifies_no_group_is_odd(path: str) -> None:
    fault = one("HCS-WELL-PATH", plate(well(path), version="0.1"))
    assert (fault.pointer, fault.node) == ("/wells/0/path", "")


def test_the_path_of_a_well_is_an_error_from_0_4_on() -> None:
    levels = [asked(plates, "HCS-WELL-PATH").level(version) for version in ("0.3", "0.4", "0.6rc0")]
    assert levels == ["warning", "error", "error"]


def test_an_index_that_disagrees_with_the_path_is_told_with_the_right_one() -> None:
    fault = one("HCS-WELL-INDEX", plate(well("A/2", 1, 1)))
    assert (fault.pointer, fault.node) == ("/wells/0/rowIndex", "A/2")
    assert (fault.expected, fault.found) == ("0", "1")


def test_indices_that_count_from_1_are_off_at_both_ends() -> None:
    faults = told(plates, "HCS-WELL-INDEX", plate(well("B/3", 2, 3)))
    assert [(fault.pointer, fault.expected) for fault in faults] == [
        ("/wells/0/rowIndex", "1"),
        ("/wells/0/columnIndex", "2"),
    ]
    assert "count from 0" in faults[0].message


def test_an_index_out_of_range_is_told_where_the_path_is_malformed() -> None:
    assert one("HCS-WELL-INDEX", plate(well("A-1", 0, 3))).expected == "0 to 2"
    assert told(plates, "HCS-WELL-INDEX", plate(well("A-1", 0, 2))) == []
    far = plate({"rowIndex": 10**300, "columnIndex": 0})
    assert len(one("HCS-WELL-INDEX", far).found) < 100


@pytest.mark.parametrize("index", [-1, "1", 1.5, None, True, [], 1e300 * 1e300])
def test_an_index_that_is_no_number_from_0_is_left_to_the_structure(index: JsonValue) -> None:
    assert told(plates, "HCS-WELL-INDEX", plate({**well("B/1"), "rowIndex": index})) == []


def test_a_whole_number_with_a_point_is_an_index() -> None:
    assert told(plates, "HCS-WELL-INDEX", plate(well("B/1", 1.0, 0.0))) == []
    assert len(told(plates, "HCS-WELL-INDEX", plate(well("B/1", 0.0, 0.0)))) == 1


def test_an_index_is_not_told_where_the_path_already_leads_off_the_plate() -> None:
    seen = plate(well("A/4", 0, 3), well("1/A", 0, 0))
    assert told(plates, "HCS-WELL-INDEX", seen) == []
    assert len(told(plates, "HCS-WELL-PATH", seen)) == 2


def test_names_that_are_there_twice_make_no_index_wrong() -> None:
    seen = plate(well("A/1", 0, 0), well("A/2", 0, 2), columns=names("1", "1", "2"))
    assert told(plates, "HCS-WELL-INDEX", seen) == []
    assert told(plates, "HCS-WELL-INDEX", plate(well("A/1", 0, 1), columns=names("1", "1"))) == []


def test_no_version_before_0_4_has_indices() -> None:
    assert asked(plates, "HCS-WELL-INDEX").level("0.3", Policy.STRICT) is None


def test_a_path_that_is_listed_twice_is_told_at_the_second() -> None:
    fault = one("HCS-WELL-UNIQUE", plate(*WHOLE, {**well("B/2", 1, 1), "extra": 1}))
    assert (fault.pointer, fault.node) == ("/wells/3/path", "B/2")
    assert "number 2" in fault.message
    assert len(told(plates, "HCS-WELL-UNIQUE", plate(well("x"), well("x", 0), version="0.1"))) == 1


def test_wells_that_are_the_same_json_are_left_to_the_structure() -> None:
    assert told(plates, "HCS-WELL-UNIQUE", plate(*WHOLE, well("B/2", 1, 1))) == []
    twice_and_once_other = plate(*WHOLE, well("B/2", 1, 1), {**well("B/2", 1, 1), "extra": 1})
    assert one("HCS-WELL-UNIQUE", twice_and_once_other).pointer == "/wells/4/path"


def test_wells_of_two_paths_at_one_position_are_told() -> None:
    fault = one("HCS-WELL-UNIQUE", plate(well("A/1", 0, 0), well("A-1", 0, 0)))
    assert (fault.pointer, fault.node, fault.found) == ("/wells/1", "A-1", "row 0, column 0")
    assert told(plates, "HCS-WELL-UNIQUE", plate(well("A/1", 0, 0), well("A-1", 0, 1))) == []


def test_a_wrong_index_does_not_make_two_wells_one() -> None:
    seen = plate(well("A/1", 0, 0), well("A/2", 0, 0))
    assert told(plates, "HCS-WELL-UNIQUE", seen) == []
    assert len(told(plates, "HCS-WELL-INDEX", seen)) == 1


def test_a_name_that_is_there_twice_is_told_at_the_second() -> None:
    seen = plate(rows=[{"name": "A"}, {"name": "B"}, {"name": "A", "height": 9}])
    fault = one("HCS-NAME-UNIQUE", seen)
    assert (fault.pointer, fault.found, fault.node) == ("/rows/2/name", '"A"', "")
    columns: list[JsonValue] = [{"name": "1"}, {"name": "1", "width": 9}]
    assert one("HCS-NAME-UNIQUE", plate(columns=columns)).pointer == "/columns/1/name"


def test_a_row_and_a_column_and_padded_columns_may_be_called_alike() -> None:
    seen = plate(rows=names("1", "2"), columns=names("1", "01", "2"))
    assert told(plates, "HCS-NAME-UNIQUE", seen) == []


def test_names_that_differ_only_in_case_are_told_once_each() -> None:
    seen = plate(rows=names("Aa", "aA", "Aa", "aA", "AA"))
    faults = told(plates, "HCS-NAME-CASE", seen)
    assert [fault.pointer for fault in faults] == ["/rows/1/name", "/rows/4/name"]
    assert '"Aa" and "aA"' in faults[0].message
    assert told(plates, "HCS-NAME-CASE", plate(rows=names("a"), columns=names("A"))) == []


def test_names_that_differ_only_in_case_are_an_error_under_the_strict_policy_alone() -> None:
    rule = asked(plates, "HCS-NAME-CASE")
    assert [rule.level("0.4", policy) for policy in Policy] == ["warning", "warning", "error"]
    assert rule.level("0.3") is None


@pytest.mark.parametrize(
    ("path", "node"),
    [("B/03/0", "B/03/0"), ("..", ""), ("a/../b", ""), ("", ""), (None, ""), ("a\n", "")],
)
def test_only_a_path_that_leads_plainly_down_is_a_node(path: str | None, node: str) -> None:
    assert node_of(path) == node
