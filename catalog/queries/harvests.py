"""How harvests that somebody asked for stand: the jobs, and what came of each store."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from catalog.jobs import Job as Kind
from catalog.models import Job
from catalog.words import ENDED, JobState
from plates.models import Store
from plates.queries.places import place_of, with_places


@dataclass(frozen=True, slots=True)
class Standing:
    """How far some harvests and all that they led to are."""

    jobs: int
    begun: int
    ended: int
    failed: int
    documents_done: int
    documents_known: int

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.jobs == self.ended


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What came of one store, or of one address where no store was found."""

    id: str | None
    url: str
    kind: str
    reach: str
    verdict: str
    errors: int
    warnings: int
    plate: dict[str, str] | None
    wells: int
    fields: int
    images: int
    seconds: float | None
    changed: bool
    error: str


def jobs_of(roots: Sequence[UUID]) -> list[Job]:
    """The jobs and their children, in the order in which they were asked for."""
    return list(
        Job.objects.filter(Q(pk__in=roots) | Q(parent__in=roots))
        .select_related("store__plate", "store__validation")
        .prefetch_related(with_places("store__locations"))
        .order_by("id")
    )


def standing_of(roots: Sequence[UUID]) -> Standing:
    """How far these jobs and their children are, in one statement however many there are.

    Nobody waits for what is drawn of the stores.
    """
    reads = Q(store__isnull=False) & ~Q(kind=Kind.COUNT.value)
    family = Job.objects.filter(Q(pk__in=roots) | Q(parent__in=roots))
    counted = family.exclude(kind=Kind.PREVIEW.value).aggregate(
        jobs=Count("pk"),
        begun=Count("pk", filter=Q(started_at__isnull=False)),
        ended=Count("pk", filter=Q(state__in=sorted(ENDED))),
        failed=Count("pk", filter=Q(state=JobState.FAILED.value)),
        documents_done=Coalesce(Sum("progress_done", filter=reads), 0),
        documents_known=Coalesce(Sum("progress_total", filter=reads), 0),
    )
    return Standing(**counted)


def outcomes_of(jobs: Sequence[Job]) -> list[StoreOutcome]:
    """What came of each store, and of each address that led to none."""
    told: list[StoreOutcome] = []
    for job in jobs:
        if job.plate_map_id is not None:
            continue
        if job.store:
            if job.kind == Kind.HARVEST.value:
                told.append(store_outcome(job, job.store))
            continue
        if job.state == JobState.FAILED.value:
            told.append(no_store(job.url, job.error))
        told += [no_store(one["url"], one["error"]) for one in job.outcome.get("refused", ())]
    return told


def unseen(roots: Sequence[UUID]) -> list[str]:
    """What the discoveries and validations could not look at, in sentences."""
    told: list[str] = []
    for job in Job.objects.filter(pk__in=roots).order_by("id"):
        unread = job.outcome.get("unread", ())
        told += unread
        if not (job.outcome.get("complete", True) or unread):
            told.append(f"{job.url} has more folders than are looked at; name a smaller root.")
    failed = Job.objects.filter(
        parent__in=roots, kind=Kind.VALIDATE.value, state=JobState.FAILED.value
    )
    told += [f"{job.url} was not validated: {job.error}" for job in failed.order_by("id")]
    return told


def store_outcome(job: Job, store: Store) -> StoreOutcome:
    """What a harvest found in its store."""
    plate = store.plate
    validation = getattr(store, "validation", None)
    return StoreOutcome(
        id=str(store.id),
        url=place_of(store) or job.url,
        kind=store.kind,
        reach=store.reach,
        verdict=store.verdict,
        errors=validation.errors if validation else 0,
        warnings=validation.warnings if validation else 0,
        plate={"id": str(plate.id), "name": plate.name} if plate else None,
        wells=store.well_count,
        fields=store.field_count,
        images=store.image_count,
        seconds=job.outcome.get("seconds"),
        changed=bool(job.outcome.get("changed")),
        error=job.error,
    )


def no_store(url: str, error: str) -> StoreOutcome:
    """An address where no store could be found."""
    return StoreOutcome(
        id=None,
        url=url,
        kind="",
        reach="",
        verdict="",
        errors=0,
        warnings=0,
        plate=None,
        wells=0,
        fields=0,
        images=0,
        seconds=None,
        changed=False,
        error=error,
    )
