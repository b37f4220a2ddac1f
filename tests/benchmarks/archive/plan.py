"""How large the archive is, and which keys its wells have.

Its shape is that of a large screening centre: plates of 384 wells in hundreds of datasets, 30 keys a
well (10 constant over a plate, 12 of few values, 6 of many, 2 numeric), values as unequal as in
life. Most plates share their map with others; a share of the datasets never repeats one. Of every
six plates one is incomplete: it lacks the wells of its last column, of which its map still speaks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

ROWS, COLUMNS = 16, 24
WELLS: Final = ROWS * COLUMNS
CONTROLS: Final = 24
LAYOUTS: Final = 7

ALL: Final = "1" * WELLS
ALL_BUT_A_COLUMN: Final = ("1" * (COLUMNS - 1) + "0") * ROWS
_VERDICTS: Final = ("valid", "valid", "valid", "incomplete", "invalid", "unchecked")

CONSTANT: Final = (
    "organism", "cell_line", "strain", "assay", "instrument", "batch", "replicate",
    "library", "operator", "imaging_method",
)  # fmt: skip
OF_MAP: Final = (
    "control_type", "solvent", "modality", "density", "timepoint", "antibody", "pathology",
)  # fmt: skip
OF_PLATE: Final = ("quality_control", "phenotype")
OF_REAGENT: Final = (
    "compound", "compound_id", "inchikey", "gene", "gene_id", "sirna",
    "moa", "pathway", "protein",
)  # fmt: skip
DOSE, SCORE = "concentration", "zscore"
KEYS: Final = (*CONSTANT, *OF_MAP, *OF_PLATE, *OF_REAGENT, DOSE, SCORE)
TERM_KEYS: Final = (*CONSTANT, *OF_MAP, *OF_PLATE, *OF_REAGENT, DOSE)
TREATMENT: Final = frozenset({*OF_REAGENT, DOSE})

SIZES: Final = {
    **dict.fromkeys(CONSTANT, 40), "cell_line": 150, "organism": 12, "batch": 900,
    **dict.fromkeys(OF_MAP, 12), "control_type": 4, "quality_control": 2, "phenotype": 60,
    "moa": 400, "pathway": 300, "protein": 900, "gene": 20_000, "gene_id": 20_000, DOSE: 24,
}  # fmt: skip
"""How many values a key has; the others have one for each reagent."""


@dataclass(frozen=True)
class Plan:
    """How large the archive is."""

    plates: int
    datasets: int = 300
    reagents: int = 200_000
    plates_of_a_map: int = 15
    unrepeated_share: float = 0.1
    """Of the datasets, those whose plates all differ."""
    seed: int = 20_261_126

    @classmethod
    def of(cls, wells: int, *, unrepeated_share: float) -> "Plan":
        """An archive of about so many wells."""
        plates = max(300, round(wells * len(_VERDICTS) / wells_of(range(len(_VERDICTS)))))
        reagents = min(200_000, max(2_000, wells // 12))
        return cls(plates=plates, reagents=reagents, unrepeated_share=unrepeated_share)

    @property
    def wells(self) -> int:
        """All of them."""
        return wells_of(range(1, self.plates + 1))

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many values each key has."""
        return {key: SIZES.get(key, self.reagents) for key in TERM_KEYS}

    @cached_property
    def first(self) -> dict[str, int]:
        """The serial of the first term of each key; the others follow."""
        starts = np.cumsum([1, *(self.sizes[key] for key in TERM_KEYS)])
        return dict(zip(TERM_KEYS, map(int, starts), strict=False))


def verdict_on(carrier: int) -> str:
    """What checking the store of a plate said."""
    return _VERDICTS[carrier % len(_VERDICTS)]


def occupied_on(carrier: int) -> str:
    """The positions of a plate at which there is a well, as bits."""
    return ALL_BUT_A_COLUMN if verdict_on(carrier) == "incomplete" else ALL


def wells_of(carriers: Iterable[int]) -> int:
    """How many wells some plates have."""
    return sum(occupied_on(carrier).count("1") for carrier in carriers)


def key_number(key: str) -> int:
    """The serial of a key."""
    return KEYS.index(key) + 1
