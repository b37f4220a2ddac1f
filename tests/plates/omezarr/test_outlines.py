"""Outlines: what images of a plate have in common, so that their rules are asked once."""

import pytest

from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.outlines import outline_of, outline_of_image

ORIGIN: list[JsonValue] = [0.0, 0.0]


def _multiscale(scale: JsonValue, translation: JsonValue = ORIGIN, **more: JsonValue) -> JsonObject:
    transforms: list[JsonValue] = [
        {"type": "scale", "scale": scale},
        {"type": "translation", "translation": translation},
    ]
    return {
        "name": "A/1/0",
        "datasets": [{"path": "0", "coordinateTransformations": transforms}],
        **more,
    }


USUAL = _multiscale([1.0, 0.5])


@pytest.mark.parametrize(
    "other",
    [
        _multiscale([2.0, 0.25]),
        _multiscale([2, 0.25]),
        _multiscale([1.0, 0.5], [-3.5, 7]),
        _multiscale([1.0, 0.5], name="B/2/1"),
    ],
)
def test_names_and_places_leave_no_trace(other: JsonObject) -> None:
    assert outline_of(other) == outline_of(USUAL)


@pytest.mark.parametrize(
    "other",
    [
        _multiscale([1.0, 0.5, 0.5]),
        _multiscale([]),
        _multiscale([1.0, -0.5]),
        _multiscale([1.0, 0.0]),
        _multiscale([1.0, True]),
        _multiscale([1.0, "0.5"]),
        _multiscale([1.0, None]),
        _multiscale([1.0, [0.5]]),
        _multiscale("<2+>"),
        _multiscale(None),
        _multiscale([1.0, 0.5], [0.0]),
        _multiscale([1.0, 0.5], "elsewhere"),
        _multiscale([1.0, 0.5], name=3),
        _multiscale([1.0, 0.5], axes=["y", "x"]),
        _multiscale([1.0, 0.5], coordinateTransformations=[]),
        _multiscale([1.0, 0.5], datasets={}),
        _multiscale([1.0, 0.5], datasets=[None]),
        _multiscale([1.0, 0.5], datasets=[{"path": "0"}]),
    ],
)
def test_all_else_is_told_apart(other: JsonObject) -> None:
    assert outline_of(other) != outline_of(USUAL)


def test_a_number_beside_the_transformation_is_told_apart() -> None:
    one: JsonObject = {"datasets": [{"path": "0", "coordinateTransformations": [{"scale": [1.0]}]}]}
    two: JsonObject = {"datasets": [{"path": "0", "coordinateTransformations": [{"scale": [2.0]}]}]}
    assert outline_of(one) != outline_of(two)


def _sequence(scale: float, inner: str = "scale") -> JsonObject:
    members: list[JsonValue] = [{"type": inner, inner: [scale], "transformations": []}]
    whole: JsonObject = {"type": "sequence", "transformations": members}
    return {"datasets": [{"path": "0", "coordinateTransformations": [whole]}]}


def test_the_members_of_a_sequence_leave_no_trace_either() -> None:
    assert outline_of(_sequence(1.0)) == outline_of(_sequence(2.0))
    assert outline_of(_sequence(1.0)) != outline_of(_sequence(-2.0))


def test_a_sequence_in_a_sequence_is_told_apart() -> None:
    assert outline_of(_sequence(1.0, "sequence")) != outline_of(_sequence(2.0, "sequence"))


def test_transformations_of_the_whole_image_leave_no_trace() -> None:
    one = _multiscale([1.0], coordinateTransformations=[{"type": "scale", "scale": [1.0]}])
    two = _multiscale([1.0], coordinateTransformations=[{"type": "scale", "scale": [3.5]}])
    assert outline_of(one) == outline_of(two)


def test_what_is_no_object_has_an_outline_too() -> None:
    assert outline_of([1]) != outline_of([2])


def _ome(multiscale: JsonValue, **more: JsonValue) -> JsonObject:
    return {"version": "0.5", "multiscales": [multiscale], **more}


def test_the_outline_of_an_image_leaves_its_channels_out() -> None:
    one = outline_of_image(_ome(USUAL, omero={"channels": []}), bare=False)
    assert one == outline_of_image(_ome(_multiscale([3.0, 4.0]), omero=None), bare=False)
    assert one != outline_of_image(_ome(USUAL, version="0.6"), bare=False)
    assert one != outline_of_image({"version": "0.5", "multiscales": USUAL}, bare=False)


def test_attributes_that_lie_bare_are_told_apart() -> None:
    assert outline_of_image(_ome(USUAL), bare=True) != outline_of_image(_ome(USUAL), bare=False)


def test_a_large_outline_is_kept_as_a_digest() -> None:
    one, two = (outline_of_image(_ome(USUAL, note=text * 100_000), bare=False) for text in "ab")
    assert one is not None
    assert len(one) < 100
    assert one != two


def test_what_cannot_be_written_has_no_outline() -> None:
    nested: JsonValue = []
    for _ in range(100_000):
        nested = [nested]
    assert outline_of_image(_ome(USUAL, note=nested), bare=False) is None
    assert outline_of_image(_ome(USUAL, note="\ud800"), bare=False) is None
