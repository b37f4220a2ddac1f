import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.rules.axes import axes
from plates.omezarr.rules.rule import ERROR, WARNING
from plates.omezarr.seen_images import AxesSeen
from tests.plates.omezarr.rules.asking import asked, told

T: JsonValue = {"name": "t", "type": "time", "unit": "second"}
C: JsonValue = {"name": "c", "type": "channel"}
Z: JsonValue = {"name": "z", "type": "space", "unit": "micrometer"}
Y: JsonValue = {"name": "y", "type": "space", "unit": "micrometer"}
X: JsonValue = {"name": "x", "type": "space", "unit": "micrometer"}
FULL: list[JsonValue] = [T, C, Z, Y, X]
UPPER: list[JsonValue] = [
    {"name": "T", "type": "time", "unit": "second"},
    {"name": "C", "type": "channel"},
    {"name": "Z", "type": "space", "unit": "micrometer"},
    {"name": "Y", "type": "space", "unit": "micrometer"},
    {"name": "X", "type": "space", "unit": "micrometer"},
]
IDS = [rule.id for rule in axes.rules]
OF_OBJECTS = [rule_id for rule_id in IDS if rule_id != "IMG-AXES-V03"]


def told_of(rule_id: str, listed: JsonValue, version: str = "0.4") -> list[Fault]:
    return told(axes, rule_id, AxesSeen(version, listed))


def pointers(faults: list[Fault]) -> list[str]:
    return [fault.pointer for fault in faults]


@pytest.mark.parametrize("rule_id", OF_OBJECTS)
@pytest.mark.parametrize("listed", [FULL, UPPER, [Y, X], [C, Y, X], [T, Z, Y, X]])
def test_usual_axes_keep_every_rule(rule_id: str, listed: JsonValue) -> None:
    assert told_of(rule_id, listed) == []


@pytest.mark.parametrize("rule_id", OF_OBJECTS)
@pytest.mark.parametrize("listed", [None, "tczyx", {}, 3])
def test_axes_that_are_no_list_are_left_to_the_structure(rule_id: str, listed: JsonValue) -> None:
    assert told_of(rule_id, listed) == []


def test_two_axes_of_one_name_are_an_error() -> None:
    (fault,) = told_of("IMG-AXES-UNIQUE", [Z, Y, {"name": "y", "type": "space"}])

    assert fault.pointer == "/2/name"
    assert '"y"' in fault.message


def test_every_repetition_of_a_name_is_told() -> None:
    assert pointers(told_of("IMG-AXES-UNIQUE", [X, X, X])) == ["/1/name", "/2/name"]


def test_a_repeated_bare_name_of_version_0_3_is_an_error() -> None:
    assert pointers(told_of("IMG-AXES-UNIQUE", ["t", "y", "x", "x"], "0.3")) == ["/3"]


def test_names_that_differ_in_case_are_two_names() -> None:
    assert told_of("IMG-AXES-UNIQUE", [Y, {"name": "Y", "type": "space"}]) == []


def test_names_are_unique_since_version_0_3() -> None:
    rule = asked(axes, "IMG-AXES-UNIQUE")

    assert [rule.level(version) for version in ("0.2", "0.3", "0.6")] == [None, ERROR, ERROR]


@pytest.mark.parametrize(
    ("listed", "count"), [([C, X], "1"), ([{"name": "w", "type": "space"}, Z, Y, X], "4")]
)
def test_one_or_four_axes_of_space_are_an_error(listed: JsonValue, count: str) -> None:
    (fault,) = told_of("IMG-AXES-SPACE", listed)

    assert fault.pointer == ""
    assert fault.found == count


@pytest.mark.parametrize("listed", [[Y, X], [Z, Y, X]])
def test_two_and_three_axes_of_space_are_enough(listed: JsonValue) -> None:
    assert told_of("IMG-AXES-SPACE", listed) == []


def test_axes_of_space_that_do_not_say_so_are_named() -> None:
    (fault,) = told_of("IMG-AXES-SPACE", [{"name": "y"}, {"name": "x", "type": "Space"}])

    assert fault.message.endswith('Not marked with "type": "space": "y", "x".')


def test_a_system_of_array_axes_needs_no_space() -> None:
    listed: JsonValue = [{"name": "dim_0", "type": "array"}, {"name": "dim_1", "type": "array"}]

    for rule_id in OF_OBJECTS:
        assert told_of(rule_id, listed, "0.6") == []


def test_space_is_not_counted_where_an_axis_is_no_object() -> None:
    assert told_of("IMG-AXES-SPACE", [C, "x"]) == []


def test_a_channel_before_time_is_an_error() -> None:
    (fault,) = told_of("IMG-AXES-ORDER", [C, T, Y, X])

    assert fault.pointer == "/1"
    assert 'time axis "t"' in fault.message


@pytest.mark.parametrize("late", [C, {"name": "angle", "type": "custom"}, {"name": "angle"}])
def test_a_channel_or_custom_axis_after_space_is_an_error(late: JsonValue) -> None:
    assert pointers(told_of("IMG-AXES-ORDER", [Y, X, late])) == ["/2"]


def test_a_wrong_order_is_told_once() -> None:
    assert pointers(told_of("IMG-AXES-ORDER", [X, Y, Z, C, T])) == ["/3"]


def test_untyped_axes_are_ordered_by_their_names() -> None:
    listed: list[JsonValue] = [{"name": name} for name in "tczyx"]

    assert told_of("IMG-AXES-ORDER", listed) == []
    assert pointers(told_of("IMG-AXES-ORDER", listed[::-1])) == ["/3"]


def test_a_custom_axis_takes_the_place_of_the_channel() -> None:
    angle: JsonValue = {"name": "angle", "type": "custom"}

    assert told_of("IMG-AXES-ORDER", [T, angle, Y, X]) == []
    assert told_of("IMG-AXES-ONE", [T, angle, Y, X]) == []


def test_a_second_time_axis_is_an_error() -> None:
    (fault,) = told_of("IMG-AXES-ONE", [T, {"name": "lag", "type": "time"}, Y, X])

    assert fault.pointer == "/1"
    assert "time axis" in fault.message


@pytest.mark.parametrize("second", [{"name": "c2", "type": "channel"}, {"name": "angle"}])
def test_a_second_channel_or_custom_axis_is_an_error(second: JsonValue) -> None:
    (fault,) = told_of("IMG-AXES-ONE", [C, second, Y, X])

    assert fault.pointer == "/1"
    assert "channel or custom" in fault.message


def test_space_axes_of_misspelt_type_are_not_called_custom() -> None:
    listed: JsonValue = [{"name": "y", "type": "Space"}, {"name": "x", "type": "SPACE"}]

    assert told_of("IMG-AXES-ONE", listed) == []


def test_space_in_the_order_xyz_is_a_warning() -> None:
    (fault,) = told_of("IMG-AXES-ZYX", [C, X, Y, Z])

    assert (fault.pointer, fault.found, fault.expected) == ("/1", "xyz", "zyx")
    assert asked(axes, "IMG-AXES-ZYX").level("0.4") is WARNING


def test_two_axes_of_space_may_stand_in_any_order() -> None:
    assert told_of("IMG-AXES-ZYX", [X, Y]) == []


def test_axes_of_space_of_other_names_may_stand_in_any_order() -> None:
    assert told_of("IMG-AXES-ZYX", [X, Y, {"name": "depth", "type": "space"}]) == []


@pytest.mark.parametrize("listed", [["t", "c", "z", "y", "x"], ["y", "x"], ["c", "y", "x"]])
def test_letters_in_order_are_the_axes_of_version_0_3(listed: JsonValue) -> None:
    assert told_of("IMG-AXES-V03", listed, "0.3") == []


@pytest.mark.parametrize("stranger", ["T", "time", "", "xy", 1, None, {"name": "t"}, ["t"]])
def test_another_letter_or_object_is_an_error_in_version_0_3(stranger: JsonValue) -> None:
    assert pointers(told_of("IMG-AXES-V03", [stranger, "y", "x"], "0.3")) == ["/0"]


def test_letters_in_another_order_are_an_error_in_version_0_3() -> None:
    (fault,) = told_of("IMG-AXES-V03", ["x", "y", "c"], "0.3")

    assert fault.pointer == "/1"
    assert "too late" in fault.message


def test_a_repeated_letter_is_no_wrong_order() -> None:
    assert told_of("IMG-AXES-V03", ["y", "x", "x"], "0.3") == []


def test_letters_are_asked_for_in_version_0_3_alone() -> None:
    rule = asked(axes, "IMG-AXES-V03")

    assert [rule.level(version) for version in ("0.2", "0.3", "0.4", "0.6")] == [
        None,
        ERROR,
        None,
        None,
    ]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
words = st.sampled_from(["x", "y", "z", "t", "c", "space", "time", "channel", "array", "um"])
axis = st.dictionaries(
    st.sampled_from(["name", "type", "unit", "units"]),
    scalars | words | st.lists(scalars, max_size=2),
)


@given(st.lists(axis | words | scalars, max_size=7) | scalars | axis, st.text(max_size=4))
def test_no_rule_about_axes_ever_raises(listed: JsonValue, version: str) -> None:
    for number in (version, "0.3", "0.4", "0.6"):
        for rule_id in IDS:
            for fault in told_of(rule_id, listed, number):
                assert fault.message.endswith(".")
