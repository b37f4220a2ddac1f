from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.errors import NotThere, SearchTooCostly
from catalog.portal.beside import PicturedWell
from catalog.portal.dose_plots import Dosed, DosePlot, dose_plot
from catalog.portal.errors import or_nothing_here
from catalog.portal.first_fields import first_fields
from catalog.queries.controls import ControlSubjects, control_subjects_on
from catalog.queries.hits import Search
from catalog.queries.measures import Measure, measured
from catalog.queries.subjects import Subject
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.queries.wells import PlateRow, WellRow, labels_at, wells_at
from catalog.search.errors import QueryError
from catalog.search.queries import Condition, Exactly
from catalog.search.rendering import render as rendered
from plates.models import Field
from plates.queries.annotation import AnnotatedValue, annotation_of

MOST: Final = 600
COMPARED: Final = 12
"""Plates whose controls are shown and whose wells are in the plot: the first."""
ENDS: Final = 2
"""Pictures of controls at each end of a strip."""
DOSE: Final = "concentration"

Controls = Mapping[int, ControlSubjects]


@dataclass(frozen=True, slots=True)
class WellOfTerm:
    """A well with the dose at which it has the term."""

    well: WellRow
    dose: str
    number: float | None
    field: Field | None
    """That stands for it."""


@dataclass(frozen=True, slots=True)
class PlateOfTerm:
    """The wells of a plate that have a term, lowest dose first, between its controls."""

    plate: PlateRow
    wells: list[WellOfTerm]
    negative: list[PicturedWell]
    positive: list[PicturedWell]


@dataclass(frozen=True, slots=True)
class DoseOfTerm:
    """A dose, and how many wells have the term at it."""

    text: str
    number: float
    wells: int
    share: int
    """Of the dose with most wells, in tenths."""


@dataclass(frozen=True, slots=True)
class Series:
    """The dose series of a term by one measure, and the measures that there are."""

    plot: DosePlot
    measure: Measure
    measures: list[Measure]


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
            controls = controls_beside(viewer, found)
    except (QueryError, SearchTooCostly) as error:
        raise NotThere(str(error)) from error
    if not found:
        raise NotThere("Nothing that you may see has this value.")
    plates = plates_with(viewer, found, controls)
    told |= {
        "count": count,
        "is_exact": is_exact,
        "shown": len(found),
        "plates": plates,
        "doses": doses_of(plates),
        "series": series_of(viewer, plates, controls, request.GET.get("by", "")),
        "remarks": search.resolved.remarks,
    }
    return render(request, "portal/term.html", told)


def controls_beside(viewer: Viewer, subjects: Sequence[Subject]) -> Controls:
    """The controls of the first plates on which subjects lie, by carrier."""
    carriers = list(dict.fromkeys(subject.carrier for subject in subjects))[:COMPARED]
    return control_subjects_on(viewer, carriers)


def plates_with(
    viewer: Viewer, subjects: Sequence[Subject], controls: Controls
) -> list[PlateOfTerm]:
    """The wells that were found, by plate and dose, between controls."""
    annotation = annotation_of([(one.carrier, one.position) for one in subjects])
    by_plate: dict[int, list[WellOfTerm]] = defaultdict(list)
    plates: dict[int, PlateRow] = {}
    ends = ends_of(controls, {(one.carrier, one.position) for one in subjects})
    every = [one for some in ends.values() for named in some.values() for one in named]
    wells = wells_at(viewer, list(dict.fromkeys([*subjects, *every])))
    fields = first_fields(viewer, wells)
    by_spot = {(well.plate.carrier_id, well.position): well for well in wells}
    for subject in subjects:
        well = by_spot[subject.carrier, subject.position]
        plates[subject.carrier] = well.plate
        said = annotation.get((subject.carrier, well.position), {})
        by_plate[subject.carrier].append(
            WellOfTerm(well, *dose_in(said.get(DOSE, [])), fields.get(well.pk))
        )

    def pictured(carrier: int, tone: str) -> list[PicturedWell]:
        chosen = ends.get(carrier, {}).get(tone, [])
        found = [by_spot[one.carrier, one.position] for one in chosen]
        return [PicturedWell(well, fields.get(well.pk)) for well in found]

    return [
        PlateOfTerm(
            plates[carrier],
            sorted(some, key=lambda one: one.number or 0.0),
            pictured(carrier, "negative"),
            pictured(carrier, "positive"),
        )
        for carrier, some in by_plate.items()
    ]


def ends_of(controls: Controls, taken: set[tuple[int, int]]) -> dict[int, ControlSubjects]:
    """The few controls of each plate that stand beside its wells, those from its middle."""
    return {
        carrier: {
            tone: _middle([one for one in some if (one.carrier, one.position) not in taken])
            for tone, some in named.items()
        }
        for carrier, named in controls.items()
    }


def _middle(subjects: list[Subject]) -> list[Subject]:
    """Some from the middle, as wells at the rim of a plate are often unlike the others."""
    start = max(0, (len(subjects) - ENDS) // 2)
    return subjects[start : start + ENDS]


def series_of(
    viewer: Viewer, plates: Sequence[PlateOfTerm], controls: Controls, by: str
) -> Series | None:
    """The dose series of the first plates by a measure; None without doses or numbers."""
    compared = [one for one in plates if one.plate.carrier_id in controls]
    dosed = [(one.plate, well) for one in compared for well in one.wells if well.number]
    if len({well.number for _, well in dosed}) < 2:  # noqa: PLR2004 - one dose is no series
        return None
    found = measured([one.plate for one in compared], viewer)
    measures = found.measures
    measure = next((one for one in measures if one.key == by), next(iter(measures), None))
    if measure is None:
        return None
    labels = {(plate.carrier_id, one.well.position): one.well.label for plate, one in dosed}
    everywhere = [one for some in controls.values() for named in some.values() for one in named]
    numbers = found.numbers_at(measure.key, labels_at(viewer, everywhere) | labels)
    plot = dose_plot(
        [
            Dosed(
                f"{one.well.label} of {plate}",
                reverse("portal:well", args=[plate.id, one.well.label]),
                one.number or 0.0,
                one.dose,
                numbers[plate.carrier_id, one.well.position],
            )
            for plate, one in dosed
            if (plate.carrier_id, one.well.position) in numbers
        ],
        {
            tone: [
                numbers[one.carrier, one.position]
                for some in controls.values()
                for one in some[tone]
                if (one.carrier, one.position) in numbers
            ]
            for tone in ("negative", "positive")
        },
    )
    return None if plot is None else Series(plot, measure, measures)


def dose_in(values: Sequence[AnnotatedValue]) -> tuple[str, float | None]:
    """The first dose as it is written, and its number."""
    return (values[0].value, values[0].number) if values else ("", None)


def doses_of(plates: Sequence[PlateOfTerm]) -> list[DoseOfTerm]:
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
