"""What stands in the wells of a plate: terms by key and position."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.archive.plan import (
    COLUMNS,
    CONSTANT,
    CONTROLS,
    DOSE,
    OF_MAP,
    OF_REAGENT,
    SIZES,
    WELLS,
    Plan,
)

Numbers = NDArray[np.int64]


class DrawnMap(NamedTuple):
    """The reagent and the dose in each well; reagent -1 is a negative control, 0 a positive one."""

    reagents: Numbers
    doses: Numbers


class Content(NamedTuple):
    """What a layer says: terms at positions, and doses."""

    terms: Mapping[str, Numbers]
    """By key, the term's number at each position; -1 for none."""
    doses: Numbers | None = None

    @property
    def digest(self) -> bytes:
        """What the layer is found by."""
        return sha256(b"".join(numbers.tobytes() for numbers in self.terms.values())).digest()


@dataclass(frozen=True)
class Drawing:
    """Draws values, a few often and most rarely."""

    plan: Plan
    random: np.random.Generator

    def map(self) -> DrawnMap:
        """A new map."""
        reagents = self.unequal(self.plan.reagents, WELLS, flat=20)
        places = self.random.permutation(WELLS)[:CONTROLS]
        reagents[places[: CONTROLS // 2]] = -1
        reagents[places[CONTROLS // 2 :]] = 0
        return DrawnMap(reagents, self.random.integers(SIZES[DOSE], size=WELLS))

    def unequal(self, size: int, count: int, *, flat: int = 3) -> Numbers:
        """So many of the numbers below a size: the n-th in proportion to 1 / (n + flat)."""
        # The inverse of the logarithmic distribution function.
        drawn = flat * ((size + flat) / flat) ** self.random.random(count) - flat
        return np.minimum(drawn.astype(np.int64), size - 1)

    def ways_of_dataset(self) -> dict[str, int]:
        """Values that a dataset uses throughout."""
        return {key: int(self.unequal(self.plan.sizes[key], 1)[0]) for key in CONSTANT}

    def terms_of(self, drawn: DrawnMap, doses: Numbers) -> dict[str, Numbers]:
        """The term at each position, by key; -1 for none."""
        reagents, first = drawn.reagents, self.plan.first
        treated = reagents >= 0
        found = {}
        for key in OF_REAGENT:
            size = self.plan.sizes[key]
            # Few reagents share a gene, many a mode of action; the frequent ones are spread.
            spread = reagents if size == self.plan.reagents else (reagents * 7919) % size
            found[key] = np.where(treated, first[key] + spread, -1)
        found[DOSE] = np.where(treated, first[DOSE] + doses, -1)
        kind = np.where(reagents < 0, 1, np.where(reagents == 0, 2, 0))
        found["control_type"] = first["control_type"] + kind
        seed = int(reagents.sum()) % 10_007
        for key in OF_MAP[1:]:
            spread = (np.arange(WELLS) // COLUMNS + seed) % SIZES[key]
            found[key] = first[key] + spread
        failed = self.random.random(WELLS) < 0.03
        found["quality_control"] = first["quality_control"] + failed.astype(np.int64)
        shown = self.random.random(WELLS) < 0.08
        phenotypes = self.unequal(SIZES["phenotype"], WELLS)
        found["phenotype"] = np.where(shown, first["phenotype"] + phenotypes, -1)
        return found


def bits_at(positions: NDArray[np.intp]) -> str:
    """A mask as text."""
    letters = np.full(WELLS, b"0", dtype="S1")
    letters[positions] = b"1"
    return letters.tobytes().decode()
