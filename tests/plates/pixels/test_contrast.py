"""Windows of omero count where they are of use; else the pixels decide."""

import numpy as np
import pytest

from plates.omezarr.documents import Channel
from plates.pixels.contrast import (
    MOST_SAMPLED,
    PALETTE,
    WHITE,
    WindowBy,
    colors_of,
    sampled,
    shown_channels,
    window_of,
)

VALUES = np.random.default_rng(0).normal(1000, 200, 20_000)
DARK, BRIGHT = np.percentile(VALUES, [1, 99.8], method="inverted_cdf")


def omero(start: float | None, end: float | None) -> Channel:
    return Channel(window_start=start, window_end=end)


@pytest.mark.parametrize("window", [(500, 2000), (900, 1100), (0, 4095), (0, 7000)])
def test_a_window_that_shows_something_counts(window: tuple[float, float]) -> None:
    assert window_of(omero(*window), VALUES) == (*window, WindowBy.OMERO)


@pytest.mark.parametrize(
    "window",
    [(None, None), (0, None), (None, 9), (0, 65_535), (5, 5), (9, 5), (3000, 9000), (0, 500)],
)
def test_a_window_that_shows_nothing_does_not(window: tuple[float | None, float | None]) -> None:
    assert window_of(omero(*window), VALUES) == (DARK, BRIGHT, WindowBy.PERCENTILES)


@pytest.mark.parametrize("value", [0.0, -3.5, 65_535.0, 1e30])
def test_pixels_that_are_all_equal_have_a_window_all_the_same(value: float) -> None:
    low, high, _ = window_of(omero(None, None), np.full(100, value))
    assert low == value
    assert high >= low


def test_few_bright_pixels_on_dark_ground_are_seen() -> None:
    values = np.zeros(1000)
    values[0] = 90
    assert window_of(omero(None, None), values)[:2] == (0, 90)


def test_without_any_pixel_omero_is_believed() -> None:
    nothing = np.empty(0)
    assert window_of(omero(3, 9), nothing) == (3, 9, WindowBy.OMERO)
    assert window_of(omero(None, None), nothing) == (0, 1, WindowBy.PERCENTILES)


@pytest.mark.parametrize(
    ("own", "count", "colors"),
    [
        ([], 1, [WHITE]),
        (["00FF00"], 1, ["00FF00"]),
        (["FFFFFF", "FFFFFF"], 2, list(PALETTE[:2])),
        (["FF0000", ""], 2, ["FF0000", PALETTE[1]]),
        (["red", "0000ff"], 2, [PALETTE[0], "0000ff"]),
        ([], 10, [*PALETTE, *PALETTE[:2]]),
    ],
)
def test_each_channel_has_a_colour(own: list[str], count: int, colors: list[str]) -> None:
    assert colors_of([Channel(color=color) for color in own], count) == colors


def test_samples_are_spread_and_leave_out_what_is_missing() -> None:
    plane = np.arange(90_000, dtype="uint32").reshape(300, 300)
    missing = np.zeros(plane.shape, bool)
    missing[:150] = True
    some = sampled(plane, missing)
    assert MOST_SAMPLED / 2 <= some.size <= MOST_SAMPLED
    assert some.min() == 45_000
    assert sampled(np.array([[np.nan, 1.0]]), np.zeros((1, 2), bool)).tolist() == [1.0]


def test_channels_are_shown_by_their_own_pixels() -> None:
    told = [Channel(label="DNA", color="0000FF", active=False), omero(0, 10)]
    first, second = shown_channels(told, [VALUES, np.arange(11.0)])
    assert (first.label, first.color, first.active, first.low) == ("DNA", "0000FF", False, DARK)
    assert (second.low, second.high, second.by) == (0, 10, WindowBy.OMERO)
