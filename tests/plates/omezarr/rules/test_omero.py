from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.rules.omero import omeros
from plates.omezarr.rules.rule import ERROR, WARNING
from plates.omezarr.seen_images import OmeroSeen
from tests.plates.omezarr.rules.asking import asked, told

WINDOW: JsonValue = {"min": 0, "max": 65535, "start": 0, "end": 1500}
CHANNEL: JsonValue = {"label": "DNA", "color": "0000FF", "window": WINDOW}
LENGTHS = {"t": 2, "c": 1, "z": 16, "y": 64, "x": 64}
IDS = [rule.id for rule in omeros.rules]


def told_of(
    rule_id: str, omero: JsonObject, lengths: Mapping[str, int] = LENGTHS, version: str = "0.4"
) -> list[Fault]:
    return told(omeros, rule_id, OmeroSeen(version, omero, lengths))


def painted(color: JsonValue) -> JsonObject:
    return {"label": "DNA", "color": color, "window": WINDOW}


def pointers(faults: list[Fault]) -> list[str]:
    return [fault.pointer for fault in faults]


@pytest.mark.parametrize("rule_id", IDS)
def test_usual_channels_keep_every_rule(rule_id: str) -> None:
    omero: JsonObject = {"channels": [CHANNEL], "rdefs": {"defaultT": 0, "defaultZ": 8}}

    assert told_of(rule_id, omero) == []


@pytest.mark.parametrize("color", ["000000", "ffffff", "aBcDeF", "012345"])
def test_six_hexadecimal_digits_are_a_color(color: str) -> None:
    assert told_of("OMERO-SHAPE", {"channels": [painted(color)]}) == []


@pytest.mark.parametrize(
    "color", ["", "red", "FFF", "00FF00FF", "GG0000", "\N{ARABIC-INDIC DIGIT ONE}" * 6, "FF0000\n"]
)
def test_any_other_text_is_no_color(color: str) -> None:
    (fault,) = told_of("OMERO-SHAPE", {"channels": [CHANNEL, painted(color)]})

    assert fault.pointer == "/channels/1/color"
    assert "six hexadecimal digits" in fault.message


def test_a_color_with_a_hash_is_told_how_to_be_mended() -> None:
    (fault,) = told_of("OMERO-SHAPE", {"channels": [painted("#00FF00")]})

    assert fault.message == 'The color "#00FF00" has to be six hexadecimal digits without the #.'
    assert fault.expected == "00FF00"


@pytest.mark.parametrize("color", [255, None, ["FF0000"]])
def test_a_color_that_is_no_text_is_left_to_the_structure(color: JsonValue) -> None:
    assert told_of("OMERO-SHAPE", {"channels": [painted(color)]}) == []


@pytest.mark.parametrize(
    ("channel", "missing"),
    [
        ({"window": WINDOW}, "`color`"),
        ({"color": "0000FF"}, "`window`"),
        ({"label": "DNA"}, "`color` and `window`"),
    ],
)
def test_a_channel_without_color_or_window_is_an_error(channel: JsonValue, missing: str) -> None:
    (fault,) = told_of("OMERO-SHAPE", {"channels": [CHANNEL, channel]}, version="0.5")

    assert fault.pointer == "/channels/1"
    assert fault.message == f"The channel lacks {missing}."


def test_the_shape_of_channels_is_an_error_since_version_0_4() -> None:
    rule = asked(omeros, "OMERO-SHAPE")

    assert [rule.level(version) for version in ("0.3", "0.4", "0.5", "0.6")] == [
        WARNING,
        ERROR,
        ERROR,
        ERROR,
    ]


@pytest.mark.parametrize("described", [0, 2, 50])
def test_more_or_fewer_channels_than_the_image_has_are_a_warning(described: int) -> None:
    (fault,) = told_of("OMERO-COUNT", {"channels": [CHANNEL] * described})

    assert fault.pointer == "/channels"
    assert (fault.expected, fault.found) == ("1 channels", f"{described} channels")
    assert asked(omeros, "OMERO-COUNT").level("0.1") is WARNING


def test_fifty_channels_of_an_image_that_has_fifty_keep_the_rule() -> None:
    assert told_of("OMERO-COUNT", {"channels": [CHANNEL] * 50}, {"c": 50, "y": 8, "x": 8}) == []


def test_an_image_without_channel_axis_has_one_channel() -> None:
    lengths = {"z": 4, "y": 8, "x": 8}

    assert told_of("OMERO-COUNT", {"channels": [CHANNEL]}, lengths) == []
    assert pointers(told_of("OMERO-COUNT", {"channels": [CHANNEL] * 2}, lengths)) == ["/channels"]


@pytest.mark.parametrize("lengths", [{}, {"angle": 3, "y": 8, "x": 8}])
def test_channels_are_not_counted_where_their_axis_is_unknown(lengths: dict[str, int]) -> None:
    assert told_of("OMERO-COUNT", {"channels": [CHANNEL] * 3}, lengths) == []


@pytest.mark.parametrize("omero", [{}, {"channels": None}, {"channels": {"0": CHANNEL}}])
def test_channels_that_are_no_list_are_not_counted(omero: JsonObject) -> None:
    assert told_of("OMERO-COUNT", omero) == []


@pytest.mark.parametrize(
    ("window", "keys"),
    [
        ({"min": 10, "max": 20, "start": 9, "end": 20}, ["start"]),
        ({"min": 10, "max": 20, "start": 10, "end": 20.5}, ["end"]),
        ({"min": 10, "max": 20, "start": 0, "end": 30}, ["start", "end"]),
        ({"min": "10", "max": "20", "start": "9", "end": "15"}, ["start"]),
        ({"max": 20, "start": -5, "end": 30}, ["end"]),
    ],
)
def test_a_window_that_leaves_its_bounds_is_a_warning(window: JsonValue, keys: list[str]) -> None:
    faults = told_of("OMERO-RANGE", {"channels": [{"window": window}]})

    assert pointers(faults) == [f"/channels/0/window/{key}" for key in keys]


@pytest.mark.parametrize(
    "window",
    [
        {"min": 10, "max": 20, "start": 10, "end": 20},
        {"min": "0", "max": "65535", "start": "5", "end": "1500"},
        {"start": 5, "end": 3},
        {"min": "many", "max": None, "start": 1, "end": 2},
        None,
        "0-65535",
    ],
)
def test_a_window_within_its_bounds_or_without_keeps_the_rule(window: JsonValue) -> None:
    assert told_of("OMERO-RANGE", {"channels": [{"window": window}]}) == []


@pytest.mark.parametrize(("key", "place"), [("defaultZ", 16), ("defaultT", 2), ("defaultZ", -1)])
def test_a_first_plane_beyond_the_image_is_a_warning(key: str, place: int) -> None:
    (fault,) = told_of("OMERO-RANGE", {"rdefs": {key: place}})

    assert fault.pointer == f"/rdefs/{key}"
    assert str(place) in fault.message


@pytest.mark.parametrize("rdefs", [{"defaultZ": 15, "defaultT": 1}, {"defaultZ": "last"}, None])
def test_a_first_plane_inside_of_the_image_keeps_the_rule(rdefs: JsonValue) -> None:
    assert told_of("OMERO-RANGE", {"rdefs": rdefs}) == []


def test_a_first_plane_is_not_judged_where_the_length_is_unknown() -> None:
    assert told_of("OMERO-RANGE", {"rdefs": {"defaultZ": 118}}, {"y": 8, "x": 8}) == []


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
anything = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars)
window = st.dictionaries(st.sampled_from(["min", "max", "start", "end"]), anything)
channel = st.fixed_dictionaries(
    {}, optional={"color": anything, "window": window | anything, "label": anything}
)
omero_values = st.fixed_dictionaries(
    {},
    optional={
        "channels": st.lists(channel | anything, max_size=3) | anything,
        "rdefs": st.dictionaries(st.sampled_from(["defaultT", "defaultZ"]), anything) | anything,
    },
)


@given(omero_values, st.dictionaries(st.sampled_from("tczyxa"), st.integers(0, 9)))
def test_no_rule_about_omero_ever_raises(omero: JsonObject, lengths: dict[str, int]) -> None:
    for rule_id in IDS:
        for fault in told_of(rule_id, omero, lengths):
            assert fault.message.endswith(".")
