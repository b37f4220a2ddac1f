import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log
from typing import Final

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.errors import NotUnderstood
from catalog.links.aims import stores_of_plate, target_of_store
from catalog.portal.errors import or_nothing_here
from catalog.portal.opening import opening_of
from catalog.portal.structured import of_plate
from catalog.queries.grid import FIELDS, Color, Colored, Grid, GridWell, Scale, colored, grid_of
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.ids import uuid_or_none
from plates.models import Finding, Plate, PlateMap, Store
from plates.platemaps import quantities
from plates.platemaps.controls import Control
from plates.platemaps.spelling import folded
from plates.platemaps.values import Value
from plates.queries.counts import with_counts
from plates.queries.places import with_places

_BEST: Final = ("concentration", "control_type", "compound", "gene", "treatment", "sirna")
"""By which key a plate is coloured first, if it has one of them."""
MODULES: Final = [f"portal/{name}.js" for name in ("elements", "colours", "chosen")]
"""What the script of the page imports, asked for at once and not one after the other."""
_CATEGORIES: Final = 8
_STEPS: Final = 9
_CONTROLS: Final = {
    folded(Control.NEGATIVE.value): "negative",
    folded(Control.POSITIVE.value): "positive",
    folded(Control.NO_CELLS.value): "hollow",
    folded(Control.NO_TREATMENT.value): "hollow",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A well in the table of a plate."""

    label: str
    url: str
    text: str
    """What is said of it, in a line."""
    tone: str
    """The class that colours it."""
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of a plate; None where the plate has no well."""

    name: str
    cells: list[Cell | None]


def plate_of(viewer: Viewer, plate_id: str) -> Plate:
    """The visible plate with this id, with its stores."""
    rows = viewer.plates.select_related("carrier").prefetch_related(
        Prefetch("stores", with_counts(Store.objects.order_by("serial"))),
        with_places("stores__locations"),
        "stores__acquisitions",
        Prefetch("stores__findings", Finding.objects.order_by("level", "-total")),
    )
    return only(rows, "plate", id=uuid_or_none(plate_id))


@or_nothing_here
def plate(request: HttpRequest, plate_id: str) -> HttpResponse:
    """A plate: the grid, its stores, what is wrong, what plate maps say."""
    viewer = Viewer(request.user)
    one = plate_of(viewer, plate_id)
    grid = grid_of(one, viewer)
    stores = stores_of_plate(one)
    seen = seen_by(grid, request.GET.get("color", ""))
    dataset = viewer.datasets.get(serial=one.scope)
    told = {
        "plate": one,
        "modules": MODULES,
        "dataset": dataset,
        "structured": of_plate(request, one, dataset),
        "stores": list(one.stores.all()),
        "grid": grid,
        "color": seen.color,
        "rows": rows_of(grid, seen),
        "column_numbers": range(1, one.columns + 1),
        "missing": [well.label for well in grid.wells if not well.present],
        "annotated": sum(bool(well.terms) for well in grid.wells),
        "plate_maps": plate_maps_of(one),
        "odd": [well for well in grid.wells if well.row is None],
        "scale": legend_of(grid, seen),
        "ends": ends_of(seen.color),
        "drawn": runs_of(one, grid),
        "opening": opening_of(
            request, target_of_store(stores[0]) if stores else None, dataset, plate=one.id
        ),
    }
    return render(request, "portal/plate.html", told)


def runs_of(plate: Plate, grid: Grid) -> str:
    """The acquisitions that have pictures, of all stores, as JSON for the page; empty for none."""
    stores = {store.pk: store for store in plate.stores.all()}
    told = [
        {
            "store": str(preview.store.id),
            "acquisition": run,
            "title": _title_of(stores[preview.store.pk], run, are_more=len(grid.previews) > 1),
        }
        for preview in grid.previews
        if preview.store.pk in stores
        for run in preview.runs
    ]
    return json.dumps(told) if told else ""


def _title_of(store: Store, run: int | None, *, are_more: bool) -> str:
    names = {one.number: one.name for one in store.acquisitions.all()}
    title = "all fields" if run is None else f"acquisition {run} {names.get(run) or ''}".strip()
    return f"{store}, {title}" if are_more else title


def plate_maps_of(plate: Plate) -> Sequence[PlateMap]:
    """The imports that say something of a plate, newest first."""
    serials = plate.carrier.annotation_rows.order_by().values("plate_map").distinct()
    return list(
        PlateMap.objects.filter(serial__in=serials).prefetch_related("files").order_by("-turn")
    )


def seen_by(grid: Grid, asked: str) -> Colored:
    """The plate by what was asked for, or by the key that tells most."""
    by_key = {color.key: color for color in grid.colors}
    telling = (key for key in _BEST if key in by_key and by_key[key].values > 1)
    try:
        return colored(grid, asked or next(telling, FIELDS))
    except NotUnderstood:
        return colored(grid, next(telling, FIELDS))


def rows_of(grid: Grid, seen: Colored) -> list[Row]:
    """The plate as a table."""
    plate = grid.plate
    by_place = {(well.row, well.column): well for well in grid.wells}
    tones = tones_of(grid, seen)
    names = [*plate.row_names, *map(str, range(len(plate.row_names) + 1, plate.rows + 1))]
    return [
        Row(
            names[row],
            [
                None
                if (well := by_place.get((row, column))) is None
                else cell_of(grid, well, tones)
                for column in range(plate.columns)
            ],
        )
        for row in range(plate.rows)
    ]


def cell_of(grid: Grid, well: GridWell, tones: dict[int, str]) -> Cell:
    """A well as the table shows it."""
    terms = [grid.annotation.terms[number] for number in well.terms]
    said = [
        f"{', '.join(term.text for term in some)}"
        for _, some in groupby(terms, key=lambda term: term.key)
    ]
    url = reverse("portal:well", args=[grid.plate.id, well.label])
    return Cell(well.label, url, "; ".join(said), tones.get(well.position, ""), not well.present)


def tones_of(grid: Grid, seen: Colored) -> dict[int, str]:
    """The class of each position that has a value of a colour."""
    color = seen.color
    if color.scale in {Scale.LINEAR, Scale.LOG}:
        return {place: f"s{step_of(number, color)}" for place, number in numbers_of(grid, seen)}
    words = words_of(grid, color)
    if color.scale is Scale.CONTROL:
        return {place: _CONTROLS.get(word, "plain") for place, word in words.items()}
    order = list(dict.fromkeys(words.values()))
    return {
        place: f"c{number}" if (number := order.index(word)) < _CATEGORIES else "plain"
        for place, word in words.items()
    }


def step_of(number: float, color: Color) -> int:
    """Which of the steps of a scale a number falls on."""
    low, high = color.low or 0.0, color.high or 0.0
    if high <= low or number <= low:
        return 0
    if color.scale is Scale.LOG:
        share = log(number / low) / log(high / low)
    else:
        share = (number - low) / (high - low)
    return min(_STEPS - 1, int(share * _STEPS))


def numbers_of(grid: Grid, seen: Colored) -> list[tuple[int, float]]:
    """Position and number of the wells that have one."""
    return [
        (well.position, number)
        for well, values in zip(grid.wells, seen.values, strict=True)
        for number in [value for value in values if not isinstance(value, str)][:1]
    ]


def words_of(grid: Grid, color: Color) -> dict[int, str]:
    """Position and first word of the wells that have one."""
    terms = grid.annotation.terms
    return {
        well.position: folded(terms[term].text)
        for well in grid.wells
        for term in reversed(well.terms)
        if terms[term].key == color.key
    }


def ends_of(color: Color) -> tuple[str, str] | None:
    """The lowest and the highest number of a scale as people read them; None for categories."""
    if color.low is None or color.high is None:
        return None
    low, high = (
        quantities.render(Value("", number=float(f"{number:.4g}"), unit=color.unit))
        for number in (color.low, color.high)
    )
    return low, high


def legend_of(grid: Grid, seen: Colored) -> list[tuple[str, str, int]]:
    """Tone, word and number of wells of each category; empty where a scale says it."""
    color = seen.color
    if color.scale in {Scale.LINEAR, Scale.LOG}:
        return []
    tones = tones_of(grid, seen)
    counts: dict[str, tuple[str, int]] = {}
    for place, word in words_of(grid, color).items():
        tone, count = counts.get(word, (tones[place], 0))
        counts[word] = (tone, count + 1)
    spelt = {
        folded(term.text): term.text for term in grid.annotation.terms if term.key == color.key
    }
    return [(tone, spelt[word], count) for word, (tone, count) in counts.items()]
