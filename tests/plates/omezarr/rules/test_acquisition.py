import pytest

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.rules.acquisition import acquisitions
from plates.omezarr.rules.rule import Policy
from tests.plates.omezarr.rules.asking import asked, told
from tests.plates.omezarr.rules.plate_documents import plate

START, END = 1_604_484_000, 1_604_486_400


def of(rule_id: str, *given: JsonValue, version: str = "0.5") -> list[Fault]:
    return told(acquisitions, rule_id, plate(version=version, acquisitions=list(given)))


def timed(start: JsonValue, end: JsonValue = None) -> JsonObject:
    return {"id": 0, "starttime": start} | ({} if end is None else {"endtime": end})


def test_ids_may_be_any_numbers_in_any_order() -> None:
    assert of("HCS-ACQ-UNIQUE", {"id": 422}, {"id": 0}, {"id": 7}, {}, {"id": None}, 3) == []


def test_an_id_that_is_there_twice_is_told_at_the_second() -> None:
    (fault,) = of("HCS-ACQ-UNIQUE", {"id": 1}, {"id": 2, "name": "a"}, {"id": 2, "name": "b"})
    assert (fault.pointer, fault.node, fault.found) == ("/acquisitions/2/id", "", "2")
    assert "number 1" in fault.message


@pytest.mark.parametrize("other", ["1", 1.0])
def test_an_id_is_the_same_whether_it_is_a_number_or_text(other: JsonValue) -> None:
    assert len(of("HCS-ACQ-UNIQUE", {"id": 1}, {"id": other})) == 1


def test_the_same_acquisition_twice_is_left_to_the_structure_before_0_4_alone() -> None:
    assert of("HCS-ACQ-UNIQUE", {"id": 1}, {"id": 1}, version="0.3") == []
    assert len(of("HCS-ACQ-UNIQUE", {"id": 1}, {"id": 1, "name": "b"}, version="0.3")) == 1
    assert len(of("HCS-ACQ-UNIQUE", {"id": 1}, {"id": 1}, version="0.4")) == 1


@pytest.mark.parametrize("factor", [1, 1000])
def test_times_may_be_in_seconds_or_milliseconds(factor: int) -> None:
    assert of("HCS-ACQ-TIME", timed(START * factor, END * factor)) == []
    assert of("HCS-ACQ-TIME", timed(END * factor, END * factor)) == []
    (fault,) = of("HCS-ACQ-TIME", timed(END * factor, START * factor))
    assert (fault.pointer, fault.found) == ("/acquisitions/0/endtime", str(START * factor))
    assert "before it starts" in fault.message


def test_a_start_and_an_end_in_different_units_are_told_once() -> None:
    (fault,) = of("HCS-ACQ-TIME", timed(START * 1000, END))
    assert fault.message == "The start is in milliseconds, the end in seconds since 1970."
    assert len(of("HCS-ACQ-TIME", timed(START, END * 1000))) == 1


@pytest.mark.parametrize("moment", [0, 631_151_999, 4_102_444_800, 631_151_999_999, START * 10**6])
def test_a_time_that_is_not_of_our_age_is_told(moment: int) -> None:
    (fault,) = of("HCS-ACQ-TIME", timed(moment, END))
    assert fault.pointer == "/acquisitions/0/starttime"


@pytest.mark.parametrize("moment", [631_152_000, 4_102_444_799, 631_152_000_000, str(START)])
def test_a_time_at_the_border_of_our_age_or_written_as_text_is_taken(moment: JsonValue) -> None:
    assert of("HCS-ACQ-TIME", timed(moment)) == []


@pytest.mark.parametrize("moment", [-1, "today", None, True, [], {}])
def test_what_is_no_time_is_left_to_the_structure(moment: JsonValue) -> None:
    assert of("HCS-ACQ-TIME", timed(moment, END)) == []


def test_an_odd_time_is_a_warning_under_every_policy() -> None:
    rule = asked(acquisitions, "HCS-ACQ-TIME")
    assert {rule.level("0.1", policy) for policy in Policy} == {"warning"}
