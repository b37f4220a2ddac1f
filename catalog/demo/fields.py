"""Simulated fields of view: stained nuclei, and a reporter that wakes as cells suffer."""

from dataclasses import dataclass

import numpy as np

from catalog.demo.cells import Cast, cast_of
from catalog.demo.light import Light, Pixels, blurred, exposed, vignette

DNA_LIGHT = 420.0
QUIET_LIGHT = 110.0
AWAKE_LIGHT = 600.0
HAZE = 0.16
GLOW = {"dna": 10.0, "reporter": 20.0}
"""Light of the medium, where no cell is."""
_PATIENCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is to be seen: how densely cells grow (1 is a full layer) and how they fare (0 to 1)."""

    size: int
    nuclear_radius: float
    density: float
    awake: float
    suffering: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it lies, and which of the cast plays it."""

    y: int
    x: int
    nucleus: Light
    body: Light
    reporter: float
    dna: float


def field_of(scene: Scene, rng: np.random.Generator) -> Pixels:
    """A field of view, axes c, y, x: nuclei and reporter."""
    cast = cast_of(scene.nuclear_radius)
    cells = [_cell(place, scene, cast, rng) for place in _places(scene, cast, rng)]
    lens = vignette(scene.size, loss=0.22)
    dna, reporter = _dna(cells, scene, cast), _reporter(cells, scene, cast)
    planes = [
        exposed((_hazy(dna, cast) + GLOW["dna"]) * lens, rng),
        exposed((_hazy(reporter, cast) + GLOW["reporter"]) * lens, rng),
    ]
    return np.stack(planes)


def _places(scene: Scene, cast: Cast, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Middles of cells, none on top of another; the sheet has thin and crowded parts."""
    room = scene.size + 2 * cast.reach
    full = room * room / (scene.nuclear_radius * 3.5) ** 2
    wanted = rng.poisson(full * scene.density)
    nearest = (scene.nuclear_radius * 1.9) ** 2
    hollow = rng.uniform(0, room, size=2)
    taken: list[tuple[int, int]] = []
    for y, x in rng.integers(cast.reach, room - cast.reach, size=(wanted * _PATIENCE, 2)).tolist():
        if len(taken) == wanted * scene.size**2 // room**2:
            break
        thin = (y - hollow[0]) ** 2 + (x - hollow[1]) ** 2 < (room / 7) ** 2
        if not thin and all((y - b) ** 2 + (x - a) ** 2 > nearest for b, a in taken):
            taken.append((y, x))
    return taken


def _cell(place: tuple[int, int], scene: Scene, cast: Cast, rng: np.random.Generator) -> Cell:
    fate = rng.random()
    shapes, light = cast.nuclei, rng.lognormal(0, 0.14)
    if fate < 0.03 + 0.30 * scene.suffering:
        shapes = cast.dying
    elif fate > 0.965 + 0.035 * scene.suffering:
        shapes = cast.dividing
    awake = scene.awake * rng.lognormal(0, 0.35)
    return Cell(
        *place,
        nucleus=shapes[rng.integers(len(shapes))],
        body=cast.bodies[rng.integers(len(cast.bodies))],
        reporter=QUIET_LIGHT * rng.lognormal(0, 0.3) + AWAKE_LIGHT * awake,
        dna=DNA_LIGHT * light,
    )


def _dna(cells: list[Cell], scene: Scene, cast: Cast) -> Light:
    canvas = _canvas(scene, cast)
    for cell in cells:
        _spot_of(canvas, cell, cast)[...] += cell.nucleus * np.float32(cell.dna)
    return canvas


def _reporter(cells: list[Cell], scene: Scene, cast: Cast) -> Light:
    """Awake cells gather the reporter in their nuclei; quiet ones keep it out of there."""
    canvas = _canvas(scene, cast)
    gathered = np.float32(1.1 * scene.awake - 0.35)
    for cell in cells:
        light = cell.body * (1 + gathered * np.minimum(cell.nucleus, 1)) * np.float32(cell.reporter)
        spot = _spot_of(canvas, cell, cast)
        spot[...] = np.maximum(spot, light) + np.float32(0.18) * np.minimum(spot, light)
    return canvas


def _canvas(scene: Scene, cast: Cast) -> Light:
    room = scene.size + 2 * cast.reach
    return np.zeros((room, room), dtype=np.float32)


def _spot_of(canvas: Light, cell: Cell, cast: Cast) -> Light:
    return canvas[
        cell.y - cast.reach : cell.y + cast.reach + 1, cell.x - cast.reach : cell.x + cast.reach + 1
    ]


def _hazy(canvas: Light, cast: Cast) -> Light:
    """The middle of a canvas, with the light of cells above and below the focus."""
    haze = blurred(canvas, sigma=cast.reach / 3)
    middle = slice(cast.reach, -cast.reach)
    return canvas[middle, middle] * np.float32(1 - HAZE) + haze[middle, middle] * np.float32(HAZE)
