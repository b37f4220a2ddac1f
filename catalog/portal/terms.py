from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.errors import NotThere, SearchTooCostly
from catalog.portal.errors import or_nothing_here
from catalog.portal.first_fields import first_fields
from catalog.queries.hits import Search, Subject
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.queries.wells import wells_at
from catalog.search.errors import QueryError
from catalog.search.queries import Condition, Exactly
from catalog.search.rendering import render as rendered
from plates.models import Field, Plate, Well
from plates.queries.annotation import AnnotatedValue, annotation_of

MOST: Final = 600
DOSE: Final = "concentration"


@dataclass(frozen=True, slots=True)
class WellOfTerm:
    """A well with the dose at which it has the term."""

    well: Well
    dose: str
    number: float | None
    field: Field | None
    """That stands for it."""


@dataclass(frozen=True, slots=True)
class PlateOfTerm:
    """The wells of a plate that have a term, lowest dose first."""

    plate: Plate
    wells: list[WellOfTerm]


@dataclass(frozen=True, slots=True)
class DoseOfTerm:
    """A dose, and how many wells have the term at it."""

    text: str
    number: float
    wells: int
    share: int
    """Of the dose with most wells, in tenths."""


@or_nothing_here
def term(request: HttpRequest, key: str, value: str) -> HttpResponse:
    """Everything with one gene, compound or other value: plates, doses, wells."""
    viewer = Viewer(request.user)
    query = rendered(Condition(key, Exactly(value)))
    told: dict[str, object] = {"key": key, "value": value, "query": query}
    try:
        with time_limit():
            search = Search(query, viewer)
            found = search.page(limit=MOST).subjects
            count, is_exact = search.count()
    except (QueryError, SearchTooCostly) as error:
        raise NotThere(str(error)) from error
    if not found:
        raise NotThere("Nothing that you may see has this value.")
    plates = plates_with(viewer, found)
    told |= {
        "count": count,
        "is_exact": is_exact,
        "shown": len(found),
        "plates": plates,
        "doses": doses_of(plates),
        "remarks": search.resolved.remarks,
    }
    return render(request, "portal/term.html", told)


def plates_with(viewer: Viewer, subjects: list[Subject]) -> list[PlateOfTerm]:
    """The wells that were found, by plate and dose."""
    annotation = annotation_of([(one.carrier, one.position) for one in subjects])
    by_plate: dict[int, list[WellOfTerm]] = defaultdict(list)
    plates: dict[int, Plate] = {}
    wells = wells_at(viewer, subjects)
    fields = first_fields(viewer, wells)
    for well in wells:
        plate = well.plate
        plates[plate.carrier_id] = plate
        said = annotation.get((plate.carrier_id, well.position), {})
        by_plate[plate.carrier_id].append(
            WellOfTerm(well, *dose_in(said.get(DOSE, [])), fields.get(well.pk))
        )
    return [
        PlateOfTerm(plates[carrier], sorted(wells, key=lambda one: one.number or 0.0))
        for carrier, wells in by_plate.items()
    ]


def dose_in(values: list[AnnotatedValue]) -> tuple[str, float | None]:
    """The first dose as it is written, and its number."""
    return (values[0].value, values[0].number) if values else ("", None)


def doses_of(plates: list[PlateOfTerm]) -> list[DoseOfTerm]:
    """The doses in their order, with how many wells have each."""
    counts: dict[float, list[str]] = defaultdict(list)
    for plate in plates:
        for one in plate.wells:
            if one.number is not None:
                counts[one.number].append(one.dose)
    most = max(map(len, counts.values()), default=1)
    return [
        DoseOfTerm(texts[0], number, len(texts), max(1, round(10 * len(texts) / most)))
        for number, texts in sorted(counts.items())
    ]
