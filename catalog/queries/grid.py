"""All that drawing a plate needs, for whatever it is coloured by."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalog.errors import NotUnderstood
from catalog.queries.pixel_colors import PixelColor, pixel_colors_of, pixel_numbers
from catalog.queries.visible import Viewer
from plates.addresses import label_of
from plates.models import Finding, Key, Plate, Preview
from plates.platemaps.conditions import CONDITION_KEYS
from plates.platemaps.keys import KeyKind
from plates.platemaps.known_keys import key_of
from plates.platemaps.spelling import folded
from plates.queries.grid import GridAnnotation, GridTerm, annotation_on
from plates.queries.previews import previews_of_plate
from plates.queries.wells import with_field_count

FIELDS: Final = "fields"
"""The colour that needs no plate map: how many fields are there."""
CONTROL: Final = "control_type"
_WIDE: Final = 20
"""From so many times the lowest number on, a scale is logarithmic."""
_WELL_NODE: Final = re.compile(r"([A-Za-z]{1,2})/([0-9]{1,4})(?:/|$)", re.ASCII)


class Scale(StrEnum):
    """How the values of a colour are told apart."""

    CONTROL = "control"
    """Categories of which the controls have colours of their own."""
    CATEGORY = "category"
    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Color:
    """Something that the wells of a plate can be coloured by."""

    key: str
    title: str
    scale: Scale
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: int = 0
    """How many different ones there are."""


@dataclass(frozen=True, slots=True)
class GridWell:
    """A well: where it lies, and what there is of it."""

    label: str
    row: int | None
    column: int | None
    position: int
    present: bool
    fields: int
    terms: list[int]
    condition: int | None
    """Wells of the plate with the same number are replicates; None where nothing is said."""
    findings: list[str]
    """Rules that are broken in it, as far as the examples of findings name it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A plate as it is drawn."""

    plate: Plate
    wells: list[GridWell]
    annotation: GridAnnotation
    colors: list[Color]
    previews: Sequence[Preview]
    """Of the stores of the plate that were drawn."""

    @property
    def preview(self) -> Preview | None:
        """The one whose pixels colour the plate."""
        return self.previews[0] if self.previews else None

    @property
    def pixels(self) -> Sequence[PixelColor]:
        """The statistics of the pixels that wells can be coloured by too."""
        return pixel_colors_of(self.preview)


@dataclass(frozen=True, slots=True)
class Colored:
    """A plate in one colour."""

    color: Color
    values: list[list[str | float]]
    """Of each well, in the order of the grid."""


def grid_of(plate: Plate, viewer: Viewer) -> Grid:
    """The grid of a visible plate, in a handful of statements however many wells it has."""
    rows = with_field_count(viewer.wells.filter(plate=plate)).order_by("position")
    annotation = annotation_on(plate.carrier_id, plate.carrier.positions)
    conditions = conditions_of(annotation)
    drawn = previews_of_plate(plate, viewer.stores)
    findings = _findings_on(plate)
    told = [
        GridWell(
            label=well.label,
            row=well.row,
            column=well.column,
            position=well.position,
            present=well.present,
            fields=well.field_count,  # type: ignore[attr-defined]
            terms=annotation.by_position.get(well.position, []),
            condition=conditions.get(well.position),
            findings=sorted(findings.get(well.label, ())),
        )
        for well in rows
    ]
    colors = _colors(told, annotation)
    return Grid(plate, told, annotation, colors, drawn)


def colored(grid: Grid, key: str) -> Colored:
    """A plate by a key, or by a statistic of the pixels; NotUnderstood if nothing is told by it."""
    if (pixels := _pixels_named(grid, key)) is not None:
        return _by_pixels(grid, pixels)
    known = {folded(one.key): one for one in grid.colors}
    meant = key_of(folded(key), {})
    color = known.get(folded(meant.name if meant else key))
    if color is None:
        names = ", ".join([*(one.key for one in grid.colors), *(one.key for one in grid.pixels)])
        raise NotUnderstood(
            "color", f"Nothing of this plate is told by '{key[:60]}'. There is {names}."
        )
    return Colored(color, _values_by(grid, color.key))


def _pixels_named(grid: Grid, key: str) -> PixelColor | None:
    return next((one for one in grid.pixels if one.key == key.strip().casefold()), None)


def _by_pixels(grid: Grid, pixels: PixelColor) -> Colored:
    numbers = pixel_numbers(grid.preview, pixels) if grid.preview else {}
    told = sorted({*numbers.values()})
    low, high = (told[0], told[-1]) if told else (None, None)
    color = Color(pixels.key, pixels.title, Scale.LINEAR, "", low, high, len(told))
    values: list[list[str | float]] = [
        [numbers[well.label]] if well.label in numbers else [] for well in grid.wells
    ]
    return Colored(color, values)


def _values_by(grid: Grid, key: str) -> list[list[str | float]]:
    if key == FIELDS:
        return [[well.fields] for well in grid.wells]
    if key in grid.annotation.readouts:
        numbers = grid.annotation.readouts[key]
        return [
            [number] if (number := numbers[well.position]) is not None else []
            for well in grid.wells
        ]
    terms = grid.annotation.terms
    mine = [
        [terms[number] for number in well.terms if terms[number].key == key] for well in grid.wells
    ]
    return [[term.text if term.number is None else term.number for term in some] for some in mine]


def conditions_of(annotation: GridAnnotation) -> dict[int, int]:
    """A number for the condition of each position that has one; replicates have the same."""
    numbers: dict[frozenset[tuple[str, str | float, str]], int] = {}
    told = [
        (term.key, folded(term.text) if term.number is None else term.number, term.unit)
        for term in annotation.terms
    ]
    found = {}
    for position, terms in annotation.by_position.items():
        condition = frozenset(told[term] for term in terms if told[term][0] in CONDITION_KEYS)
        if condition:
            found[position] = numbers.setdefault(condition, len(numbers))
    return found


def _findings_on(plate: Plate) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = Finding.objects.filter(store__plate=plate).order_by().values_list("rule", "examples")
    for rule, examples in rows:
        for one in examples:
            if match := _WELL_NODE.match(str(one.get("node", ""))):
                found[label_of(f"{match[1]}{match[2]}")].add(rule)
    return found


def _colors(wells: Sequence[GridWell], annotation: GridAnnotation) -> list[Color]:
    by_key: dict[str, list[GridTerm]] = defaultdict(list)
    for term in annotation.terms:
        by_key[term.key].append(term)
    names = {*by_key, *annotation.readouts}
    keys = {key.name: key for key in Key.objects.filter(name__in=names)}
    counts = [well.fields for well in wells]
    colors = [
        Color(
            FIELDS,
            "Fields",
            Scale.LINEAR,
            "",
            min(counts, default=0),
            max(counts, default=0),
            len({*counts}),
        )
    ]
    for name in sorted(names):
        if name in annotation.readouts:
            numbers = [number for number in annotation.readouts[name] if number is not None]
            colors.append(_of_numbers(keys[name], numbers, ""))
        else:
            colors.append(_of_terms(keys[name], by_key[name]))
    return colors


def _of_terms(key: Key, terms: Sequence[GridTerm]) -> Color:
    numbers = [term.number for term in terms if term.number is not None]
    units = {term.unit for term in terms if term.number is not None}
    if key.kind == KeyKind.QUANTITY.value and len(units) == 1:
        return _of_numbers(key, numbers, units.pop())
    scale = Scale.CONTROL if key.name == CONTROL else Scale.CATEGORY
    return Color(key.name, key.title, scale, values=len({folded(term.text) for term in terms}))


def _of_numbers(key: Key, numbers: Iterable[float], unit: str) -> Color:
    told = sorted({*numbers})
    positive = [number for number in told if number > 0]
    is_wide = bool(positive) and told[0] >= 0 and positive[-1] >= _WIDE * positive[0]
    low = positive[0] if is_wide else (told[0] if told else None)
    return Color(
        key.name,
        key.title,
        Scale.LOG if is_wide and unit else Scale.LINEAR,
        unit,
        low,
        told[-1] if told else None,
        len(told),
    )
