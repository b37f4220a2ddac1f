"""Statistics are numpy's, of the pixels that are there."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from msgspec.structs import replace
from numpy.typing import NDArray

from plates.pixels.intensities import (
    Intensities,
    intensities_of,
    is_the_most_a_camera_tells,
    rank_of,
)

TYPES = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int64", "float32", "float64"]


def of_one(plane: NDArray[Any], missing: NDArray[np.bool_]) -> Intensities:
    (told,) = intensities_of(plane[None], missing[None])
    return told


def plain_oracle(values: NDArray[Any]) -> dict[str, float]:
    wide = values.astype(np.float64)
    at = np.percentile(wide, [1, 50, 99], method="inverted_cdf")
    return {
        "mean": wide.mean(),
        "sd": wide.std(),
        "least": wide.min(),
        "p01": at[0],
        "median": at[1],
        "p99": at[2],
        "most": wide.max(),
    }


def laplacian_over_mean(plane: NDArray[Any]) -> float:
    wide = plane.astype(np.float64)
    around = sum(np.roll(wide, step, axis) for step in (1, -1) for axis in (0, 1))
    assert isinstance(around, np.ndarray)
    return float(np.var((around - 4 * wide)[1:-1, 1:-1]) / wide.mean() ** 2)


@given(data=st.data(), dtype=st.sampled_from(TYPES))
def test_statistics_are_those_of_numpy(data: st.DataObject, dtype: str) -> None:
    elements: Any = {}
    if dtype.startswith("float"):
        elements = {"elements": st.floats(-1e6, 1e6, width=32)}
    elif dtype == "int64":
        elements = {"elements": st.integers(-(2**40), 2**40)}
    shape = arrays.array_shapes(min_dims=2, max_dims=2, max_side=12)
    plane = data.draw(arrays.arrays(np.dtype(dtype), shape, **elements))
    missing = data.draw(arrays.arrays(np.dtype(bool), plane.shape))
    found = of_one(plane, missing)
    assert found.missing == pytest.approx(missing.mean())
    if missing.all():
        assert found == Intensities(missing=1.0)
        return
    for name, value in plain_oracle(plane[~missing]).items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-9, abs=1e-6), name


@given(data=st.data(), dtype=st.sampled_from(["uint16", "int16", "float32"]))
def test_planes_together_are_told_as_each_alone(data: st.DataObject, dtype: str) -> None:
    shape = data.draw(st.tuples(*[st.integers(1, top) for top in (4, 9, 9)]))
    elements: Any = {"elements": st.floats(0, 100, width=32)} if dtype == "float32" else {}
    planes = data.draw(arrays.arrays(np.dtype(dtype), shape, **elements))
    missing = data.draw(arrays.arrays(np.dtype(bool), shape))
    together = intensities_of(planes, missing)
    for plane, gone, told in zip(planes, missing, together, strict=True):
        alone = of_one(plane, gone)
        assert replace(told, focus=None) == replace(alone, focus=None)
        assert told.focus == (
            None if alone.focus is None else pytest.approx(alone.focus, abs=rounding(plane, alone))
        )


def rounding(plane: NDArray[Any], told: Intensities) -> float:
    """How far sums of squares in single precision may be apart, which depends on where they lie."""
    largest = 8 * float(np.abs(plane.astype(np.float64)).max())
    return 1e-6 * largest**2 / (told.mean or 1) ** 2


def test_the_focus_of_a_sharp_picture_is_larger_than_that_of_a_blurred_one() -> None:
    rng = np.random.default_rng(1)
    sharp = rng.integers(100, 4000, (60, 80), dtype="uint16")
    blurred = np.asarray(
        (sharp + np.roll(sharp, 1, 0) / 1.0 + np.roll(sharp, 1, 1) + np.roll(sharp, (1, 1), (0, 1)))
        / 4,
        dtype="uint16",
    )
    none = np.zeros(sharp.shape, bool)
    found, soft = (of_one(plane, none).focus for plane in (sharp, blurred))
    assert found == pytest.approx(laplacian_over_mean(sharp), rel=1e-4)
    assert soft is not None
    assert found is not None
    assert soft < found / 4


def test_focus_does_not_change_with_the_light_of_the_lamp() -> None:
    plane = np.random.default_rng(2).integers(1, 999, (30, 30), dtype="uint16")
    none = np.zeros(plane.shape, bool)
    once, twice = (of_one(one, none).focus for one in (plane, plane * 2))
    assert once == pytest.approx(twice, rel=1e-5)


@pytest.mark.parametrize("value", [0, 7, 65_535])
def test_a_plane_of_one_value_has_no_spread_and_no_edges(value: int) -> None:
    plane = np.full((20, 20), value, "uint16")
    found = of_one(plane, np.zeros(plane.shape, bool))
    assert (found.mean, found.sd, found.least, found.most) == (value, 0, value, value)
    assert found.focus == (None if value == 0 else 0.0)
    assert found.saturated == (1.0 if value == 65_535 else 0.0)


@pytest.mark.parametrize(
    ("dtype", "value", "is_most"),
    [
        ("uint8", 255, True),
        ("uint8", 127, True),
        ("uint8", 254, False),
        ("uint16", 255, False),
        ("uint16", 1023, True),
        ("uint16", 4095, True),
        ("uint16", 4096, False),
        ("int16", 32_767, True),
        ("uint32", 65_535, True),
    ],
)
def test_what_a_camera_can_tell_at_most_is_saturated(
    dtype: str, value: int, *, is_most: bool
) -> None:
    plane = np.zeros((10, 10), dtype)
    plane[0] = value
    found = of_one(plane, np.zeros(plane.shape, bool))
    assert found.saturated == pytest.approx(0.1 if is_most else 0.0)


def test_floats_are_never_saturated_and_not_numbers_do_not_count() -> None:
    plane = np.ones((5, 5), "float32")
    plane[0, 0], plane[0, 1] = np.nan, np.inf
    found = of_one(plane, np.zeros(plane.shape, bool))
    assert (found.mean, found.most, found.saturated) == (1.0, 1.0, None)
    assert found.focus == pytest.approx(0.0)


def test_a_plane_of_not_numbers_alone_tells_nothing() -> None:
    plane = np.full((5, 5), np.nan)
    assert of_one(plane, np.zeros(plane.shape, bool)) == Intensities(missing=0.0)


@given(percent=st.floats(0, 100), size=st.integers(1, 10_000))
def test_the_rank_of_a_percentile_is_numpys(percent: float, size: int) -> None:
    rank = rank_of(percent, size)
    assert 0 <= rank < size
    if percent in (1.0, 50.0, 99.0):
        assert rank == np.percentile(np.arange(size), percent, method="inverted_cdf")


def test_the_most_of_a_type_is_known() -> None:
    assert is_the_most_a_camera_tells(2**31 - 1, 4)
    assert not is_the_most_a_camera_tells(0, 2)
