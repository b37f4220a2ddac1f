from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.rules.rule import ERROR
from plates.omezarr.rules.systems import systems
from plates.omezarr.seen_images import MultiscaleSeen
from tests.plates.omezarr.rules.asking import asked, told

SCALE: JsonValue = {"type": "scale", "scale": [0.5, 0.5]}
TRANSLATION: JsonValue = {"type": "translation", "translation": [1.0, 1.0]}
IDS = [rule.id for rule in systems.rules]
MANY = 20_000


def system(name: JsonValue) -> JsonObject:
    return {"name": name, "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]}


def level(path: str, *, origin: str | None = None, output: str = "physical") -> JsonObject:
    transform: JsonObject = {
        "type": "scale",
        "scale": [0.5, 0.5],
        "input": {"path": origin or path},
        "output": {"name": output},
    }
    return {"path": path, "coordinateTransformations": [transform]}


def between(start: JsonValue, end: JsonValue, kind: str = "scale") -> JsonObject:
    return {
        "type": kind,
        "scale": [2.0, 2.0],
        "input": {"name": start} if isinstance(start, str) else start,
        "output": {"name": end} if isinstance(end, str) else end,
    }


def image(
    *names: str, levels: list[JsonValue] | None = None, transforms: list[JsonValue] | None = None
) -> JsonObject:
    multiscale: JsonObject = {
        "coordinateSystems": [system(name) for name in names or ("physical",)],
        "datasets": levels or [level("s0"), level("s1")],
    }
    return (
        multiscale if transforms is None else multiscale | {"coordinateTransformations": transforms}
    )


def told_of(rule_id: str, multiscale: JsonObject, version: str = "0.6") -> list[Fault]:
    return told(systems, rule_id, MultiscaleSeen(version, multiscale, 2))


def pointers(faults: list[Fault]) -> list[str]:
    return [fault.pointer for fault in faults]


LABELLED: JsonValue = {"path": "labels/cells", "name": "physical"}


@pytest.mark.parametrize("rule_id", IDS)
@pytest.mark.parametrize(
    "multiscale",
    [
        image(),
        image("physical", "world", transforms=[between("physical", "world")]),
        image("world", "physical", transforms=[between("world", "physical")]),
        image("physical", transforms=[between(LABELLED, "physical", kind="identity")]),
        {},
    ],
)
def test_usual_systems_keep_every_rule(rule_id: str, multiscale: JsonObject) -> None:
    assert told_of(rule_id, multiscale) == []


@pytest.mark.parametrize("rule_id", IDS)
def test_systems_are_judged_since_version_0_6(rule_id: str) -> None:
    rule = asked(systems, rule_id)

    assert [rule.level(version) for version in ("0.5", "0.6", "0.6.dev4")] == [None, ERROR, ERROR]


def test_a_level_whose_input_is_another_array_is_an_error() -> None:
    (fault,) = told_of("IMG-CS-06", image(levels=[level("s0"), level("s1", origin="s0")]))

    assert fault.pointer == "/datasets/1/coordinateTransformations/0/input/path"
    assert (fault.expected, fault.found) == ('"s1"', '"s0"')


def test_levels_in_two_systems_are_an_error() -> None:
    multiscale = image("physical", "world", levels=[level("s0"), level("s1", output="world")])

    (fault,) = told_of("IMG-CS-06", multiscale)

    assert fault.pointer == "/datasets/1/coordinateTransformations/0/output/name"
    assert '"world"' in fault.message


def test_levels_in_a_system_that_is_not_described_are_told_once() -> None:
    levels: list[JsonValue] = [level("s0", output="moon"), level("s1", output="moon")]

    (fault,) = told_of("IMG-CS-06", image(levels=levels))

    assert fault.pointer == "/datasets/0/coordinateTransformations/0/output/name"
    assert '"moon"' in fault.message


def test_the_bare_names_of_the_drafts_are_left_to_the_structure() -> None:
    drafted: JsonValue = {"type": "scale", "scale": [1, 1], "input": "s1", "output": "physical"}

    multiscale = image(levels=[{"path": "s0", "coordinateTransformations": [drafted]}])

    assert told_of("IMG-CS-06", multiscale) == []


def test_two_systems_of_one_name_are_an_error() -> None:
    faults = told_of("IMG-CS-06-NAME", image("physical", "world", "physical"))

    assert pointers(faults) == ["/coordinateSystems/2/name"]


def test_two_transformations_of_one_name_are_an_error() -> None:
    named = between("physical", "world") | {"name": "to world"}

    faults = told_of("IMG-CS-06-NAME", image("physical", "world", transforms=[named, named]))

    assert pointers(faults) == ["/coordinateTransformations/1/name"]


def test_names_that_differ_in_case_are_two_systems() -> None:
    assert told_of("IMG-CS-06-NAME", image("physical", "Physical")) == []


def test_a_system_that_no_transformation_reaches_is_an_error() -> None:
    multiscale = image("physical", "world", "moon", transforms=[between("physical", "world")])

    (fault,) = told_of("IMG-CS-06-GRAPH", multiscale)

    assert fault.pointer == "/coordinateSystems/2"
    assert '"moon"' in fault.message


def test_two_systems_without_transformations_are_an_error() -> None:
    assert pointers(told_of("IMG-CS-06-GRAPH", image("physical", "world"))) == [
        "/coordinateSystems/1"
    ]


def test_a_system_may_be_reached_over_another_one() -> None:
    multiscale = image(
        "physical",
        "world",
        "moon",
        transforms=[between("moon", "world"), between("world", "physical")],
    )

    assert told_of("IMG-CS-06-GRAPH", multiscale) == []


def test_a_transformation_to_a_system_that_is_not_described_is_an_error() -> None:
    faults = told_of("IMG-CS-06-GRAPH", image(transforms=[between("physical", "moon")]))

    assert pointers(faults) == ["/coordinateTransformations/0/output/name"]


def test_the_systems_of_a_label_are_not_looked_for_in_the_image() -> None:
    labelled: JsonValue = {"path": "labels/cells", "name": "cells"}

    assert told_of("IMG-CS-06-GRAPH", image(transforms=[between("physical", labelled)])) == []


def test_many_systems_are_reached_quickly() -> None:
    names = [str(number) for number in range(MANY)]
    chain: list[JsonValue] = [between(here, there) for here, there in pairwise(names)]
    multiscale = image(*names, levels=[level("s0", output="0")], transforms=chain)

    assert told_of("IMG-CS-06-GRAPH", multiscale) == []


def test_a_transformation_that_does_not_touch_the_levels_is_an_error() -> None:
    multiscale = image(
        "physical",
        "world",
        "moon",
        transforms=[between("physical", "world"), between("world", "moon")],
    )

    (fault,) = told_of("IMG-CS-06-INTRINSIC", multiscale)

    assert fault.pointer == "/coordinateTransformations/1"
    assert '"physical"' in fault.message


def test_a_label_has_to_be_placed_in_the_system_of_the_levels() -> None:
    multiscale = image("physical", "world", transforms=[between(LABELLED, "world")])

    assert pointers(told_of("IMG-CS-06-INTRINSIC", multiscale)) == ["/coordinateTransformations/0"]


@pytest.mark.parametrize(
    "members", [[TRANSLATION, SCALE], [SCALE, SCALE], [TRANSLATION, TRANSLATION]]
)
def test_another_sequence_than_scale_and_translation_is_an_error(members: JsonValue) -> None:
    sequence: JsonValue = {"type": "sequence", "transformations": members}
    levels: list[JsonValue] = [{"path": "s0", "coordinateTransformations": [sequence]}]

    (fault,) = told_of("IMG-CS-06-SEQUENCE", image(levels=levels))

    assert fault.pointer == "/datasets/0/coordinateTransformations/0/transformations"


@pytest.mark.parametrize("members", [[SCALE, TRANSLATION], [SCALE], [{"type": "affine"}], None])
def test_a_scale_and_a_translation_keep_the_rule(members: JsonValue) -> None:
    sequence: JsonValue = {"type": "sequence", "transformations": members}
    levels: list[JsonValue] = [{"path": "s0", "coordinateTransformations": [sequence]}]

    assert told_of("IMG-CS-06-SEQUENCE", image(levels=levels)) == []


@pytest.mark.parametrize("kind", ["affine", "rotation", "mapAxis", "displacements"])
def test_a_label_that_is_not_placed_simply_is_an_error(kind: str) -> None:
    (fault,) = told_of("IMG-CS-06-LABEL", image(transforms=[between(LABELLED, "physical", kind)]))

    assert fault.pointer == "/coordinateTransformations/0/type"
    assert kind in fault.found


@pytest.mark.parametrize(("second", "count"), [(TRANSLATION, 0), ({"type": "affine"}, 1)])
def test_a_label_may_be_placed_by_a_scale_and_a_translation(second: JsonValue, count: int) -> None:
    sequence = between("physical", LABELLED, "sequence") | {"transformations": [SCALE, second]}

    assert len(told_of("IMG-CS-06-LABEL", image(transforms=[sequence]))) == count


def test_between_systems_of_an_image_any_transformation_may_lie() -> None:
    multiscale = image("physical", "world", transforms=[between("physical", "world", "affine")])

    assert told_of("IMG-CS-06-LABEL", multiscale) == []


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=2)
anything = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=2), scalars)
ends = st.fixed_dictionaries({}, optional={"name": anything, "path": anything}) | anything
transform = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["scale", "sequence", "identity"]) | anything,
        "name": anything,
        "input": ends,
        "output": ends,
        "transformations": st.lists(anything, max_size=2) | anything,
    },
)
transforms = st.lists(transform | anything, max_size=3) | anything
dataset = st.fixed_dictionaries(
    {}, optional={"path": anything, "coordinateTransformations": transforms}
)
images = st.fixed_dictionaries(
    {},
    optional={
        "coordinateSystems": st.lists(ends, max_size=3) | anything,
        "datasets": st.lists(dataset | anything, max_size=3) | anything,
        "coordinateTransformations": transforms,
    },
)


@given(images)
def test_no_rule_about_systems_ever_raises(multiscale: JsonObject) -> None:
    for rule_id in IDS:
        for fault in told_of(rule_id, multiscale):
            assert fault.message.endswith(".")
