"""Numbers by their order of magnitude: a range of many doses is asked for by a few masks."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from plates.platemaps.layers import Integers, LayerTerms, mask_at

FIRST, LAST = -30, 30
"""Powers of ten; numbers below and beyond lie in no decade, nor do those that are not above 0."""
EDGES: Final = tuple(float(f"1e{power}") * (1 - 1e-12) for power in range(FIRST, LAST + 1))
"""Where decades begin: a little below, as 10 uM come out as 9.999999999999999e-06 mol/L."""


class MaskedDecade(NamedTuple):
    """Where a group of a layer has numbers of a key within a decade: as masks of terms, together."""

    key: int
    unit: str
    power: int
    group: int
    position: int
    """The only one; or how many there are, negated."""
    bits: str


def decade_of(number: float) -> int | None:
    """The power of ten that a number reaches and the next that it does not; None if there is none."""
    reached = bisect_right(EDGES, number)
    return reached - 1 + FIRST if 0 < reached < len(EDGES) else None


def decades_within(low: float | None, high: float | None) -> range:
    """The decades all of whose numbers are at least the one and below the other; None is no end.

    Whether ends are included is no matter: decades begin a little below what people write.
    """
    first = 0 if low is None else bisect_left(EDGES, low)
    last = len(EDGES) - 1 if high is None else bisect_right(EDGES, high) - 1
    return range(first + FIRST, last + FIRST)


def decade_masks_of(
    layer: LayerTerms, numbers: Mapping[int, tuple[float, str]]
) -> Iterator[MaskedDecade]:
    """The masks of the decades of a layer; `numbers` are the number and unit of terms that have one."""
    places: dict[tuple[int, str, int, int], list[Integers]] = defaultdict(list)
    starts = layer.starts.tolist()
    rows = zip(layer.terms.tolist(), layer.keys.tolist(), layer.groups.tolist(), strict=True)
    for row, (term, key, group) in enumerate(rows):
        if term not in numbers:
            continue
        number, unit = numbers[term]
        power = decade_of(number)
        if power is not None:
            positions = layer.positions[starts[row] : starts[row + 1]]
            places[key, unit, power, group].append(positions)
    for (key, unit, power, group), some in sorted(places.items()):
        position, bits = mask_at(np.unique(np.concatenate(some)), layer.length)
        yield MaskedDecade(key, unit, power, group, position, bits)
