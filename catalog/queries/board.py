"""The steward's board: how far every dataset and source has come, and what waits for somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from catalog.models import Dataset, History, Holding, Job, Proposal, Source, Version
from catalog.models.dataset import PUBLISHED
from catalog.words import DatasetState, JobState, ProposalState
from plates.models import Finding, Plate, Store
from plates.queries.plate_steps import (
    PlateSteps,
    Step,
    StepCount,
    lacking,
    plate_steps,
    waited_for,
    with_steps,
)
from plates.states import Reach

NEW_DAYS: Final = 7
RULES: Final = 8
LATE: Final = timedelta(hours=1)
IN_REVIEW: Final = DatasetState.IN_REVIEW.value


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the plates of a dataset or source have come."""

    expected: int
    """By applied plate maps and barcode files: those that came, and those that are waited for."""
    waited_for: int
    waits_since: datetime | None
    plates: PlateSteps

    def of(self, step: Step) -> StepCount:
        """How a step stands; arrived counts those that are waited for too."""
        told = self.plates.of(step)
        if step is not Step.ARRIVED:
            return told
        since = [one for one in (told.oldest, self.waits_since) if one is not None]
        return StepCount(told.done, told.left + self.waited_for, min(since, default=None))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number of things that wait, and since when the oldest does."""

    number: int
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule, and how many stores break it."""

    rule: str
    level: str
    stores: int


@dataclass(frozen=True, slots=True)
class Worklists:
    """What waits for somebody, over the whole catalog."""

    new_stores: Waiting
    unreachable: Waiting
    proposals: Waiting
    in_review: Waiting
    failed_jobs: Waiting
    overdue_sources: Waiting
    unannotated: Waiting
    rules: Sequence[BrokenRule]


def progress_of_datasets(datasets: Sequence[Dataset]) -> dict[int, Progress]:
    """How far some datasets have come, by serial; four statements, however many plates they have."""
    scopes = [dataset.pk for dataset in datasets]
    rows = Plate.objects.filter(scope__in=scopes, vanished_at=None).order_by()
    plates = list(rows.values_list("scope", "serial"))
    steps = plate_steps(plates, published_at(datasets))
    waits = waited_for(scopes)
    return {scope: progress(steps.get(scope), [waits.get(scope)]) for scope in scopes}


def published_at(datasets: Iterable[Dataset]) -> dict[int, datetime]:
    """When the newest version of published datasets was made, of those that still stand."""
    open_ones = [dataset.pk for dataset in datasets if dataset.state == PUBLISHED]
    rows = Version.objects.filter(dataset__in=open_ones, withdrawn_at=None).order_by()
    return dict(rows.values_list("dataset").annotate(Max("published_at")))


def progress_of_sources(sources: Sequence[Source]) -> list[Progress]:
    """How far the plates from some sources have come, in their order; five statements."""
    places = {source.pk: number for number, source in enumerate(sources)}
    rows = Holding.objects.filter(source__in=sources, store__vanished_at=None).order_by()
    held = rows.values_list("source", "store__plate", "dataset").distinct()
    pairs = {(places[source], plate) for source, plate, _ in held if plate is not None}
    scopes: list[set[int]] = [
        {source.default_dataset_id} if source.default_dataset_id else set() for source in sources
    ]
    for source, _, dataset in held:
        scopes[places[source]].add(dataset)
    steps = plate_steps(sorted(pairs), {})
    waits = waited_for(sorted(set().union(*scopes)))
    return [
        progress(steps.get(number), [waits.get(scope) for scope in scopes[number]])
        for number in range(len(sources))
    ]


def progress(
    steps: PlateSteps | None, waits: Iterable[tuple[int, datetime | None] | None]
) -> Progress:
    """What is known of plates, put together with those that are waited for."""
    known = [one for one in waits if one is not None]
    number = sum(plates for plates, _ in known)
    since = min((when for _, when in known if when is not None), default=None)
    told = steps or PlateSteps()
    return Progress(told.expected + number, number, since, told)


def board_datasets(*, owner: int | None = None, part: str = "") -> QuerySet[Dataset]:
    """The datasets of the board by slug: all, those of a person, those with a part of a name."""
    rows = Dataset.objects.select_related("owner").order_by("slug")
    if owner is not None:
        rows = rows.filter(owner=owner)
    return rows.filter(Q(slug__icontains=part) | Q(title__icontains=part)) if part else rows


def worklists() -> Worklists:
    """What waits, in a statement each; none of them reads a well."""
    now = timezone.now()
    stores = Store.objects.filter(vanished_at=None).order_by()
    late = Source.objects.filter(is_overdue())
    failed = Job.objects.filter(
        state=JobState.FAILED.value, finished_at__gte=now - timedelta(days=NEW_DAYS)
    )
    return Worklists(
        new_stores=waiting(stores.filter(created_at__gte=new_since(now)), "created_at"),
        unreachable=waiting(stores.filter(reach=Reach.UNREACHABLE.value), "read_at"),
        proposals=waiting(Proposal.objects.filter(state=ProposalState.OPEN.value), "made_at"),
        in_review=waiting_for_review(),
        failed_jobs=waiting(failed, "finished_at"),
        overdue_sources=waiting(late, "next_scan_at"),
        unannotated=waiting(unannotated_plates(), "created_at"),
        rules=broken_rules(),
    )


def new_since(now: datetime) -> datetime:
    """From when on a store is new."""
    return now - timedelta(days=NEW_DAYS)


def unannotated_plates() -> QuerySet[Plate]:
    """The plates that came and that no plate map says anything of."""
    return with_steps(Plate.objects.filter(vanished_at=None)).filter(lacking(Step.ANNOTATED))


def waiting(
    rows: "QuerySet[Store] | QuerySet[Plate] | QuerySet[Proposal] | QuerySet[Job] | QuerySet[Source]",
    since: str,
) -> Waiting:
    """How many rows there are, and the oldest time of them."""
    told = rows.order_by().aggregate(number=Count("pk"), oldest=Min(since))
    return Waiting(told["number"], told["oldest"])


def waiting_for_review() -> Waiting:
    """The datasets that wait for a publisher, and since when the first of them was sent."""
    rows = Dataset.objects.filter(waits_for_review()).order_by()
    serials = list(rows.values_list("pk", flat=True))
    sent = History.objects.filter(dataset__in=serials, verb="send_for_review").order_by()
    last: Mapping[int, datetime] = dict(sent.values_list("dataset").annotate(Max("at")))
    return Waiting(len(serials), min(last.values(), default=None))


def waits_for_review() -> Q:
    """The condition that a dataset, or its next version, waits for a publisher."""
    return Q(state=IN_REVIEW) | Q(next_state=IN_REVIEW)


def is_overdue() -> Q:
    """The condition that a source should have been scanned an hour ago."""
    return Q(next_scan_at__lt=timezone.now() - LATE)


def broken_rules() -> list[BrokenRule]:
    """The rules that most stores break."""
    rows = Finding.objects.filter(store__vanished_at=None).order_by().values("rule", "level")
    counted = rows.annotate(stores=Count("pk")).order_by("level", "-stores")[:RULES]
    return [BrokenRule(row["rule"], row["level"], row["stores"]) for row in counted]
