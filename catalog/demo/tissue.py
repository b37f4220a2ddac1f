"""A simulated tissue section: glands around their hollows, tissue between, immune cells in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.demo.cells import Cast, cast_of
from catalog.demo.light import Light, Pixels, blurred, exposed, soft_noise

SIZE = 768
PLANES = 3
NUCLEAR_RADIUS = 7.0
DNA_LIGHT = 600.0
MEMBRANE_LIGHT = 680.0
IMMUNE_LIGHT = 920.0
_GLANDS = 26
_IMMUNE_SHARE = 0.3
_DIVIDING_SHARE = 0.02
_HALF_BRIGHT = 0.5
_CELL_RADIUS = 15
_SHARP, _SOFT = 0.7, 1.8
"""Over how many planes a nucleus is seen clearly, and how many its glow reaches."""


@dataclass(frozen=True, slots=True)
class Gland:
    """A gland: middle, mean radius, and the waves of its outline as (height, lobes, turn)."""

    y: float
    x: float
    radius: float
    waves: tuple[tuple[float, int, float], ...]

    def radius_at(self, angle: NDArray[np.float64]) -> NDArray[np.float64]:
        """From the middle to the outline, in pixels, in each direction."""
        waves = (height * np.cos(lobes * angle + turn) for height, lobes, turn in self.waves)
        return self.radius * (1 + sum(waves, np.zeros_like(angle)))


@dataclass(frozen=True, slots=True)
class Nucleus:
    """A nucleus of the section: middle, depth in planes, shape, brightness and tissue."""

    y: int
    x: int
    depth: float
    shape: Light
    brightness: float
    epithelial: bool
    immune: bool


def section(rng: np.random.Generator) -> tuple[Pixels, Pixels]:
    """The section, axes c, z, y, x: DNA, E-cadherin, CD45; and its nuclei as labels, z, y, x."""
    cast = cast_of(NUCLEAR_RADIUS)
    glands = _glands(rng)
    nuclei = _nuclei(glands, cast, rng)
    membranes, immune = _membranes(nuclei, rng), _immune(nuclei, cast, rng)
    dna = np.stack([_dna(z, nuclei, cast) for z in range(PLANES)])
    clouds = 1 + 0.12 * soft_noise(rng, (SIZE, SIZE), sigma=40)
    light = np.stack([dna + 16, _focused(membranes) + 22, _focused(immune) + 12]) * clouds
    return exposed(light, rng), np.stack([_labels(z, nuclei, cast) for z in range(PLANES)])


def _focused(light: Light) -> Light:
    """All planes of what is in focus in the middle of the section and blurs away from there."""
    middle = PLANES // 2
    steps = [blurred(light, sigma=0.9 + 0.7 * step) for step in range(middle + 1)]
    return np.stack([steps[abs(z - middle)] for z in range(PLANES)])


def _glands(rng: np.random.Generator) -> list[Gland]:
    """Glands of different sizes that do not touch; some are cut by the border."""
    glands: list[Gland] = []
    for _ in range(4000):
        y, x = rng.uniform(-40, SIZE + 40, size=2)
        radius = rng.uniform(70, 125)
        if all(np.hypot(y - g.y, x - g.x) > radius + g.radius + 22 for g in glands):
            waves = tuple(
                (rng.normal(0, 0.10 / lobes**0.5), lobes, rng.uniform(0, 2 * np.pi))
                for lobes in range(2, 5)
            )
            glands.append(Gland(y, x, radius, waves))
        if len(glands) == _GLANDS:
            break
    return glands


def _nuclei(glands: list[Gland], cast: Cast, rng: np.random.Generator) -> list[Nucleus]:
    lining = [place for gland in glands for place in _lining(gland, rng)]
    between = _between(glands, rng)
    return [
        _nucleus(y, x, cast, rng, epithelial=place < len(lining))
        for place, (y, x) in enumerate(lining + between)
        if 0 <= y < SIZE and 0 <= x < SIZE
    ]


def _nucleus(y: int, x: int, cast: Cast, rng: np.random.Generator, *, epithelial: bool) -> Nucleus:
    shapes = cast.dividing if epithelial and rng.random() < _DIVIDING_SHARE else cast.nuclei
    return Nucleus(
        y,
        x,
        depth=rng.uniform(-0.5, PLANES - 0.5),
        shape=shapes[rng.integers(len(shapes))],
        brightness=DNA_LIGHT * rng.lognormal(0, 0.2),
        epithelial=epithelial,
        immune=not epithelial and rng.random() < _IMMUNE_SHARE,
    )


def _lining(gland: Gland, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Where the nuclei of a gland lie: side by side, close to the outline, none quite in line."""
    places: list[tuple[int, int]] = []
    for depth, spacing in ((0.93, 1.75), (0.76, 2.4)):
        count = int(2 * np.pi * gland.radius * depth / (NUCLEAR_RADIUS * spacing))
        angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.normal(0, 0.02, count)
        radii = gland.radius_at(angles) * depth * rng.normal(1, 0.025, count)
        ys, xs = gland.y + radii * np.sin(angles), gland.x + radii * np.cos(angles)
        places += zip(ys.astype(int).tolist(), xs.astype(int).tolist(), strict=True)
    return places


def _between(glands: list[Gland], rng: np.random.Generator) -> list[tuple[int, int]]:
    """Places between the glands, as dense as the tissue there."""
    places = rng.uniform(0, SIZE, size=(1900, 2))
    free = np.ones(len(places), dtype=bool)
    for gland in glands:
        y, x = places[:, 0] - gland.y, places[:, 1] - gland.x
        free &= np.hypot(y, x) > gland.radius_at(np.arctan2(y, x)) + NUCLEAR_RADIUS
    return [(int(y), int(x)) for y, x in places[free]]


def _dna(z: int, nuclei: list[Nucleus], cast: Cast) -> Light:
    sharp, soft = _canvas(cast), _canvas(cast)
    for nucleus in nuclei:
        away = (z - nucleus.depth) ** 2
        spot = _spot(nucleus, cast.reach)
        light = nucleus.shape * np.float32(nucleus.brightness)
        sharp[spot] += light * np.float32(np.exp(-away / _SHARP**2))
        soft[spot] += light * np.float32(0.3 * np.exp(-away / _SOFT**2))
    return _middle(sharp + blurred(soft, sigma=3.5), cast.reach)


def _labels(z: int, nuclei: list[Nucleus], cast: Cast) -> Pixels:
    """Each nucleus with a number of its own, in the planes where it is seen clearly."""
    room = SIZE + 2 * cast.reach
    canvas = np.zeros((room, room), dtype=np.uint16)
    for number, nucleus in enumerate(nuclei, 1):
        if abs(z - nucleus.depth) <= _SHARP:
            spot = canvas[_spot(nucleus, cast.reach)]
            spot[nucleus.shape > _HALF_BRIGHT] = number
    return np.ascontiguousarray(canvas[cast.reach : -cast.reach, cast.reach : -cast.reach])


def _membranes(nuclei: list[Nucleus], rng: np.random.Generator) -> Light:
    """Bright lines half-way between neighbours of a gland, and its faint cytoplasm."""
    reach = 2 * _CELL_RADIUS
    room = SIZE + 2 * reach
    nearest = np.full((room, room), reach, dtype=np.float32)
    second = nearest.copy()
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    away = np.hypot(steps[:, None], steps[None, :])
    for nucleus in nuclei:
        if nucleus.epithelial:
            spot = _spot(nucleus, reach)
            second[spot] = np.minimum(second[spot], np.maximum(nearest[spot], away))
            nearest[spot] = np.minimum(nearest[spot], away)
    inside = 1 / (1 + np.exp((nearest - _CELL_RADIUS) / 1.2))
    lines = np.exp(-(((second - nearest) / 2.6) ** 2))
    grain = 1 + 0.25 * soft_noise(rng, (room, room), sigma=2)
    glow = blurred(inside, sigma=14) * 0.08
    return _middle(MEMBRANE_LIGHT * (inside * (lines + 0.10) * grain + glow), reach)


def _immune(nuclei: list[Nucleus], cast: Cast, rng: np.random.Generator) -> Light:
    """Thin bright rims around the nuclei of immune cells."""
    canvas = _canvas(cast)
    for nucleus in nuclei:
        if nucleus.immune:
            focus = np.exp(-(((PLANES // 2 - nucleus.depth) / 1.6) ** 2))
            light = np.float32(IMMUNE_LIGHT * focus * rng.lognormal(0, 0.4))
            canvas[_spot(nucleus, cast.reach)] += _rim(cast.reach, rng) * light
    return _middle(canvas, cast.reach)


def _rim(reach: int, rng: np.random.Generator) -> Light:
    """The membrane of one cell: an uneven ring, patchy in brightness."""
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    y, x = steps[:, None], steps[None, :] * rng.uniform(0.75, 1.0)
    angle = np.arctan2(y, x) + rng.uniform(0, 2 * np.pi)
    waves = rng.normal(0, 0.09) * np.cos(2 * angle) + rng.normal(0, 0.07) * np.cos(3 * angle)
    past = np.hypot(y, x) - NUCLEAR_RADIUS * rng.uniform(1.1, 1.4) * (1 + waves)
    patches = 0.75 + 0.25 * np.cos(2 * angle + 1) + 0.1 * np.cos(5 * angle)
    rim = np.exp(-((past / 1.8) ** 2)) * patches + 0.15 * (past < 0)
    return np.asarray(rim, dtype=np.float32)


def _canvas(cast: Cast) -> Light:
    room = SIZE + 2 * cast.reach
    return np.zeros((room, room), dtype=np.float32)


def _spot(nucleus: Nucleus, reach: int) -> tuple[slice, slice]:
    y, x = nucleus.y, nucleus.x
    return slice(y, y + 2 * reach + 1), slice(x, x + 2 * reach + 1)


def _middle(canvas: Light, reach: int) -> Light:
    return canvas[reach:-reach, reach:-reach].astype(np.float32)
