"""Publication: a dataset, or its next version, becomes a version that stays."""

import logging
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from catalog import jobs
from catalog.errors import LeaseLost, NothingChanged, VersionFileLost
from catalog.models import Change, Dataset, Job, Version
from catalog.models.dataset import PUBLISHED
from catalog.services.changes import write_changes
from catalog.services.checklists import refuse_blocked
from catalog.services.curators import person_of, refuse_all_but_publishers
from catalog.services.embargoes import refuse_closing_again
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import end, locked_under
from catalog.services.leases import Lease, job_of
from catalog.services.places import NOWHERE
from catalog.services.record import record
from catalog.services.reviews import Person, locked_dataset, refuse_unless
from catalog.services.version_diffs import Kept, between, kept
from catalog.services.version_files import begin_folder, discard_folder, finish_folder
from catalog.services.version_writing import WrittenVersion, write_version_files
from catalog.words import ENDED, ChangeVerb, DatasetState, JobState
from plates.ids import uuid7

log = logging.getLogger(__name__)

TO_PUBLISH: Final = "Send it for review first."


@transaction.atomic
def publish(*, dataset: Dataset, by: Person, embargo_until: date | None = None) -> Job:
    """The job that makes a version of a dataset: a new one, or the one that goes on already.

    The dataset is published as the job ends; nothing is seen of the version before it is whole.
    NotAllowed for who is no publisher, DatasetNotReady unless it is in review, ChecklistBlocks,
    NotUnderstood for an embargo on what is open already.
    """
    refuse_all_but_publishers(by, dataset)
    locked = locked_dataset(dataset)
    refuse_unless(locked, DatasetState.IN_REVIEW, what="published", todo=TO_PUBLISH)
    refuse_closing_again(locked, embargo_until)
    refuse_blocked(locked)
    if (going_on := publications_of(locked).exclude(state__in=sorted(ENDED)).first()) is not None:
        return going_on
    until = embargo_until or locked.embargo_until
    job = Job.objects.create(
        kind=jobs.Job.PUBLISH.value,
        dataset=locked,
        place=NOWHERE,
        lane=f"{locked.pk}@",
        requested_by=person_of(by),
        options={jobs.EMBARGO: until.isoformat()} if until else {},
    )
    jobs.enqueue(jobs.Job.PUBLISH, job.id)
    return job


def publications_of(dataset: Dataset) -> QuerySet[Job]:
    """The jobs that make versions of a dataset, the newest first."""
    return Job.objects.filter(dataset=dataset, kind=jobs.Job.PUBLISH.value).order_by("-id")


def make_version(*, lease: Lease) -> None:
    """Write the files of a version with no transaction that writes, then its row in one.

    Safe to run twice: what an attempt leaves behind that came to nothing is swept away by the next.
    """
    job = job_of(lease)
    dataset = job.dataset
    refuse_all_but_publishers(job.requested_by, dataset)
    refuse_unless(dataset, DatasetState.IN_REVIEW, what="published", todo=TO_PUBLISH)
    refuse_blocked(dataset)
    version_id = uuid7()
    folder = begin_folder(dataset, version_id)
    kept = False
    try:
        with heartbeat(lease) as alive:

            def tell(done: int, total: int) -> None:
                alive.progress(done, max(done, total))
                if alive.is_lost():
                    raise LeaseLost

            written = write_version_files(dataset, folder, alive=tell)
            diff = diff_to_last(dataset, folder, written)
            version = keep_version(
                lease=lease, version_id=version_id, folder=folder, written=written, diff=diff
            )
            kept = True
    finally:
        if not kept:
            discard_folder(folder)
    log.info(
        "dataset %s: version %d, %d wells, %s",
        dataset.id,
        version.number,
        written.counts["wells"],
        written.digest[:12],
    )


def diff_to_last(dataset: Dataset, folder: Path, written: WrittenVersion) -> dict[str, object]:
    """What differs from the newest version that was not withdrawn; nothing if there is none.

    Written down once, as both stay what they are. Files that somebody lost do not hold up the next
    version: it is looked for again when somebody asks.
    """
    last = last_version(dataset)
    if last is None:
        return {}
    try:
        return between(last.number, kept(last), Kept(written.metadata, folder))
    except VersionFileLost as lost:
        log.warning("dataset %s: version %d: %s", dataset.id, last.number, lost)
        return {}


def last_version(dataset: Dataset) -> Version | None:
    """The newest version of a dataset that was not withdrawn."""
    return dataset.versions.filter(withdrawn_at=None).order_by("-number").first()


@transaction.atomic
def keep_version(
    *,
    lease: Lease,
    version_id: UUID,
    folder: Path,
    written: WrittenVersion,
    diff: dict[str, object],
) -> Version:
    """Write the row of a version whose files are whole, publish its dataset and end its job.

    All or nothing, if the lease still holds. DatasetNotReady if the dataset was sent back or
    withdrawn meanwhile, NothingChanged if the version would be the last one again.
    """
    job = locked_under(lease)
    dataset = locked_dataset(job.dataset)
    refuse_unless(dataset, DatasetState.IN_REVIEW, what="published", todo=TO_PUBLISH)
    last = last_version(dataset)
    if last is not None and last.digest == written.digest:
        raise NothingChanged(last.number)
    number = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    by = person_of(job.requested_by)
    version = Version.objects.create(
        id=version_id,
        dataset=dataset,
        number=number + 1,
        digest=written.digest,
        metadata=written.metadata,
        counts=written.counts,
        files=[file.told() for file in written.files],
        diff=diff,
        job=job,
        published_at=timezone.now(),
        published_by=by,
    )
    changes = open_dataset(dataset, version, until=embargo_of(job))
    record("publish", dataset, by=by, dataset=dataset, job=job, changes=changes)
    job.outcome = {"version": version.number, "digest": version.digest, **written.counts}
    job.error = ""
    job.progress_done = job.progress_total = max(job.progress_done, job.progress_total)
    end(job, JobState.DONE)
    finish_folder(folder)
    write_changes([change_of_version(ChangeVerb.PUBLISHED, version, job=job)])
    return version


def embargo_of(job: Job) -> date | None:
    """Until when what a job publishes stays closed."""
    told = job.options.get(jobs.EMBARGO)
    return parse_date(str(told)) if told else None


def open_dataset(
    dataset: Dataset, version: Version, *, until: date | None
) -> dict[str, tuple[object, object]]:
    """Publish a locked dataset, and say what that changed."""
    changes: dict[str, tuple[object, object]] = {"version": (None, version.number)}
    if dataset.state != PUBLISHED:
        changes["state"] = (dataset.state, PUBLISHED)
        dataset.published_at = version.published_at
    if dataset.embargo_until != until:
        changes["embargo_until"] = (dataset.embargo_until, until)
    dataset.state = PUBLISHED
    dataset.next_state = DatasetState.DRAFT.value
    dataset.embargo_until = until
    dataset.review_note = ""
    dataset.save()
    return changes


def change_of_version(
    verb: ChangeVerb, version: Version, *, job: Job | None = None, reason: str = ""
) -> Change:
    """What the feed tells of a version, not yet written."""
    told: dict[str, object] = {"number": version.number, "digest": version.digest}
    if reason:
        told["reason"] = reason
    return Change(
        verb=verb.value, dataset_id=version.dataset_id, job=job, differences={"version": told}
    )
