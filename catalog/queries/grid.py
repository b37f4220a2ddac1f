"""All that drawing a plate needs, for whatever it is coloured by."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalog.errors import NotUnderstood
from catalog.queries.visible import Viewer
from plates.addresses import label_of
from plates.models import Finding, Key, Plate
from plates.platemaps.conditions import CONDITION_KEYS
from plates.platemaps.keys import KeyKind
from plates.platemaps.known_keys import key_of
from plates.platemaps.spelling import folded
from plates.queries.grid import GridAnnotation, GridTerm, annotation_on
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


def grid_of(plate: Plate, viewer: Viewer) -> Grid:
    """The grid of a visible plate, in a handful of statements however many wells it has."""
    rows = with_field_count(viewer.wells.filter(plate=plate)).order_by("position")
    annotation = annotation_on(plate.carrier_id, plate.carrier.positions)
    conditions = _conditions(annotation)
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
    return Grid(plate, told, annotation, _colors(told, annotation))


def values_by(grid: Grid, color: str) -> list[list[str | float]]:
    """For each well the values by which it is coloured; NotUnderstood if nothing has that key."""
    known = {folded(one.key): one.key for one in grid.colors}
    meant = key_of(folded(color), {})
    key = known.get(folded(meant.name if meant else color))
    if key is None:
        names = ", ".join(known.values())
        raise NotUnderstood(
            "color", f"Nothing of this plate is told by '{color[:60]}'. There is {names}."
        )
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


def _conditions(annotation: GridAnnotation) -> dict[int, int]:
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
