"""Numbers lie in the decade of their power of ten, and a range holds whole decades or parts of them."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.decades import EDGES, FIRST, decade_masks_of, decade_of, decades_within
from plates.platemaps.layers import LayerTerms

numbers = st.floats(min_value=1e-31, max_value=1e31) | st.sampled_from(EDGES[:-1])
ends = st.none() | st.floats(allow_nan=False) | st.sampled_from(EDGES)


@pytest.mark.parametrize(
    ("number", "power"),
    [
        (1.0, 0), (9.99, 0), (10 * 1e-6, -5), (10.0, 1), (1e-7, -7), (0.99999e-7, -8), (1e-23, -23), (1e-30, -30),
        (9.9e29, 29), (1e30, None), (0.0, None), (-1.0, None), (1e-31, None), (math.inf, None),
    ],
)  # fmt: skip
def test_a_number_lies_in_the_decade_that_it_reaches(number: float, power: int | None) -> None:
    assert decade_of(number) == power


@given(number=numbers, low=ends, high=ends)
def test_a_decade_within_a_range_holds_nothing_else(
    number: float, low: float | None, high: float | None
) -> None:
    if decade_of(number) in decades_within(low, high):
        assert low is None or number >= low
        assert high is None or number < high


@given(low=ends, high=ends)
def test_no_whole_decade_of_a_range_is_left_out(low: float | None, high: float | None) -> None:
    within = decades_within(low, high)
    for power, (first, after) in enumerate(pairwise(EDGES), FIRST):
        is_whole = (low is None or low <= first) and (high is None or after <= high)
        assert (power in within) == is_whole


def test_masks_of_terms_in_one_decade_are_put_together() -> None:
    """Terms 1 and 2 are 2 and 5 uM, 3 is 20 uM, 4 has no number; of the second group one is 2 uM."""
    layer = LayerTerms(
        length=6,
        terms=np.array([1, 1, 2, 3, 4]),
        groups=np.array([0, 1, 0, 0, 0]),
        keys=np.array([7, 7, 7, 7, 8]),
        starts=np.array([0, 2, 3, 5, 6, 7]),
        positions=np.array([0, 2, 1, 2, 4, 5, 3]),
    )
    told = {1: (2e-6, "mol/L"), 2: (5e-6, "mol/L"), 3: (2e-5, "mol/L")}
    assert [tuple(mask) for mask in decade_masks_of(layer, told)] == [
        (7, "mol/L", -6, 0, -3, "101010"),
        (7, "mol/L", -6, 1, 1, ""),
        (7, "mol/L", -5, 0, 5, ""),
    ]
