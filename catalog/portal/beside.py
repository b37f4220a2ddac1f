"""Other wells of a plate to look at beside one: its controls, and its replicates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog.errors import SearchTooCostly, SearchTooWide
from catalog.portal.first_fields import first_fields
from catalog.queries.controls import ControlSubjects, control_subjects_on
from catalog.queries.grid import conditions_of
from catalog.queries.subjects import Subject
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.queries.wells import WellRow, wells_at
from catalog.search.queries import Condition, Exactly, Query, all_of
from catalog.search.rendering import render as rendered
from plates.models import Field, Plate, Well
from plates.platemaps.conditions import CONDITION_KEYS
from plates.queries.annotation import AnnotatedValue
from plates.queries.grid import annotation_on

MOST: Final = 4
"""Pictures of each group: the nearest wells, on which a plate's edge works alike."""
_TITLES: Final = {"negative": "Negative controls", "positive": "Positive controls"}


@dataclass(frozen=True, slots=True)
class PicturedWell:
    """A well with the field that stands for it; None where it has no picture."""

    well: WellRow
    field: Field | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Some wells of a plate that are alike, the nearest first."""

    tone: str
    """`negative`, `positive` or empty."""
    title: str
    wells: list[PicturedWell]
    count: int
    """How many others there are on the plate."""


def wells_beside(viewer: Viewer, plate: Plate, well: Well, like: Field | None) -> list[Beside]:
    """The controls and replicates of a well on its plate, pictured as a field of it is."""
    controls = controls_of(viewer, plate)
    taken = {subject.position for some in controls.values() for subject in some}
    alike = [one for one in replicates_of(plate, well) if one.position not in taken]
    groups = [("", "Replicates on this plate", alike)]
    groups += [(tone, _TITLES[tone], some) for tone, some in controls.items()]
    ordered = {title: _by_distance(plate, well, some) for _, title, some in groups}
    nearest = {title: some[:MOST] for title, some in ordered.items()}
    wells = wells_at(viewer, [one for some in nearest.values() for one in some])
    fields = first_fields(viewer, wells, like=like)
    by_position = {one.position: PicturedWell(one, fields.get(one.pk)) for one in wells}
    return [
        Beside(
            tone,
            title,
            [by_position[one.position] for one in nearest[title]],
            len(ordered[title]),
        )
        for tone, title, _ in groups
        if nearest[title]
    ]


def controls_of(viewer: Viewer, plate: Plate) -> ControlSubjects:
    """The controls of a plate; none where the catalog is too slow to tell."""
    try:
        with time_limit():
            return control_subjects_on(viewer, [plate.carrier_id])[plate.carrier_id]
    except (SearchTooCostly, SearchTooWide):
        return {}


def replicates_of(plate: Plate, well: Well) -> list[Subject]:
    """The other wells of a plate of which plate maps say the same condition."""
    conditions = conditions_of(annotation_on(plate.carrier_id, plate.carrier.positions))
    mine = conditions.get(well.position)
    if mine is None:
        return []
    return [
        Subject(plate.scope, plate.carrier_id, position)
        for position, condition in conditions.items()
        if condition == mine and position != well.position
    ]


def _by_distance(plate: Plate, well: Well, subjects: Sequence[Subject]) -> list[Subject]:
    def distance(subject: Subject) -> tuple[int, int]:
        row, column = divmod(subject.position, plate.columns or 1)
        away = (row - (well.row or 0)) ** 2 + (column - (well.column or 0)) ** 2
        return away, subject.position

    others = [subject for subject in subjects if subject.position != well.position]
    return sorted(others, key=distance)


def replicates_query(annotation: dict[str, list[AnnotatedValue]]) -> str:
    """The query that finds the wells of the same condition; empty where none is said."""
    parts: list[Query] = [
        Condition(key, Exactly(value.value if value.number is None else _amount(value)))
        for key in CONDITION_KEYS
        for value in annotation.get(key, [])[:1]
    ]
    return rendered(all_of(parts)) if parts else ""


def _amount(value: AnnotatedValue) -> str:
    return f"{value.number!r} {value.unit}".strip()
