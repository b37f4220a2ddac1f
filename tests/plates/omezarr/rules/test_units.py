import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.rules.axes import axes
from plates.omezarr.rules.units import UNITS, right_name
from plates.omezarr.seen_images import AxesSeen
from tests.plates.omezarr.rules.asking import told

Y: JsonValue = {"name": "y", "type": "space", "unit": "micrometer"}


def told_of(listed: JsonValue) -> list[Fault]:
    return told(axes, "IMG-UNIT", AxesSeen("0.4", listed))


def pointers(faults: list[Fault]) -> list[str]:
    return [fault.pointer for fault in faults]


@pytest.mark.parametrize(
    ("kind", "unit", "right"),
    [
        ("space", "um", "micrometer"),
        ("space", "\N{MICRO SIGN}m", "micrometer"),
        ("space", "\N{GREEK SMALL LETTER MU}m", "micrometer"),
        ("space", "Micrometer", "micrometer"),
        ("space", "micrometre", "micrometer"),
        ("space", "micrometers", "micrometer"),
        ("space", "micron", "micrometer"),
        ("space", "Microns", "micrometer"),
        ("space", "nm", "nanometer"),
        ("space", "Mm", "megameter"),
        ("space", "MM", "millimeter"),
        ("space", "\N{ANGSTROM SIGN}", "angstrom"),
        ("space", "inches", "inch"),
        ("time", "s", "second"),
        ("time", "seconds", "second"),
        ("time", "ms", "millisecond"),
        ("time", "min", "minute"),
    ],
)
def test_a_unit_spelt_otherwise_is_a_warning_with_the_right_name(
    kind: str, unit: str, right: str
) -> None:
    (fault,) = told_of([{"name": "a", "type": kind, "unit": unit}])

    assert fault.pointer == "/0/unit"
    assert fault.expected == right
    assert right in fault.message


def test_a_unit_of_another_type_is_a_warning() -> None:
    (fault,) = told_of([{"name": "t", "type": "time", "unit": "micrometer"}])

    assert fault.message == 'The unit "micrometer" is none of time.'
    assert "second" in fault.expected


@pytest.mark.parametrize("unit", ["pixel", "", "parrots", "m" * 10_000])
def test_a_unit_that_nobody_knows_is_a_warning(unit: str) -> None:
    (fault,) = told_of([{"name": "x", "type": "space", "unit": unit}])

    assert "does not know" in fault.message


@pytest.mark.parametrize("unit", [None, 1, ["micrometer"], {}])
def test_a_unit_that_is_no_text_is_a_warning(unit: JsonValue) -> None:
    (fault,) = told_of([{"name": "x", "type": "space", "unit": unit}])

    assert "has to be text" in fault.message


def test_the_misspelt_key_units_is_a_warning() -> None:
    (fault,) = told_of([Y, {"name": "x", "type": "space", "units": "micrometer"}])

    assert (fault.pointer, fault.expected) == ("/1/units", "unit")


def test_the_key_units_beside_unit_does_no_harm() -> None:
    listed: JsonValue = [{"name": "x", "type": "space", "unit": "meter", "units": "m"}]

    assert told_of(listed) == []


def test_an_axis_without_unit_keeps_the_rule() -> None:
    assert told_of([{"name": "x", "type": "space"}]) == []


def test_channels_and_custom_axes_may_have_any_unit() -> None:
    listed: JsonValue = [
        {"name": "c", "type": "channel", "unit": "um"},
        {"name": "angle", "type": "angle", "unit": "degree"},
    ]

    assert told_of(listed) == []


def test_an_untyped_axis_has_the_units_of_its_name() -> None:
    assert told_of([{"name": "X", "unit": "micrometer"}]) == []
    assert pointers(told_of([{"name": "X", "unit": "second"}])) == ["/0/unit"]


@pytest.mark.parametrize(("kind", "count"), [("space", 26), ("time", 23)])
def test_every_unit_of_the_specification_is_known(kind: str, count: int) -> None:
    assert len(UNITS[kind]) == count
    assert {"angstrom", "yottameter", "zeptosecond", "day"} <= UNITS["space"] | UNITS["time"]
    for unit in UNITS[kind]:
        assert told_of([{"name": "a", "type": kind, "unit": unit}]) == []


@given(st.text())
def test_a_right_name_is_always_a_unit(unit: str) -> None:
    name = right_name(unit)

    assert not name or name in UNITS["space"] | UNITS["time"]
