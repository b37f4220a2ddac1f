import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.rules.image import arrays_of_transformations, multiscales
from plates.omezarr.rules.rule import ERROR
from plates.omezarr.seen_images import MultiscaleSeen
from tests.plates.omezarr.rules.asking import asked, told

SCALE: JsonValue = {"type": "scale", "scale": [1.0, 0.5, 0.5]}
TRANSLATION: JsonValue = {"type": "translation", "translation": [0.0, 0.25, 0.25]}
IDENTITY: JsonValue = {"type": "identity"}
STORED: JsonValue = {"type": "scale", "path": "scales/0"}
AT = "/datasets/0/coordinateTransformations"
IDS = [rule.id for rule in multiscales.rules]


def image(*transforms: JsonValue, outer: JsonValue = None) -> JsonObject:
    multiscale: JsonObject = {
        "datasets": [{"path": "0", "coordinateTransformations": list(transforms)}]
    }
    return multiscale if outer is None else multiscale | {"coordinateTransformations": outer}


def told_of(
    rule_id: str,
    multiscale: JsonObject,
    dimensions: int = 3,
    vanished: frozenset[str] = frozenset(),
    version: str = "0.4",
) -> list[Fault]:
    seen = MultiscaleSeen(version, multiscale, dimensions, vanished)
    return told(multiscales, rule_id, seen)


def pointers(faults: list[Fault]) -> list[str]:
    return [fault.pointer for fault in faults]


@pytest.mark.parametrize("rule_id", IDS)
@pytest.mark.parametrize(
    "multiscale",
    [
        image(SCALE),
        image(SCALE, TRANSLATION),
        image(SCALE, outer=[{"type": "scale", "scale": [299, 1, 1]}]),
        image({"type": "scale", "scale": [1, 0.5, 0.5]}, outer=[SCALE, TRANSLATION]),
        image(IDENTITY),
        {},
    ],
)
def test_usual_transformations_keep_every_rule(rule_id: str, multiscale: JsonObject) -> None:
    assert told_of(rule_id, multiscale) == []


def test_a_translation_before_the_scale_is_an_error() -> None:
    (fault,) = told_of("IMG-SCALE-ONE", image(TRANSLATION, SCALE))

    assert fault.pointer == f"{AT}/0"
    assert "before the scale" in fault.message


def test_two_translations_are_an_error() -> None:
    (fault,) = told_of("IMG-SCALE-ONE", image(SCALE, TRANSLATION, TRANSLATION))

    assert fault.pointer == f"{AT}/2"
    assert "too many" in fault.message


def test_transformations_of_the_whole_image_follow_the_same_order() -> None:
    faults = told_of("IMG-SCALE-ONE", image(SCALE, outer=[TRANSLATION, SCALE]))

    assert pointers(faults) == ["/coordinateTransformations/0"]


@pytest.mark.parametrize("transforms", [[], [TRANSLATION], [TRANSLATION] * 2, [SCALE, SCALE]])
def test_how_many_scales_there_are_is_left_to_the_structure(transforms: list[JsonValue]) -> None:
    assert told_of("IMG-SCALE-ONE", image(*transforms)) == []


def test_the_order_of_a_list_is_asked_for_in_versions_0_4_and_0_5() -> None:
    rule = asked(multiscales, "IMG-SCALE-ONE")

    assert [rule.level(version) for version in ("0.3", "0.4", "0.5", "0.6")] == [
        None,
        ERROR,
        ERROR,
        None,
    ]


@pytest.mark.parametrize("kind", ["scale", "translation"])
@pytest.mark.parametrize("count", [2, 4])
def test_more_or_fewer_numbers_than_axes_are_an_error(kind: str, count: int) -> None:
    (fault,) = told_of("IMG-SCALE-LEN", image(SCALE, {"type": kind, kind: [1] * count}))

    assert fault.pointer == f"{AT}/1/{kind}"
    assert f"{count} numbers" in fault.message
    assert "3 axes" in fault.message


def test_a_scale_of_the_whole_image_has_a_number_for_each_axis_too() -> None:
    faults = told_of("IMG-SCALE-LEN", image(SCALE, outer=[{"type": "scale", "scale": [2.0, 2.0]}]))

    assert pointers(faults) == ["/coordinateTransformations/0/scale"]


def test_the_members_of_a_sequence_have_a_number_for_each_axis() -> None:
    short: JsonValue = {"type": "translation", "translation": [1, 2]}
    sequence: JsonValue = {"type": "sequence", "transformations": [SCALE, short]}

    faults = told_of("IMG-SCALE-LEN", image(sequence), version="0.6")

    assert pointers(faults) == [f"{AT}/0/transformations/1/translation"]


@pytest.mark.parametrize("scale", [None, "1 1", {}, [1, "1"], [True, False], [None]])
def test_a_scale_that_is_no_list_of_numbers_is_left_to_the_structure(scale: JsonValue) -> None:
    assert told_of("IMG-SCALE-LEN", image({"type": "scale", "scale": scale})) == []


def test_numbers_are_not_counted_where_the_axes_are_unknown() -> None:
    assert told_of("IMG-SCALE-LEN", image(SCALE), dimensions=0) == []


def test_a_transformation_whose_array_vanished_is_an_error() -> None:
    (fault,) = told_of("IMG-TRAFO-PATH", image(STORED), vanished=frozenset({"scales/0"}))

    assert (fault.pointer, fault.node) == (f"{AT}/0/path", "scales/0")
    assert "no array" in fault.message


def test_a_transformation_whose_array_is_there_keeps_the_rule() -> None:
    assert told_of("IMG-TRAFO-PATH", image(STORED), vanished=frozenset({"scales/1"})) == []


@pytest.mark.parametrize("path", ["", "/0", "../0", "a//b", "http://a/b", 3, None, ["0"]])
def test_a_transformation_whose_path_leads_nowhere_is_an_error(path: JsonValue) -> None:
    (fault,) = told_of("IMG-TRAFO-PATH", image({"type": "scale", "path": path}))

    assert fault.pointer == f"{AT}/0/path"
    assert "no array of the store" in fault.message


def test_the_arrays_of_transformations_are_those_that_can_be_followed() -> None:
    escaping: JsonValue = {"type": "translation", "path": "../1"}

    assert arrays_of_transformations(image(STORED, escaping, outer=[STORED])) == [
        "scales/0",
        "scales/0",
    ]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
anything = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=3), scalars)
kinds = st.sampled_from(["scale", "translation", "identity", "sequence"])
transform = st.recursive(
    anything,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": kinds | anything,
            "scale": anything,
            "translation": anything,
            "path": anything,
            "transformations": st.lists(inner, max_size=3) | anything,
        },
    ),
    max_leaves=8,
)
transforms = st.lists(transform, max_size=4) | anything
dataset = st.fixed_dictionaries({}, optional={"coordinateTransformations": transforms})
images = st.fixed_dictionaries(
    {},
    optional={
        "datasets": st.lists(dataset | anything, max_size=3) | anything,
        "coordinateTransformations": transforms,
    },
)


@given(images, st.integers(0, 6))
def test_no_rule_about_transformations_ever_raises(multiscale: JsonObject, axes: int) -> None:
    for rule_id in IDS:
        for fault in told_of(rule_id, multiscale, axes):
            assert fault.message.endswith(".")
