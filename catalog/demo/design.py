"""What stands in each well of the demo's plates, in one table: pixels and plate maps follow it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from plates.addresses import WellAddress


class Role(StrEnum):
    """What a well is there for."""

    SAMPLE = "sample"
    NEGATIVE = "negative control"
    POSITIVE = "positive control"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Compound:
    """A substance and how cells answer it: half of its full effect at `ec50_um`."""

    name: str
    ec50_um: float
    hill: float


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was given to one well; the dose is in micromolar."""

    role: Role
    compound: str
    dose_um: float
    strength: float
    """The effect, from 0 (none) to 1 (full)."""


VEHICLE = "DMSO"
REFERENCE = Compound("Bleomycin", ec50_um=4.0, hill=1.2)
REFERENCE_DOSE_UM = 60.0

# Invented potencies of real substances that wake p53; each stands in two rows, as replicates.
COMPOUND_OF_ROW = {
    row: compound
    for rows, compound in (
        ((0, 1), Compound("Doxorubicin", ec50_um=0.25, hill=1.3)),
        ((2, 3), Compound("Camptothecin", ec50_um=0.05, hill=1.1)),
        ((4, 5), Compound("Etoposide", ec50_um=2.5, hill=1.2)),
        ((6, 7), Compound("Nutlin-3a", ec50_um=6.0, hill=1.8)),
    )
    for row in rows
}
DOSE_OF_COLUMN = dict(enumerate((0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0), 1))
"""Micromolar, in steps of half a decade; columns count from 0."""
NEGATIVE_COLUMN = 0
POSITIVE_COLUMN = 11
EMPTY_WELL = WellAddress(7, 11)


def effect_of(compound: Compound, *, dose_um: float) -> float:
    """How strongly a dose works, from 0 to 1, after Hill's equation."""
    return 1.0 / (1.0 + math.pow(compound.ec50_um / dose_um, compound.hill))


def treatment_of(well: WellAddress) -> Treatment:
    """What was given to a well of the dose response plate."""
    if well == EMPTY_WELL:
        return Treatment(Role.EMPTY, "", 0.0, 0.0)
    if well.column == NEGATIVE_COLUMN:
        return Treatment(Role.NEGATIVE, VEHICLE, 0.0, 0.0)
    if well.column == POSITIVE_COLUMN:
        return _given(Role.POSITIVE, REFERENCE, REFERENCE_DOSE_UM)
    return _given(Role.SAMPLE, COMPOUND_OF_ROW[well.row], DOSE_OF_COLUMN[well.column])


def _given(role: Role, compound: Compound, dose_um: float) -> Treatment:
    return Treatment(role, compound.name, dose_um, effect_of(compound, dose_um=dose_um))
