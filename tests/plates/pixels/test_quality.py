"""Controls, edges and turned plates, beside plain arithmetic."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.addresses import PlateShape, WellAddress
from plates.pixels.quality import edge_of, marginals, turned, z_prime

SHAPE = PlateShape(8, 12)
WELLS = [SHAPE.address(position) for position in range(SHAPE.size)]
FINITE = st.integers(-(10**6), 10**6).map(lambda number: number / 16)


def column(number: int) -> list[WellAddress]:
    return [WellAddress(row, number) for row in range(SHAPE.rows)]


def noisy(seed: int = 0) -> dict[WellAddress, float]:
    rng = np.random.default_rng(seed)
    return {well: float(value) for well, value in zip(WELLS, rng.normal(100, 5, 96), strict=True)}


@given(st.lists(FINITE, min_size=3), st.lists(FINITE, min_size=3))
def test_z_prime_is_that_of_its_authors(negative: list[float], positive: list[float]) -> None:
    found = z_prime(negative, positive)
    apart = abs(np.mean(positive) - np.mean(negative))
    if apart == 0:
        assert found.value is None
        assert found.why
        return
    spread = statistics.stdev(negative) + statistics.stdev(positive)
    assert found.value == pytest.approx(1 - 3 * spread / apart, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("positive", [[], [5.0], [5.0, 6.0]])
def test_with_few_controls_nothing_is_told_and_why(positive: list[float]) -> None:
    found = z_prime([1.0, 2.0, 3.0], positive)
    assert found.value is None
    assert f"{len(positive)} positive controls" in found.why
    assert found.negative.wells == 3


def test_marginals_are_the_means_of_rows_and_columns() -> None:
    values = {well: float(well.row * 10 + well.column) for well in WELLS if well.column != 5}
    rows = marginals(values, by_row=True)
    assert [(row.number, row.wells) for row in rows] == [(number, 11) for number in range(8)]
    assert rows[2].mean == pytest.approx(20 + (66 - 5) / 11)
    columns = marginals(values, by_row=False)
    assert [one.number for one in columns] == [n for n in range(12) if n != 5]
    assert columns[3].mean == pytest.approx(38)


def test_a_rim_that_differs_shows() -> None:
    values = noisy()
    for well in WELLS:
        if well.row in {0, 7} or well.column in {0, 11}:
            values[well] += 40
    edge = edge_of(values, SHAPE)
    assert edge is not None
    assert (edge.outer_wells, edge.inner_wells) == (36, 60)
    assert edge.shift is not None
    assert edge.shift > 5
    plain = edge_of(noisy(), SHAPE)
    assert plain is not None
    assert plain.shift is not None
    assert abs(plain.shift) < 1
    assert edge_of({WellAddress(0, 0): 1.0}, SHAPE) is None
    same = edge_of(dict.fromkeys(WELLS, 1.0), SHAPE)
    assert same is not None
    assert same.shift is None


def controls(*, is_turned: bool) -> dict[WellAddress, float]:
    """Negative controls in column 1, positive in column 2; the wells of the latter are bright."""
    values = noisy()
    for well in column(10 if is_turned else 1):
        values[well] += 100
    return values


def test_a_plate_that_lies_the_other_way_round_is_suspected_with_evidence() -> None:
    negative, positive = column(0), column(1)
    found = turned(
        {"mean": controls(is_turned=True), "focus": noisy(9)},
        SHAPE,
        negative=negative,
        positive=positive,
    )
    assert found is not None
    assert found.turned > 3
    assert found.as_mapped < 1.5
    assert found.measure == "mean"
    assert "180" in found.sentence
    assert turned({}, SHAPE, negative=negative, positive=positive) is None
    other = {"mean": controls(is_turned=True), "p99": controls(is_turned=False)}
    assert turned(other, SHAPE, negative=negative, positive=positive) is None
    upright = controls(is_turned=False)
    assert turned({"mean": upright}, SHAPE, negative=negative, positive=positive) is None


def test_where_nothing_tells_the_controls_apart_nothing_is_said() -> None:
    assert turned({"mean": noisy()}, SHAPE, negative=column(0), positive=column(1)) is None


def test_controls_that_change_places_with_each_other_cannot_tell() -> None:
    values = controls(is_turned=True)
    assert turned({"mean": values}, SHAPE, negative=column(0), positive=column(11)) is None
    assert (
        turned({"mean": values}, SHAPE, negative=column(0), positive=[*column(1), *column(10)])
        is None
    )


def test_few_controls_and_such_without_spread_cannot_tell() -> None:
    values = controls(is_turned=True)
    assert turned({"mean": values}, SHAPE, negative=column(0)[:3], positive=column(1)) is None
    same = dict.fromkeys(WELLS, 1.0)
    assert turned({"mean": same}, SHAPE, negative=column(0), positive=column(1)) is None


@given(seed=st.integers(0, 300))
def test_chance_alone_is_no_suspicion(seed: int) -> None:
    assert turned({"mean": noisy(seed)}, SHAPE, negative=column(0), positive=column(1)) is None
