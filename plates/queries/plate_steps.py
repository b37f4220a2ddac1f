"""How far plates have come: arrived, valid, annotated, previewed; counted, and listed for work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from plates.models import AnnotationRow, Plate, Preview, Store
from plates.states import Verdict


class Step(StrEnum):
    """What is done with a plate, in this order."""

    ARRIVED = "arrived"
    """Some store shows it."""
    VALID = "valid"
    """All stores that show it are valid."""
    ANNOTATED = "annotated"
    PREVIEWED = "previewed"
    """All stores that show it were drawn as they are."""
    PUBLISHED = "published"
    """It was there when its dataset's newest version was made."""


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many plates have come so far, how many have not, and since when the first of these waits."""

    done: int = 0
    left: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlateSteps:
    """The plates of a group, by what was done with them."""

    expected: int = 0
    steps: Mapping[Step, StepCount] = field(default_factory=dict)

    def of(self, step: Step) -> StepCount:
        """How a step stands."""
        return self.steps.get(step, StepCount())


_COUNT: Final = """
    count(*) FILTER (WHERE {done}), count(*) FILTER (WHERE {left}), min({since}) FILTER (WHERE {left})
"""
_ARRIVED: Final = "s.plate_id IS NOT NULL"
_STEPS: Final = {
    Step.ARRIVED: (_ARRIVED, f"NOT ({_ARRIVED})", "p.created_at"),
    Step.VALID: ("s.valid", "NOT s.valid", "s.unsound_since"),
    Step.ANNOTATED: (
        f"{_ARRIVED} AND p.annotated",
        f"{_ARRIVED} AND NOT p.annotated",
        "p.created_at",
    ),
    Step.PREVIEWED: ("s.drawn", "NOT s.drawn", "s.undrawn_since"),
    Step.PUBLISHED: (
        f"{_ARRIVED} AND p.published",
        f"{_ARRIVED} AND NOT p.published",
        "p.created_at",
    ),
}
# Stores and names are put together once for each plate; of annotation one row is enough, which the
# index finds.
_PLATES: Final = f"""
    WITH told AS (
        SELECT * FROM unnest(%(groups)s::integer[], %(plates)s::integer[]) AS t (grp, plate)),
    versions AS (
        SELECT * FROM unnest(%(versioned)s::integer[], %(published)s::timestamptz[])
                 AS v (grp, published_at)),
    shown AS (
        SELECT s.plate_id, bool_and(s.verdict = 'valid') AS valid,
               min(s.created_at) FILTER (WHERE s.verdict <> 'valid') AS unsound_since,
               bool_and(d.store_id IS NOT NULL) AS drawn,
               min(s.created_at) FILTER (WHERE d.store_id IS NULL) AS undrawn_since
          FROM plates_store s LEFT JOIN plates_preview d
               ON d.store_id = s.serial AND d.digest = s.digest
         WHERE s.plate_id = ANY(%(plates)s) AND s.vanished_at IS NULL
         GROUP BY 1),
    named AS (
        SELECT DISTINCT n.plate_id FROM plates_namedplate n
          JOIN plates_platemap m ON m.serial = n.plate_map_id
         WHERE n.plate_id = ANY(%(plates)s) AND m.state = 'applied'),
    p AS (
        SELECT t.grp, p.serial, p.created_at,
               EXISTS (SELECT 1 FROM plates_annotationrow r WHERE r.carrier_id = p.carrier_id)
                   AS annotated,
               coalesce(p.created_at <= v.published_at, FALSE) AS published
          FROM told t JOIN plates_plate p ON p.serial = t.plate
               LEFT JOIN versions v ON v.grp = t.grp)
    SELECT p.grp, count(*) FILTER (WHERE n.plate_id IS NOT NULL),
           {", ".join(_COUNT.format(done=done, left=left, since=since) for done, left, since in _STEPS.values())}
      FROM p LEFT JOIN shown s ON s.plate_id = p.serial LEFT JOIN named n ON n.plate_id = p.serial
     GROUP BY 1
"""  # noqa: S608 - made of constants
_WAITING: Final = """
    SELECT n.scope, count(DISTINCT n.folded), min(m.applied_at)
      FROM plates_namedplate n JOIN plates_platemap m ON m.serial = n.plate_map_id
     WHERE n.scope = ANY(%s) AND n.plate_id IS NULL AND m.state = 'applied'
     GROUP BY 1
"""


def plate_steps(
    plates: Sequence[tuple[int, int]], published: Mapping[int, datetime]
) -> dict[int, PlateSteps]:
    """How far some plates have come, by the numbers of their groups; one statement, no well is read.

    `plates` are pairs of a group and a plate's serial; `published` says when a group's newest version
    was made. Plates that are still waited for are none of them: `waited_for` counts these.
    """
    told: dict[str, list[int] | list[datetime]] = {
        "groups": [group for group, _ in plates],
        "plates": [plate for _, plate in plates],
        "versioned": list(published),
        "published": list(published.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLATES, told)
        return {group: _steps(named, counts) for group, named, *counts in cursor}


def _steps(named: int, counts: Sequence[Any]) -> PlateSteps:
    told = {
        step: StepCount(*counts[3 * number : 3 * number + 3]) for number, step in enumerate(_STEPS)
    }
    return PlateSteps(named, told)


def waited_for(scopes: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """How many plates are named in each scope and still waited for, and since when; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [list(scopes)])
        return {scope: (plates, since) for scope, plates, since in cursor}


def with_steps(rows: QuerySet[Plate]) -> QuerySet[Plate]:
    """Plates that say `arrived` and `annotated`, and `unsound` and `undrawn` of what shows them."""
    shown = Store.objects.filter(plate=OuterRef("pk"), vanished_at=None)
    drawn = Preview.objects.filter(store=OuterRef("pk"), digest=OuterRef("digest"))
    said = AnnotationRow.objects.filter(carrier=OuterRef("carrier"))
    return rows.annotate(
        arrived=Exists(shown),
        unsound=Exists(shown.exclude(verdict=Verdict.VALID.value)),
        undrawn=Exists(shown.filter(~Exists(drawn))),
        annotated=Exists(said),
    )


def lacking(step: Step) -> Q:
    """The condition, on plates `with_steps`, that they have not come to a step; for its worklist."""
    arrived = Q(arrived=True)
    return {
        Step.ARRIVED: Q(arrived=False),
        Step.VALID: Q(unsound=True),
        Step.ANNOTATED: arrived & Q(annotated=False),
        Step.PREVIEWED: Q(undrawn=True),
    }[step]
