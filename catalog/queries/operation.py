"""How the catalog fares, in numbers that are the same whoever asks: for those who run it.

They count everything, private things too, and name none of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, IntegerField, Min, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from catalog import jobs
from catalog.models import Job
from catalog.words import JobState
from plates.models import Plate, Store, Validation
from plates.states import Reach, Verdict

WINDOW: Final = timedelta(minutes=10)
ENDINGS: Final = (JobState.DONE.value, JobState.FAILED.value)

Values = Mapping[tuple[str, ...], float]
"""Numbers by the values of their labels."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number, or one for each value of its labels, and what it says."""

    name: str
    sentence: str
    values: Values
    labels: tuple[str, ...] = field(default=())


def readings() -> Iterator[Reading]:
    """All numbers, read now."""
    yield from of_jobs()
    yield from of_harvests()
    yield from of_stores()


def of_jobs() -> Iterator[Reading]:
    """How many jobs of each kind wait, since when, how many run, and how many failed."""
    now = timezone.now()
    due = Job.objects.filter(state=JobState.QUEUED.value, due_at__lte=now)
    oldest = {
        kind: (now - since).total_seconds()
        for kind, since in due.order_by().values_list("kind").annotate(Min("due_at"))
    }
    yield by_kind("platecat_jobs_waiting", "Jobs that are due and wait.", counted(due))
    yield by_kind(
        "platecat_jobs_waiting_seconds", "How long the oldest of them has waited.", oldest.items()
    )
    for name, state, sentence in (
        ("later", JobState.QUEUED, "Jobs that are to be tried again later."),
        ("running", JobState.RUNNING, "Jobs that a worker is on."),
        ("failed", JobState.FAILED, "Jobs that failed for good and were not retried."),
    ):
        found = Job.objects.filter(state=state.value)
        shown = found.filter(due_at__gt=now) if name == "later" else found
        yield by_kind(f"platecat_jobs_{name}", sentence, counted(shown))


def counted(found: QuerySet[Job]) -> Iterable[tuple[str, float]]:
    """How many jobs there are of each kind."""
    return found.order_by().values_list("kind").annotate(Count("pk"))


def by_kind(name: str, sentence: str, found: Iterable[tuple[str, float]]) -> Reading:
    """A number for each kind of job: 0 for those of which nothing was found."""
    numbers = dict(found)
    return Reading(
        name, sentence, {(short(kind),): numbers.get(kind, 0) for kind in jobs.Job}, ("kind",)
    )


def short(kind: str) -> str:
    """A kind of job as people call it."""
    return kind.rpartition(".")[2]


def of_harvests() -> Iterator[Reading]:
    """What was harvested in the last ten minutes: stores, wells and documents, by how it ended."""
    ended = Job.objects.filter(
        kind=jobs.Job.HARVEST.value,
        state__in=ENDINGS,
        finished_at__gt=timezone.now() - WINDOW,
    )
    rows = (
        ended.order_by()
        .values("state")
        .annotate(stores=Count("pk"), wells=told("wells"), documents=told("documents"))
    )
    found: dict[str, dict[str, Any]] = {row["state"]: dict(row) for row in rows}
    for what, sentence in (
        ("stores", "Harvests that ended in the last ten minutes."),
        ("wells", "Wells of the stores that were harvested in the last ten minutes."),
        ("documents", "Documents that were read for them."),
    ):
        values: Values = {(state,): found.get(state, {}).get(what, 0) for state in ENDINGS}
        yield Reading(f"platecat_harvested_{what}_10m", sentence, values, ("state",))


def told(name: str) -> Coalesce:
    """The sum of what the outcomes of jobs tell under a name."""
    return Coalesce(Sum(Cast(KeyTextTransform(name, "outcome"), IntegerField())), 0)


def of_stores() -> Iterator[Reading]:
    """Stores by reach and verdict, plates, and what validation found."""
    there = Store.objects.filter(vanished_at=None).order_by().values_list("reach", "verdict")
    found = {(reach, verdict): n for reach, verdict, n in there.annotate(Count("pk"))}
    yield Reading(
        "platecat_stores",
        "Stores that lie somewhere, by whether they could be opened and what is known of them.",
        {
            (reach.value or "unknown", verdict.value): found.get((reach.value, verdict.value), 0)
            for reach in Reach
            for verdict in Verdict
        },
        ("reach", "verdict"),
    )
    gone = Store.objects.exclude(vanished_at=None).count()
    yield Reading("platecat_stores_vanished", "Stores that lie nowhere any more.", {(): gone})
    yield Reading("platecat_plates", "Plates.", {(): Plate.objects.count()})
    lying = Q(store__vanished_at=None)
    sums = Validation.objects.filter(lying).aggregate(
        error=Coalesce(Sum("errors"), 0), warning=Coalesce(Sum("warnings"), 0)
    )
    yield Reading(
        "platecat_findings",
        "Faults that the newest validations of stores found.",
        {(level,): number for level, number in sums.items()},
        ("level",),
    )
