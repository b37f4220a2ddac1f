"""What the values of a plate's wells say of the plate: controls, edges, and which way round it is."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from plates.addresses import PlateShape, WellAddress

LEAST_CONTROLS: Final = 3
"""Wells of a control below which nothing is told of how it spreads."""
LEAST_OF_TURNED: Final = 4
"""Wells of a control below which chance may tell them apart on a turned plate."""
LEAST_APART: Final = 4.0
"""So many times as far apart as they spread, wells are told apart beyond doubt."""
MUCH_FURTHER: Final = 4.0
"""So many times as far apart as where the map has them, controls stand better on a turned plate."""

Values = Mapping[WellAddress, float]


class ControlSummary(msgspec.Struct, frozen=True):
    """The wells of one control: how many, their mean and standard deviation (n - 1)."""

    wells: int
    mean: float | None = None
    sd: float | None = None


class ZPrime(msgspec.Struct, frozen=True):
    """How well the controls of a plate are told apart: 1 at most, above 0.5 excellent.

    1 - 3 (sd of positives + sd of negatives) / |difference of their means|; None where that cannot
    be told, and `why` says so. Zhang, Chung and Oldenburg 1999, J Biomol Screen 4:67.
    """

    value: float | None
    negative: ControlSummary
    positive: ControlSummary
    why: str = ""


class Marginal(msgspec.Struct, frozen=True):
    """The mean of a row or a column, counted from 0, and of how many wells it is."""

    number: int
    wells: int
    mean: float


class Edge(msgspec.Struct, frozen=True):
    """The outermost wells beside all others: medians, and how far apart they are.

    `shift` is their difference in robust standard deviations of the inner wells (1.4826 times the
    median absolute deviation); None where these do not spread.
    """

    outer_wells: int
    inner_wells: int
    outer: float
    inner: float
    shift: float | None


class Turned(msgspec.Struct, frozen=True):
    """That a plate lies the other way round than its map says, by 180 degrees: the evidence.

    How far apart the controls are where the map has them, by the measure that tells them apart
    best, and where they would be on the turned plate, by `measure`; in pooled standard deviations.
    """

    as_mapped: float
    turned: float
    measure: str
    negative_wells: int
    positive_wells: int
    sentence: str


def z_prime(negative: Sequence[float], positive: Sequence[float]) -> ZPrime:
    """The Z' of two groups of control wells."""
    low, high = _summary(negative), _summary(positive)
    for name, told in (("negative", low), ("positive", high)):
        if told.wells < LEAST_CONTROLS:
            why = (
                f"There are {told.wells} {name} controls with a value; {LEAST_CONTROLS} are needed."
            )
            return ZPrime(None, low, high, why)
    if low.mean is None or high.mean is None or low.sd is None or high.sd is None:
        return ZPrime(None, low, high, "The controls have no values.")
    apart = abs(high.mean - low.mean)
    value = 1 - 3 * (low.sd + high.sd) / apart if apart else -math.inf
    if not math.isfinite(value):
        return ZPrime(None, low, high, "The means of both controls are the same.")
    return ZPrime(value, low, high)


def _summary(values: Sequence[float]) -> ControlSummary:
    if not values:
        return ControlSummary(0)
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return ControlSummary(len(values), float(np.mean(values)), spread)


def marginals(values: Values, *, by_row: bool) -> list[Marginal]:
    """The mean of each row, or column, that has a well with a value."""
    lines: dict[int, list[float]] = {}
    for well, value in values.items():
        lines.setdefault(well.row if by_row else well.column, []).append(value)
    return [Marginal(at, len(line), float(np.mean(line))) for at, line in sorted(lines.items())]


def edge_of(values: Values, shape: PlateShape) -> Edge | None:
    """The outermost wells of a plate beside the others; None if either has fewer than three."""
    rim_rows, rim_columns = {0, shape.rows - 1}, {0, shape.columns - 1}
    outer = [v for well, v in values.items() if well.row in rim_rows or well.column in rim_columns]
    inner = [
        v
        for well, v in values.items()
        if well.row not in rim_rows and well.column not in rim_columns
    ]
    if min(len(outer), len(inner)) < LEAST_CONTROLS:
        return None
    middle = float(np.median(inner))
    spread = 1.4826 * float(np.median(np.abs(np.asarray(inner) - middle)))
    rim = float(np.median(outer))
    return Edge(len(outer), len(inner), rim, middle, (rim - middle) / spread if spread else None)


def turned(
    measures: Mapping[str, Values],
    shape: PlateShape,
    *,
    negative: Sequence[WellAddress],
    positive: Sequence[WellAddress],
) -> Turned | None:
    """Whether the controls stand where they would on a plate turned by 180 degrees; None if not so.

    `measures` are values of the wells by name: a control need not show in each of them. None too
    where it cannot be told: with few controls, and where turning the plate changes places of
    controls with each other or with themselves, as then they are as far apart either way.
    """
    there = {*negative, *positive}
    mapped = [sorted(set(negative)), sorted(set(positive))]
    opposite = [[_around(well, shape) for well in wells] for wells in mapped]
    if there & {well for wells in opposite for well in wells}:
        return None
    before = [_apart(values, mapped) for values in measures.values()]
    after = {name: _apart(values, opposite) for name, values in measures.items()}
    told = {name: apart for name, apart in after.items() if apart is not None}
    known = [apart for apart in before if apart is not None]
    if not told or not known:
        return None
    best = max(told, key=lambda name: told[name])
    if told[best] < max(LEAST_APART, MUCH_FURTHER * max(known)):
        return None
    sentence = (
        f"Where the map has the {len(mapped[0])} negative and {len(mapped[1])} positive controls, "
        f"no measure tells them further apart than {max(known):.1f} standard deviations; at the "
        f"places opposite, turned by 180 degrees, {best} does by {told[best]:.1f}. The plate, or "
        "its map, may be the wrong way round."
    )
    return Turned(max(known), told[best], best, len(mapped[0]), len(mapped[1]), sentence)


def _around(well: WellAddress, shape: PlateShape) -> WellAddress:
    return WellAddress(shape.rows - 1 - well.row, shape.columns - 1 - well.column)


def _apart(values: Values, groups: Sequence[Sequence[WellAddress]]) -> float | None:
    """How far two groups are apart, in pooled standard deviations; None if that cannot be told."""
    some, others = ([values[well] for well in wells if well in values] for wells in groups)
    if min(len(some), len(others)) < LEAST_OF_TURNED:
        return None
    spread = math.sqrt((np.var(some, ddof=1) + np.var(others, ddof=1)) / 2)
    return float(abs(np.mean(some) - np.mean(others)) / spread) if spread else None
