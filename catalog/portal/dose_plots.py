"""A dose series as a small plot: a measure of each well over its dose, beside the controls'."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from statistics import fmean
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 220
_LEFT: Final = 64
_RIGHT: Final = 150
_TOP: Final = 12
_BOTTOM: Final = 34
_LETTER: Final = 6.8
"""The width of a letter in a label."""
_LINE: Final = 14
"""Between the labels of two lines."""
_TITLES: Final = {"negative": "negative controls", "positive": "positive controls"}


@dataclass(frozen=True, slots=True)
class Dosed:
    """A well at a dose, with its number; both in units of their own."""

    label: str
    url: str
    dose: float
    text: str
    """The dose as it is written."""
    number: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A well in the plot."""

    x: float
    y: float
    url: str
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A label at an axis, or a line across with its label."""

    at: float
    text: str
    tone: str = ""
    label_at: float = 0.0
    """Where the label of a line stands, so that two do not lie on each other."""


@dataclass(frozen=True, slots=True)
class DosePlot:
    """A plot of a dose series in units of its own `WIDTH` and `HEIGHT`."""

    dots: list[Dot]
    path: str
    """The means over the doses, as the points of a line."""
    doses: list[Mark]
    numbers: list[Mark]
    controls: list[Mark]
    means: list[tuple[str, int, str]]
    """Dose, number of wells and mean, as a table."""
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def dose_plot(wells: Sequence[Dosed], controls: Mapping[str, Sequence[float]]) -> DosePlot | None:
    """The plot of some wells beside the means of the controls; None with fewer than two doses."""
    wells = [well for well in wells if well.dose > 0]
    by_dose: dict[float, list[Dosed]] = defaultdict(list)
    for well in sorted(wells, key=lambda one: one.dose):
        by_dose[well.dose].append(well)
    if len(by_dose) < 2:  # noqa: PLR2004 - one dose is no series
        return None
    levels = {tone: fmean(numbers) for tone, numbers in controls.items() if numbers}
    x = _scale([log10(dose) for dose in by_dose], _LEFT + 12, WIDTH - _RIGHT - 12)
    numbers = [well.number for well in wells] + list(levels.values())
    y = _scale(numbers, HEIGHT - _BOTTOM - 6, _TOP + 6)
    means = {dose: fmean(well.number for well in some) for dose, some in by_dose.items()}
    return DosePlot(
        dots=[
            Dot(
                x.at(log10(well.dose)),
                y.at(well.number),
                well.url,
                f"{well.label}, {well.text}: {said(well.number)}",
            )
            for well in wells
        ],
        path=" ".join(f"{x.at(log10(dose)):.1f},{y.at(mean):.1f}" for dose, mean in means.items()),
        doses=_spaced([Mark(x.at(log10(dose)), some[0].text) for dose, some in by_dose.items()]),
        numbers=[Mark(y.at(number), said(number)) for number in (min(numbers), max(numbers))],
        controls=_parted(
            [Mark(y.at(level), _TITLES[tone], tone) for tone, level in levels.items()]
        ),
        means=[(by_dose[dose][0].text, len(by_dose[dose]), said(means[dose])) for dose in by_dose],
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    span: float
    start: float
    length: float

    def at(self, number: float) -> float:
        return self.start + self.length * (number - self.low) / self.span


def _scale(numbers: Sequence[float], start: float, end: float) -> _Scale:
    low, high = min(numbers), max(numbers)
    return _Scale(low, (high - low) or 1.0, start, end - start)


def _spaced(marks: Sequence[Mark]) -> list[Mark]:
    """Those of some labels, from left to right, that do not lie on the one before."""
    shown: list[Mark] = []
    for mark in marks:
        if not shown or mark.at - shown[-1].at >= room_of(mark, shown[-1]):
            shown.append(mark)
    return shown


def room_of(one: Mark, other: Mark) -> float:
    """How far apart the middles of two labels must be."""
    return _LETTER * ((len(one.text) + len(other.text)) / 2 + 1)


def _parted(marks: Sequence[Mark]) -> list[Mark]:
    """Lines with labels that do not lie on each other."""
    ordered = sorted(marks, key=lambda mark: mark.at)
    places = [mark.at for mark in ordered]
    for number, (upper, lower) in enumerate(pairwise(places), 1):
        places[number] = max(lower, upper + _LINE)
    return [
        Mark(mark.at, mark.text, mark.tone, place)
        for mark, place in zip(ordered, places, strict=True)
    ]


def said(number: float) -> str:
    """A number in four digits, without a power of ten where people read it without."""
    if number == 0 or -4 < floor(log10(abs(number))) < 7:  # noqa: PLR2004 - as people write them
        digits = 4 if number == 0 else max(0, 3 - floor(log10(abs(number))))
        text = f"{number:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.3e}"
