"""Plates that are waited for: what was said of them is applied when they come."""

from django.db import transaction

from catalog import jobs
from catalog.models import Job
from catalog.queries.plate_maps import jobs_going_on, waiting_plate_maps
from catalog.services.plate_maps import ask_about
from catalog.words import JobState
from plates.models import Plate, PlateMap
from plates.services.arrival_lock import lock_as_arriving


@transaction.atomic
def request_matches(*, plate: Plate, job: Job | None = None) -> list[Job]:
    """The jobs that apply what waits for a plate that came, or has another name now.

    Called at the end of the transaction that brought it, by the harvest `job` if it was one. One job
    for each plate map, however many plates come before it runs.
    """
    lock_as_arriving(plate.scope)
    parent = (job.parent or job) if job else None
    return [
        waiting_match(plate_map)
        or ask_about(jobs.Job.MATCH_PLATE_MAP, plate_map, None, parent=parent)
        for plate_map in waiting_plate_maps(plate)
    ]


def waiting_match(plate_map: PlateMap) -> Job | None:
    """The job about a plate map that waits, and will until this transaction ends, if there is one.

    A worker that took it before would not see the plate; one that is just being taken is passed over.
    """
    waiting = jobs_going_on(plate_map).filter(
        kind=jobs.Job.MATCH_PLATE_MAP.value, state=JobState.QUEUED.value
    )
    found = waiting.select_for_update(skip_locked=True, no_key=True).first()
    if found is not None:
        # Whoever was rung for it may have come meanwhile, and gone.
        jobs.enqueue(jobs.Job.MATCH_PLATE_MAP, found.id)
    return found
