"""The three plates of the demo: what they are called, how they were imaged, what grows in them."""

import numpy as np

from catalog.demo.design import Role, treatment_of
from catalog.demo.documents import Acquisition
from catalog.demo.fields import Scene
from catalog.demo.formats import OmeZarr04, OmeZarr05
from catalog.demo.plates import Plan
from plates.addresses import PlateShape, WellAddress

_96 = PlateShape.standard(96)
_384 = PlateShape.standard(384)
_DEADLY = 0.85
"""The share of cells that a full effect kills."""
_EARLY = 0.55
"""How much of the full effect is there on the first day."""
_RIM = 0.82
"""How well cells grow at the rim of a plate, where wells dry out."""
_SCREEN_SEED = 384
_HIT_SHARE = 0.07
NEGATIVE_COLUMNS = frozenset({0, 1})
POSITIVE_COLUMNS = frozenset({22, 23})


def dose_response_scene(well: WellAddress, field: int) -> Scene:
    """A field of the dose response plate: the second is of the second day, and tells more."""
    treatment = treatment_of(well)
    density = 0.0 if treatment.role is Role.EMPTY else 0.85 + 0.15 * field
    strength = treatment.strength * (_EARLY if field == 0 else 1.0)
    return _scene(well, _96, size=224, nuclear_radius=9.0, density=density, strength=strength)


def screen_scene(well: WellAddress, field: int) -> Scene:
    """A field of the screen: most genes do nothing, some a little, a few very much."""
    return _scene(
        well, _384, size=112, nuclear_radius=4.8, density=0.9, strength=screen_strength(well)
    )


def faulty_scene(well: WellAddress, field: int) -> Scene:
    """A field of the plate whose copying failed; what is left of it looks well."""
    strength = treatment_of(well).strength
    return _scene(well, _96, size=112, nuclear_radius=4.8, density=0.9, strength=strength)


def screen_strength(well: WellAddress) -> float:
    """How strongly the gene of a well works, from 0 to 1; the same each time."""
    if well.column in NEGATIVE_COLUMNS:
        return 0.02
    rng = np.random.default_rng((_SCREEN_SEED, well.row, well.column))
    if well.column in POSITIVE_COLUMNS:
        return float(rng.uniform(0.85, 0.95))
    is_hit = rng.random() < _HIT_SHARE
    return float(rng.uniform(0.45, 0.95) if is_hit else rng.beta(1.2, 14))


def _scene(
    well: WellAddress,
    shape: PlateShape,
    *,
    size: int,
    nuclear_radius: float,
    density: float,
    strength: float,
) -> Scene:
    growth = _RIM if _at_rim(well, shape) else 1.0
    return Scene(
        size=size,
        nuclear_radius=nuclear_radius,
        density=density * growth * (1 - _DEADLY * strength),
        awake=strength,
        suffering=strength,
    )


def _at_rim(well: WellAddress, shape: PlateShape) -> bool:
    return well.row in {0, shape.rows - 1} or well.column in {0, shape.columns - 1}


def _block(rows: range, columns: range) -> tuple[WellAddress, ...]:
    return tuple(WellAddress(row, column) for row in rows for column in columns)


DOSE_RESPONSE = Plan(
    name="Dose response, p53 reporter",
    barcode="PC-000096",
    shape=_96,
    wells=_block(range(8), range(12)),
    format=OmeZarr05(),
    pixel_um=0.65,
    levels=3,
    seed=96,
    scene_of=dose_response_scene,
    acquisitions=(
        Acquisition(
            number=1,
            name="24 h",
            description="24 hours after the compounds were added.",
            started_at=1_741_766_400,
            ended_at=1_741_768_920,
        ),
        Acquisition(
            number=2,
            name="48 h",
            description="48 hours after the compounds were added.",
            started_at=1_741_852_800,
            ended_at=1_741_855_380,
        ),
    ),
)

SCREEN = Plan(
    name="siRNA screen, plate 7",
    barcode="PC-000384",
    shape=_384,
    wells=_block(range(16), range(24)),
    format=OmeZarr04(),
    pixel_um=1.3,
    levels=1,
    seed=384,
    scene_of=screen_scene,
)

FAULTY = Plan(
    name="Copied over a bad line",
    barcode="PC-000013",
    shape=_96,
    wells=_block(range(1, 4), range(1, 9)),
    format=OmeZarr05(),
    pixel_um=1.3,
    levels=2,
    seed=13,
    scene_of=faulty_scene,
    acquisitions=DOSE_RESPONSE.acquisitions,
)
