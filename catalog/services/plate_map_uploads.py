"""Plate maps as they come: files that are kept once, and the dry run that follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from catalog import jobs
from catalog.errors import NotUnderstood
from catalog.models import Dataset, Job
from catalog.queries.plate_maps import jobs_going_on
from catalog.services.curators import person_of
from catalog.services.plate_maps import (
    Person,
    ask_about,
    checked_plate,
    refuse_all_but_map_curators,
)
from catalog.services.record import record
from plates.models import PlateMap
from plates.services.plate_map_files import (
    MeasuredFile,
    SentFile,
    digest_of_files,
    keep_files,
    measured,
)
from plates.states import PlateMapState


@dataclass(frozen=True, slots=True)
class Upload:
    """What came of an upload: its plate map, the dry run that was asked for, and whether it is new."""

    plate_map: PlateMap
    job: Job | None
    is_new: bool


@transaction.atomic
def upload_plate_map(
    *, dataset: Dataset, by: Person, files: Sequence[SentFile], plate: str = ""
) -> Upload:
    """Keep the files of one import and ask for its dry run.

    The same files for the same plate are answered with their first import, and nothing changes.
    Refused as keep_plate_map does.
    """
    plate_map, is_new = keep_plate_map(dataset=dataset, by=by, files=files, plate=plate)
    return Upload(plate_map, check_unless_done(plate_map, by=by), is_new=is_new)


@transaction.atomic
def keep_plate_map(
    *, dataset: Dataset, by: Person, files: Sequence[SentFile], plate: str = ""
) -> tuple[PlateMap, bool]:
    """The plate map of some files, and whether it is new: the same files are kept once.

    `plate` is what all rows are about where no column says it. What was undone counts as never
    sent. NotAllowed for who is no curator of the dataset, NotUnderstood for no file, too many, or
    too large ones.
    """
    refuse_all_but_map_curators(by, dataset)
    plate = checked_plate(plate)
    known = measured_files(files)
    digest = digest_of_files(known, plate=plate)
    wait_for_the_same(dataset, digest)
    if (found := first_of(dataset, digest)) is not None:
        return found, False
    plate_map = PlateMap.objects.create(
        scope=dataset.pk,
        digest=digest,
        plate_name=plate,
        imported_by=str(person_of(by) or ""),
    )
    keep_files(plate_map, files, known)
    names = [one.name for one in known]
    changes = {"files": (None, names)}
    record("upload", plate_map, by=person_of(by), dataset=dataset, changes=changes)
    return plate_map, True


def measured_files(files: Sequence[SentFile]) -> list[MeasuredFile]:
    """Names, sizes and digests; NotUnderstood where the operator's limits are passed."""
    if not files:
        raise NotUnderstood("files", "There is no file. Send the table as 'files', or several.")
    if len(files) > settings.PLATE_MAP_FILES:
        raise NotUnderstood("files", TOO_MANY.format(settings.PLATE_MAP_FILES))
    known = [measured(file) for file in files]
    if sum(one.size for one in known) > settings.PLATE_MAP_BYTES:
        raise NotUnderstood("files", TOO_LARGE.format(settings.PLATE_MAP_BYTES / 2**20))
    if empty := [one.name for one in known if not one.size]:
        raise NotUnderstood("files", f"{empty[0]} is empty. Leave it out, or send it again.")
    return known


TOO_MANY = (
    "One import takes up to {} files. Send the others as another one; the operator may raise "
    "PLATECAT_PLATE_MAP_FILES."
)
TOO_LARGE = (
    "The files of one import may be {:,.0f} MiB together. Send them in parts, or compressed with "
    "gzip; the operator may raise PLATECAT_PLATE_MAP_MIB."
)


def wait_for_the_same(dataset: Dataset, digest: str) -> None:
    """Let the same files be looked for one after the other, or two at once would both be new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [dataset.pk, lock_of(digest)])


def lock_of(digest: str) -> int:
    """A number of four bytes with a sign, as a lock has it."""
    return int.from_bytes(bytes.fromhex(digest[:8]), signed=True)


def first_of(dataset: Dataset, digest: str) -> PlateMap | None:
    """The first import of some files; what is applied counts before what is not, and not what was."""
    same = PlateMap.objects.filter(scope=dataset.pk, digest=digest).order_by("serial")
    same = same.exclude(state=PlateMapState.UNDONE.value)
    applied = same.filter(state=PlateMapState.APPLIED.value).first()
    return applied or same.first()


def check_unless_done(plate_map: PlateMap, *, by: Person) -> Job | None:
    """The dry run of a plate map that has none yet, or was refused; None if it has one."""
    waiting = {PlateMapState.UPLOADED.value, PlateMapState.REFUSED.value}
    if plate_map.state not in waiting:
        return None
    going_on = jobs_going_on(plate_map).filter(kind=jobs.Job.CHECK_PLATE_MAP.value).first()
    return going_on or ask_about(jobs.Job.CHECK_PLATE_MAP, plate_map, by)
