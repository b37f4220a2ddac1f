"""Colours are what a plain sum of them gives; what is missing is hatched, not black."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plates.pixels.composition import (
    LINES,
    NOTHING,
    composed,
    fitting,
    grey_picture,
    greys_of,
    shrunk,
    shrunk_mask,
)
from plates.pixels.contrast import ShownChannel, WindowBy

RED, GREEN, BLUE = ("FF0000", "00FF00", "0000FF")


def channel(number: int, color: str) -> ShownChannel:
    return ShownChannel(number, "", color, 0, 1, WindowBy.PERSON)


@given(
    data=st.data(),
    dtype=st.sampled_from(["uint8", "int8", "uint16", "int16", "uint32", "float32", "bool"]),
    low=st.floats(-300, 300),
    span=st.floats(0.5, 1e6),
)
def test_a_window_scales_every_type_alike(
    data: st.DataObject, dtype: str, low: float, span: float
) -> None:
    elements: Any = {}
    if dtype == "float32":
        elements = {"elements": st.floats(-1e6, 1e6, width=32)}
    plane = data.draw(arrays.arrays(np.dtype(dtype), (4, 5), **elements))
    expected = np.clip((plane.astype(float) - low) / span * 255, 0, 255)
    assert np.abs(greys_of(plane, low, low + span).astype(float) - expected).max() <= 0.51


@pytest.mark.parametrize("dtype", ["uint16", "float64", "int32"])
@pytest.mark.parametrize("window", [(0, 1e300), (-1e300, 1e300), (5, 5), (65_535, 65_536)])
def test_windows_may_be_huge_or_empty(dtype: str, window: tuple[float, float]) -> None:
    plane = np.arange(12, dtype=dtype).reshape(3, 4)
    assert greys_of(plane, *window).shape == (3, 4)


def test_not_numbers_are_dark() -> None:
    plane = np.array([[np.nan, np.inf, -np.inf, 1.0]])
    assert greys_of(plane, 0, 1).tolist() == [[0, 255, 0, 255]]


def test_channels_add_up_and_do_not_run_over() -> None:
    plane = np.array([[0, 100, 255]], np.uint8)
    none = np.zeros(plane.shape, bool)
    shown = [channel(0, RED), channel(1, "FF8000"), channel(2, BLUE)]
    picture = composed([plane] * 3, [none] * 3, shown)
    assert picture.tolist() == [[[0, 0, 0], [200, 50, 100], [255, 128, 255]]]


@given(colors=st.lists(st.text("0123456789ABCDEFabcdef", min_size=6, max_size=6), min_size=1))
def test_composition_is_a_plain_sum(colors: list[str]) -> None:
    rng = np.random.default_rng(len(colors))
    planes = [rng.integers(0, 256, (3, 4), dtype="uint8") for _ in colors]
    none = [np.zeros((3, 4), bool) for _ in colors]
    expected = np.zeros((3, 4, 3))
    for plane, color in zip(planes, colors, strict=True):
        dye = [int(color[at : at + 2], 16) for at in (0, 2, 4)]
        expected += plane[:, :, None] / 255.0 * np.array(dye)
    found = composed(planes, none, [channel(at, color) for at, color in enumerate(colors)])
    assert np.abs(found - np.minimum(expected, 255)).max() <= 0.51 * len(colors)


def test_what_is_missing_is_hatched_and_what_lacks_in_part_shows_through() -> None:
    plane = np.full((20, 20), 200, np.uint8)
    none, right = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
    right[:, 10:] = True
    shown = [channel(0, RED), channel(1, GREEN)]
    whole = composed([plane, plane], [right, right], shown)
    assert {tuple(pixel) for pixel in whole[:, 10:].reshape(-1, 3).tolist()} == {NOTHING, LINES}
    assert (whole[:, :10] == (200, 200, 0)).all()
    part = composed([plane, plane], [none, right], shown)
    seen = {tuple(pixel) for pixel in part[:, 10:].reshape(-1, 3).tolist()}
    assert seen == {(200, 200, 0), LINES}
    grey = grey_picture(plane, right)
    assert {tuple(pixel) for pixel in grey[:, 10:].reshape(-1, 3).tolist()} == {NOTHING, LINES}


def test_shrinking_takes_the_mean_of_what_a_pixel_covers() -> None:
    plane = np.random.default_rng(3).integers(0, 256, (40, 60), dtype="uint8")
    expected = plane.reshape(10, 4, 15, 4).mean(axis=(1, 3))
    assert np.abs(shrunk(plane, 15, 10).astype(float) - expected).max() <= 1.0
    assert shrunk(plane, 60, 40) is plane
    assert shrunk(plane[:2, :2], 8, 8).shape == (8, 8)


def test_a_mask_shrinks_to_where_most_is_missing() -> None:
    mask = np.zeros((8, 8), bool)
    mask[:4, :6] = True
    assert shrunk_mask(mask, 2, 2).tolist() == [[True, True], [False, False]]
    assert shrunk_mask(np.ones((8, 8), bool), 2, 2).all()


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [(100, 50, (100, 50)), (320, 160, (160, 80)), (1, 9999, (1, 160)), (9999, 3, (160, 1))],
)
def test_a_picture_keeps_its_shape(width: int, height: int, fits: tuple[int, int]) -> None:
    assert fitting(width, height, 160) == fits
