import pytest

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.rules.rule import Policy
from plates.omezarr.rules.well import wells
from tests.plates.omezarr.rules.asking import asked, told
from tests.plates.omezarr.rules.plate_documents import images, plate, well_seen

ONE = plate(acquisitions=[{"id": 422, "maximumfieldcount": 2}], field_count=2)
TWO = plate(acquisitions=[{"id": 1, "maximumfieldcount": 2}, {"id": 2, "maximumfieldcount": 1}])


@pytest.mark.parametrize(
    "listed", [images("0", "1", acquisition=422), images("0", "1"), [], {}, "x", None]
)
def test_a_well_that_keeps_its_plates_promises_keeps_every_rule(listed: JsonValue) -> None:
    seen = well_seen(listed, ONE)
    assert [fault for rule in wells.rules for fault in rule.check(seen)] == []


def test_a_field_that_is_listed_twice_is_told_at_the_second() -> None:
    seen = well_seen([*images("0", "1"), {"path": "0", "acquisition": 2}])
    (fault,) = told(wells, "HCS-FIELD-UNIQUE", seen)
    assert (fault.pointer, fault.node, fault.found) == ("/images/2/path", "0", '"0"')
    assert "number 0" in fault.message


def test_the_same_image_twice_is_left_to_the_structure() -> None:
    assert told(wells, "HCS-FIELD-UNIQUE", well_seen(images("0", "0"))) == []
    assert len(told(wells, "HCS-FIELD-UNIQUE", well_seen(images("0", 0)))) == 1
    assert told(wells, "HCS-FIELD-UNIQUE", well_seen(images("0", "00"))) == []


def test_an_acquisition_that_the_plate_does_not_define_is_told_at_its_field() -> None:
    seen = well_seen([*images("0", acquisition=1), *images("1", acquisition=7)], TWO)
    (fault,) = told(wells, "HCS-ACQ-KNOWN", seen)
    assert (fault.pointer, fault.node) == ("/images/1/acquisition", "1")
    assert (fault.expected, fault.found) == ("one of 1, 2", "7")


def test_an_acquisition_is_known_whether_it_is_a_number_or_text() -> None:
    assert told(wells, "HCS-ACQ-KNOWN", well_seen(images("0", acquisition="1"), TWO)) == []
    assert told(wells, "HCS-ACQ-KNOWN", well_seen(images("0", acquisition=True), TWO)) == []


@pytest.mark.parametrize("listed", [None, []])
def test_where_the_plate_defines_none_one_acquisition_breaks_nothing(listed: JsonValue) -> None:
    of = plate(acquisitions=listed)
    assert told(wells, "HCS-ACQ-KNOWN", well_seen(images("0", "1", acquisition=0), of)) == []


def test_where_the_plate_defines_none_a_well_of_two_acquisitions_proves_several() -> None:
    listed = [*images("0", acquisition=0), *images("1", acquisition=1)]
    faults = told(wells, "HCS-ACQ-KNOWN", well_seen(listed, plate()))
    assert [fault.node for fault in faults] == ["0", "1"]


@pytest.mark.parametrize("acquisitions", ["x", {}, [{}], [{"id": 1}, {"id": []}]])
def test_acquisitions_are_not_judged_by_a_list_that_is_broken_itself(
    acquisitions: JsonValue,
) -> None:
    of = plate(acquisitions=acquisitions)
    assert told(wells, "HCS-ACQ-KNOWN", well_seen(images("0", acquisition=5), of)) == []


def test_an_image_has_to_name_its_acquisition_where_there_are_several() -> None:
    seen = well_seen([*images("0", acquisition=1), *images("1")], TWO)
    (fault,) = told(wells, "HCS-ACQ-REQUIRED", seen)
    assert (fault.pointer, fault.node) == ("/images/1", "1")
    assert "2 acquisitions" in fault.message


def test_an_image_need_not_name_the_only_acquisition() -> None:
    assert told(wells, "HCS-ACQ-REQUIRED", well_seen(images("0"), ONE)) == []
    twice = plate(acquisitions=[{"id": 0}, {"id": 0, "name": "again"}])
    assert told(wells, "HCS-ACQ-REQUIRED", well_seen(images("0"), twice)) == []


@pytest.mark.parametrize("rule_id", ["HCS-ACQ-KNOWN", "HCS-ACQ-REQUIRED"])
def test_rules_of_acquisitions_are_warnings_before_0_4(rule_id: str) -> None:
    rule = asked(wells, rule_id)
    assert [rule.level(version) for version in ("0.1", "0.3", "0.4")] == [
        "warning",
        "warning",
        "error",
    ]


def test_a_well_with_more_images_than_field_count_is_told() -> None:
    (fault,) = told(wells, "HCS-FIELD-COUNT", well_seen(images("0", "1", "2"), ONE))
    assert (fault.pointer, fault.expected, fault.found) == ("/images", "at most 2", "3")


def test_an_image_that_is_listed_twice_counts_once() -> None:
    assert told(wells, "HCS-FIELD-COUNT", well_seen(images("0", "1", "1", None), ONE)) == []


@pytest.mark.parametrize("count", [0, -1, "1", 1.5, True, [], None])
def test_a_field_count_that_is_no_positive_number_is_left_to_the_structure(
    count: JsonValue,
) -> None:
    of = plate(field_count=count)
    assert told(wells, "HCS-FIELD-COUNT", well_seen(images("0", "1"), of)) == []


def test_more_images_of_an_acquisition_than_it_says_are_told() -> None:
    listed = [*images("0", "1", acquisition=1), *images("2", "3", acquisition=2)]
    (fault,) = told(wells, "HCS-ACQ-MAXFIELD", well_seen(listed, TWO))
    assert (fault.pointer, fault.expected, fault.found) == ("/images", "at most 1", "2")
    assert "acquisition 2" in fault.message


def test_images_that_name_no_acquisition_are_of_the_only_one() -> None:
    assert len(told(wells, "HCS-ACQ-MAXFIELD", well_seen(images("0", "1", "2"), ONE))) == 1
    assert told(wells, "HCS-ACQ-MAXFIELD", well_seen(images("0", "1", "2"), TWO)) == []


@pytest.mark.parametrize("rule_id", ["HCS-FIELD-COUNT", "HCS-ACQ-MAXFIELD"])
def test_counts_of_fields_are_warnings_unless_the_policy_is_strict(rule_id: str) -> None:
    rule = asked(wells, rule_id)
    assert [rule.level("0.5", policy) for policy in Policy] == ["warning", "warning", "error"]
