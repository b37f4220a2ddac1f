"""Plates that are waited for: what was said of them is applied when they come."""

from catalog import jobs
from catalog.models import Job
from catalog.queries.plate_maps import jobs_going_on, waiting_plate_maps
from catalog.services.plate_maps import ask_about
from catalog.words import JobState
from plates.models import Plate


def request_matches(*, plate: Plate, job: Job | None = None) -> list[Job]:
    """The jobs that apply what waits for a plate that came, or has another name now.

    Called inside the transaction that brought it; `job` is the harvest that did. One job for each
    plate map, however many plates come before it runs.
    """
    asked = []
    parent = (job.parent or job) if job else None
    for plate_map in waiting_plate_maps(plate):
        waiting = jobs_going_on(plate_map).filter(
            kind=jobs.Job.MATCH_PLATE_MAP.value, state=JobState.QUEUED.value
        )
        asked.append(
            waiting.first() or ask_about(jobs.Job.MATCH_PLATE_MAP, plate_map, None, parent=parent)
        )
    return asked
