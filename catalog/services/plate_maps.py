"""Plate maps as people work on them: edited, tried, applied, undone; each is asked for here."""

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from catalog import jobs
from catalog.errors import NotAllowed, NotUnderstood, PlateMapIsBusy, PlateMapNotReady
from catalog.models import Dataset, Job
from catalog.queries.plate_maps import heads_of, jobs_going_on
from catalog.queries.visible import may
from catalog.services.curators import person_of
from catalog.services.places import NOWHERE
from catalog.services.record import record
from catalog.words import JobState, Role
from plates.models import PlateMap
from plates.platemaps.errors import MappingRefused
from plates.platemaps.mapping_documents import mapping_of
from plates.services.plate_map_files import digest_of_files, kept_files
from plates.states import PlateMapState

Person = User | AnonymousUser | None
LONGEST_PLATE: Final = 255

DOING: Final[Mapping[str, str]] = {
    jobs.Job.CHECK_PLATE_MAP.value: "The dry run",
    jobs.Job.APPLY_PLATE_MAP.value: "The import",
    jobs.Job.UNDO_PLATE_MAP.value: "The undoing",
    jobs.Job.MATCH_PLATE_MAP.value: "The import for plates that arrived",
}
AGAIN: Final = "Upload its files again: that is another import."
OVER: Final[Mapping[str, str]] = {
    PlateMapState.APPLIED.value: "Undo it, and upload its files again.",
    PlateMapState.UNDONE.value: AGAIN,
}


def refuse_all_but_map_curators(by: Person, dataset: Dataset) -> None:
    """NotAllowed for a person who may not say what is in the wells of a dataset."""
    if by is not None and not may(by, Role.CURATOR, dataset):
        raise NotAllowed("Only curators of the dataset may work on its plate maps.")


def dataset_of(plate_map: PlateMap) -> Dataset:
    """The dataset that a plate map belongs to."""
    return Dataset.objects.get(pk=plate_map.scope)


def checked_plate(plate: str) -> str:
    """The name of a plate as it is kept."""
    plate = plate.strip()
    if len(plate) > LONGEST_PLATE or "\x00" in plate:
        raise NotUnderstood("plate", "'plate' names a plate of the dataset in a line of text.")
    return plate


def ask_about(
    kind: jobs.Job,
    plate_map: PlateMap,
    by: Person,
    *,
    parent: Job | None = None,
) -> Job:
    """A new job about a plate map; the bell rings when the transaction is committed."""
    dataset = dataset_of(plate_map)
    job = Job.objects.create(
        kind=kind.value,
        dataset=dataset,
        plate_map=plate_map,
        parent=parent,
        place=NOWHERE,
        lane=f"{dataset.pk}@",
        requested_by=person_of(by),
    )
    jobs.enqueue(kind, job.id)
    return job


def locked_plate_map(plate_map: PlateMap) -> PlateMap:
    """The plate map as it stands, until the transaction ends."""
    return PlateMap.objects.select_for_update(no_key=True).get(pk=plate_map.pk)


@transaction.atomic
def edit_mapping(*, plate_map: PlateMap, document: object, by: Person) -> Job:
    """Take a person's mapping for the proposed one, and ask for the dry run that follows.

    Refused as set_mapping does.
    """
    locked = set_mapping(plate_map=plate_map, document=document, by=by)
    return waiting_or_new(jobs.Job.CHECK_PLATE_MAP, locked, by)


@transaction.atomic
def set_mapping(*, plate_map: PlateMap, document: object, by: Person) -> PlateMap:
    """Take a person's mapping for the proposed one; the plate map waits for a dry run then.

    NotUnderstood says what of it does not fit the files; PlateMapNotReady if it is applied or
    undone, PlateMapIsBusy while it is being applied, NotAllowed for who is no curator.
    """
    dataset = dataset_of(plate_map)
    refuse_all_but_map_curators(by, dataset)
    locked = locked_plate_map(plate_map)
    refuse_over(locked, "edited")
    refuse_busy(locked, but=jobs.Job.CHECK_PLATE_MAP)
    checked = checked_document(locked, document)
    changes = {"mapping": (locked.mapping, checked)}
    if (plate := checked.get("plate", "")) != locked.mapping.get("plate", ""):
        # For another plate it is another import.
        locked.plate_name = checked_plate(str(plate))
        locked.digest = digest_of_files(kept_files(locked), plate=locked.plate_name)
    locked.mapping = checked
    locked.edited = True
    locked.state = PlateMapState.UPLOADED.value
    locked.refusal = ""
    locked.save(update_fields=["mapping", "plate_name", "digest", "edited", "state", "refusal"])
    record("change", locked, by=person_of(by), dataset=dataset, changes=changes)
    return locked


def checked_document(plate_map: PlateMap, document: object) -> dict[str, object]:
    """A mapping's document that fits the tables of the files, as far as their heads tell."""
    if not isinstance(document, dict):
        raise NotUnderstood("mapping", "A mapping is a JSON object; GET tells the present one.")
    heads = heads_of(plate_map)
    if not heads:
        raise NotUnderstood(
            "mapping", "No dry run has read the files yet. Wait for it, then edit its mapping."
        )
    try:
        mapping_of(document, heads)
    except MappingRefused as refusal:
        raise NotUnderstood("mapping", str(refusal)) from refusal
    return document


def refuse_over(plate_map: PlateMap, what: str) -> None:
    """PlateMapNotReady for a plate map whose rows stand at the wells, or were taken back."""
    if plate_map.state in OVER:
        raise PlateMapNotReady(what, plate_map.state, OVER[plate_map.state])


def refuse_busy(plate_map: PlateMap, *, but: jobs.Job) -> None:
    """PlateMapIsBusy while another kind of job works on a plate map."""
    other = jobs_going_on(plate_map).exclude(kind=but.value).first()
    if other is not None:
        raise PlateMapIsBusy(DOING[other.kind])


def waiting_or_new(kind: jobs.Job, plate_map: PlateMap, by: Person) -> Job:
    """The job of this kind that waits already, or a new one."""
    waiting = jobs_going_on(plate_map).filter(kind=kind.value, state=JobState.QUEUED.value)
    return waiting.first() or ask_about(kind, plate_map, by)


@transaction.atomic
def request_check(*, plate_map: PlateMap, by: Person) -> Job:
    """The job of another dry run, as plates may have come meanwhile; not of what is applied."""
    refuse_all_but_map_curators(by, dataset_of(plate_map))
    locked = locked_plate_map(plate_map)
    refuse_over(locked, "tried again")
    refuse_busy(locked, but=jobs.Job.CHECK_PLATE_MAP)
    return waiting_or_new(jobs.Job.CHECK_PLATE_MAP, locked, by)


@transaction.atomic
def request_apply(*, plate_map: PlateMap, by: Person) -> Job:
    """The job that applies a plate map: a new one, or the one that waits already.

    PlateMapNotReady unless a dry run said what it will do, NotAllowed for who is no curator.
    """
    refuse_all_but_map_curators(by, dataset_of(plate_map))
    locked = locked_plate_map(plate_map)
    refuse_busy(locked, but=jobs.Job.APPLY_PLATE_MAP)
    refuse_unready(locked)
    return jobs_going_on(locked).first() or ask_about(jobs.Job.APPLY_PLATE_MAP, locked, by)


def refuse_unready(plate_map: PlateMap) -> None:
    """PlateMapNotReady if a plate map cannot be applied as it stands."""
    if plate_map.state != PlateMapState.CHECKED.value:
        raise PlateMapNotReady("applied", plate_map.state, TO_APPLY[plate_map.state])


TO_APPLY: Final[Mapping[str, str]] = {
    PlateMapState.UPLOADED.value: "Its dry run has not ended yet; if that failed, ask for it again.",
    PlateMapState.APPLIED.value: "Nothing is left to do.",
    PlateMapState.UNDONE.value: AGAIN,
    PlateMapState.REFUSED.value: "Edit its mapping, or upload a mended file.",
}


@transaction.atomic
def request_undo(*, plate_map: PlateMap, by: Person) -> Job:
    """The job that takes a plate map back: a new one, or the one that waits already.

    PlateMapNotReady unless it is applied, NotAllowed for who is no curator.
    """
    refuse_all_but_map_curators(by, dataset_of(plate_map))
    locked = locked_plate_map(plate_map)
    refuse_busy(locked, but=jobs.Job.UNDO_PLATE_MAP)
    if locked.state != PlateMapState.APPLIED.value:
        raise PlateMapNotReady("undone", locked.state, "Only what is applied can be undone.")
    return jobs_going_on(locked).first() or ask_about(jobs.Job.UNDO_PLATE_MAP, locked, by)
