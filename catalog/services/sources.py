"""Sources: storage that is watched. Who may, makes and changes them; the clock has them scanned."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.errors import CatalogError, NotAllowed, NotUnderstood
from catalog.models import Job, Source
from catalog.queries.visible import runs_the_catalog
from catalog.services.addresses import allowed_address
from catalog.services.dataset_rule import checked_rule
from catalog.services.datasets import INBOX, find_or_create_dataset
from catalog.services.due_counts import can_be_counted, lists_at_little_cost
from catalog.services.jobs import ask_for
from catalog.services.opening import checked_options
from catalog.services.patterns import patterns_of
from catalog.services.record import differences, record
from catalog.services.schedules import next_time
from catalog.words import Discovery, JobState
from plates.omezarr.errors import PatternRefused
from plates.states import Strength


def check_source(source: Source) -> None:
    """NotUnderstood, with the name of the field, if a source cannot be scanned as it is."""
    if not source.url:
        raise NotUnderstood("url", "A source has an address: a folder, an https or an s3 URL.")
    source.url = allowed_address(source.url, parameter="url")
    checked_options(source.options)
    next_time(source.schedule, timezone.now())
    if source.dataset_rule:
        checked_rule(source.dataset_rule)
    try:
        patterns_of(source)
    except PatternRefused as refusal:
        raise NotUnderstood("include", str(refusal)) from refusal
    if source.count_days is not None and not can_be_counted(source):
        raise NotUnderstood("count_days", NOT_COUNTED)
    if source.strength == Strength.LISTING.value and not lists_at_little_cost(source.url):
        raise NotUnderstood("strength", NOT_LISTED)
    by_inventory = source.discovery == Discovery.INVENTORY.value
    if source.strength == Strength.INVENTORY.value and not by_inventory:
        raise NotUnderstood("strength", NO_INVENTORY)
    if source.discovery != Discovery.LISTING.value and not source.list_url:
        raise NotUnderstood("list_url", "Say where the inventory or the list of URLs lies.")
    if source.list_url:
        source.list_url = allowed_address(source.list_url, parameter="list_url")


NOT_COUNTED = (
    "Only stores in folders and S3 buckets, or found by an inventory, are counted by the clock: other "
    "storage does not tell at little cost what it holds. Leave this empty, or use an inventory."
)
NOT_LISTED = (
    "Only stores in folders and S3 buckets can be listed at little cost. Choose consolidated or "
    "documents, or find the stores by an inventory and choose that."
)
NO_INVENTORY = (
    "Only stores that are found by an inventory can be compared by it. Let discovery be inventory, "
    "or choose another strength."
)


def refuse_taken_name(source: Source) -> None:
    """SourceNameTaken if another source is called so."""
    if Source.objects.filter(name=source.name).exclude(pk=source.pk).exists():
        raise SourceNameTaken(source.name)


class SourceNameTaken(CatalogError):
    """A source of that name exists already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a source '{name}' already. Choose another name.")


@transaction.atomic
def create_source(*, by: User | None, **told: object) -> Source:
    """A new source, to be scanned as soon as the clock sees it."""
    source = Source(**told)
    check_source(source)
    refuse_taken_name(source)
    source.next_scan_at = timezone.now() if source.schedule else None
    source.save()
    changes = {name: (None, value) for name, value in told.items()}
    record("create", source, by=by, dataset=source.default_dataset, changes=changes)
    return source


@transaction.atomic
def change_source(*, source: Source, by: User | None, **told: object) -> Source:
    """Change what a source is, and when it is scanned next."""
    locked = Source.objects.select_for_update().get(pk=source.pk)
    before: Mapping[str, object] = {name: getattr(locked, name) for name in told}
    for name, value in told.items():
        setattr(locked, name, value)
    check_source(locked)
    refuse_taken_name(locked)
    if "schedule" in told:
        locked.next_scan_at = timezone.now() if locked.schedule else None
    locked.save()
    changes = differences(before, told)
    record("change", locked, by=by, dataset=locked.default_dataset, changes=changes)
    return locked


@transaction.atomic
def request_scan(
    *, source: Source, by: User | AnonymousUser | None, accept_losses: bool = False
) -> Job:
    """The job that scans a source: a new one, or the one that has not ended yet.

    Nobody (None) is the clock or the operator's command. NotAllowed for a person who does not run
    the catalog.
    """
    if by is not None and not runs_the_catalog(by):
        raise NotAllowed("Only operators may have sources scanned.")
    locked = Source.objects.select_for_update().get(pk=source.pk)
    person = by if isinstance(by, User) else None
    waiting = Job.objects.filter(
        source=locked,
        kind=jobs.Job.DISCOVER.value,
        state__in=[JobState.QUEUED.value, JobState.RUNNING.value],
        options__scan=True,
    ).first()
    if waiting is not None and not accept_losses:
        return waiting
    options: dict[str, object] = {jobs.IS_SCAN: True}
    if accept_losses:
        options[jobs.ACCEPT_LOSSES] = True
    dataset = locked.default_dataset or find_or_create_dataset(slug=INBOX, by=None)
    job = ask_for(
        jobs.Job.DISCOVER,
        dataset=dataset,
        by=person,
        url=locked.url,
        source=locked,
        options=options,
    )
    if person is not None:
        record("scan", locked, by=person, dataset=dataset, job=job)
    return job


def request_due_scans() -> int:
    """Ask for the scan of each source whose time has come; how many."""
    due = Source.objects.filter(next_scan_at__lte=timezone.now())
    return sum(request_due_scan(source) for source in due)


@transaction.atomic
def request_due_scan(source: Source) -> bool:
    """Ask for one scan, unless another clock was faster, and set the time of the next."""
    now = timezone.now()
    locked = (
        Source.objects.select_for_update(skip_locked=True)
        .filter(pk=source.pk, next_scan_at__lte=now)
        .first()
    )
    if locked is None:
        return False
    request_scan(source=locked, by=None)
    Source.objects.filter(pk=locked.pk).update(next_scan_at=time_after(locked, now))
    return True


def time_after(source: Source, now: datetime) -> datetime | None:
    """When a source is scanned next."""
    try:
        return next_time(source.schedule, now)
    except NotUnderstood:  # only by hand, past all that checks it
        return None
