"""A set of simulated cells, drawn once and used in many pictures."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from catalog.demo.light import Light, blurred, soft_noise

KINDS = 64
"""How many of each shape there are: enough that no two neighbours look alike."""
_RESTING_SHARE = 0.65
_EARLY_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Cast:
    """Square patches, all of one scale: nuclei and the bodies around them belong together."""

    reach: int
    """From the middle of a patch to its edge, in pixels."""
    nuclei: tuple[Light, ...]
    dividing: tuple[Light, ...]
    dying: tuple[Light, ...]
    bodies: tuple[Light, ...]


@cache
def cast_of(radius: float) -> Cast:
    """Cells whose nuclei have a radius of about so many pixels; the same at each call."""
    rng = np.random.default_rng(int(radius * 1000))
    reach = 4 * round(radius * 1.1)  # pictures with their margins are then quick to blur
    return Cast(
        reach=reach,
        nuclei=tuple(_nucleus(rng, reach, radius) for _ in range(KINDS)),
        dividing=tuple(_dividing(rng, reach, radius) for _ in range(KINDS // 4)),
        dying=tuple(_dying(rng, reach, radius) for _ in range(KINDS // 4)),
        bodies=tuple(_body(rng, reach, radius) for _ in range(KINDS)),
    )


def _grid(reach: int, angle: float) -> tuple[Light, Light]:
    """Coordinates along and across a direction, from the middle of a patch."""
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    y, x = steps[:, None], steps[None, :]
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cos * x + sin * y, cos * y - sin * x


def _inside(distance: Light, *, edge: float) -> Light:
    """1 where the distance is below 0, 0 above, with an edge so many pixels soft."""
    return np.asarray(1 / (1 + np.exp(np.clip(distance / edge, -40, 40))), dtype=np.float32)


def _nucleus(rng: np.random.Generator, reach: int, radius: float) -> Light:
    # Cells that copied their DNA are larger and, in all, twice as bright.
    grown = 1.0 if rng.random() < _RESTING_SHARE else rng.uniform(1.12, 1.3)
    long, across = radius * grown * rng.uniform(1.0, 1.25), radius * grown * rng.uniform(0.78, 0.95)
    x, y = _grid(reach, rng.uniform(0, np.pi))
    bent = y + 0.08 * x * x / radius * rng.normal()
    distance = (np.hypot(x / long, bent / across) - 1) * across
    chromatin = 1 + 0.16 * soft_noise(rng, x.shape, sigma=radius / 7)
    shade = 1 + 0.10 * soft_noise(rng, x.shape, sigma=radius / 2.5)
    nucleus = _inside(distance, edge=radius / 16) * chromatin * shade
    for _ in range(rng.integers(1, 4)):
        nucleus *= 1 - 0.42 * _spot(rng, (x, y), spread=radius * 0.45, radius=radius * 0.17)
    return np.asarray(nucleus * grown, dtype=np.float32)


def _spot(
    rng: np.random.Generator, grid: tuple[Light, Light], *, spread: float, radius: float
) -> Light:
    """A small round patch somewhere near the middle."""
    x, y = grid
    away = np.hypot(x - rng.normal(0, spread), y - rng.normal(0, spread))
    return _inside((away - radius).astype(np.float32), edge=radius / 4)


def _dividing(rng: np.random.Generator, reach: int, radius: float) -> Light:
    """Chromosomes in a plate, or in the two plates that move apart."""
    x, y = _grid(reach, rng.uniform(0, np.pi))
    gap = 0.0 if rng.random() < _EARLY_SHARE else radius * rng.uniform(0.5, 0.9)
    thick, wide = radius * 0.24, radius * 0.85
    plates = np.zeros_like(x)
    for side in (-gap, gap):
        ragged = y + side + 0.1 * radius * soft_noise(rng, x.shape, sigma=radius / 5)
        distance = (np.hypot(x / wide, ragged / thick) - 1) * thick
        plates = np.maximum(plates, _inside(distance, edge=radius / 14))
    return (2.3 * plates).astype(np.float32)


def _dying(rng: np.random.Generator, reach: int, radius: float) -> Light:
    """What is left of a nucleus that broke up: a few small bright beads."""
    grid = _grid(reach, 0.0)
    beads = np.zeros_like(grid[0])
    for _ in range(rng.integers(2, 6)):
        bead = _spot(rng, grid, spread=radius * 0.42, radius=radius * rng.uniform(0.16, 0.38))
        beads = np.maximum(beads, bead * rng.uniform(1.3, 2.4))
    return beads


def _body(rng: np.random.Generator, reach: int, radius: float) -> Light:
    """Cytoplasm: an uneven outline, thinner towards its rim, with threads and grains in it."""
    x, y = _grid(reach, rng.uniform(0, np.pi))
    x *= rng.uniform(0.62, 0.95)
    around = np.arctan2(y, x)
    outline = np.full_like(y * x, radius * rng.uniform(2.0, 2.6))
    for lobes in range(2, 5):
        bulge = rng.normal(0, 0.28 / lobes) * np.cos(lobes * around + rng.uniform(0, 2 * np.pi))
        outline += radius * 2.0 * bulge.astype(np.float32)
    away = np.hypot(x, y)
    thick = np.exp(-((away / (radius * 1.8)) ** 2)) + 0.2
    threads = blurred(_streaks(rng, x, y, radius), sigma=max(0.5, radius / 18))
    return (_inside(away - outline, edge=radius / 9) * thick * threads).astype(np.float32)


def _streaks(rng: np.random.Generator, x: Light, y: Light, radius: float) -> Light:
    clouds = soft_noise(rng, x.shape, sigma=radius / 5)
    waves = np.sin((y + radius * 0.5 * soft_noise(rng, x.shape, sigma=radius)) * 5.5 / radius)
    return np.maximum(1 + 0.2 * clouds + 0.13 * waves, 0.2).astype(np.float32)
