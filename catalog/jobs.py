import logging
import time
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

SILENCE_S = 5.0
IS_SCAN = "scan"
"""The option of a discovery that looks at a whole source, for what is new, changed or gone."""
ACROSS = "across"
"""The option of a job that goes across datasets, whichever it is filed under."""
ACCEPT_LOSSES = "accept_losses"
"""The option of a scan that takes much of a source as gone if it cannot be found."""
BY_DOCUMENTS = "documents"
"""The option of a harvest that believes no consolidated metadata."""
INVENTORIED = "inventoried"
"""The option of a harvest that tells what an inventory said of the store's documents before."""


class Job(StrEnum):
    """Every kind of background work, by the name under which a worker registers it."""

    DISCOVER = "workers.discover"
    HARVEST = "workers.harvest"
    VALIDATE = "workers.validate"
    COUNT = "workers.count"
    TEST_LINKS = "workers.test_links"
    PREVIEW = "workers.preview"
    CHECK_PLATE_MAP = "workers.check_plate_map"
    APPLY_PLATE_MAP = "workers.apply_plate_map"
    UNDO_PLATE_MAP = "workers.undo_plate_map"
    MATCH_PLATE_MAP = "workers.match_plate_map"
    PUBLISH = "workers.publish"
    MERGE_TERMS = "workers.merge_terms"


# The queue of each kind. A worker takes from its queues in turn, so that ten thousand jobs of one
# kind do not hold up the first of another; a worker told none serves them all.
QUEUES: Final[Mapping[Job, str]] = {
    Job.DISCOVER: "discover",
    Job.HARVEST: "harvest",
    Job.VALIDATE: "validate",
    # As validation, a look at stores that are known, which nobody waits for.
    Job.COUNT: "validate",
    Job.TEST_LINKS: "validate",
    # It reads pixels, many bytes of them; nothing that was harvested waits for it.
    Job.PREVIEW: "preview",
    # Somebody waits for these, and they ask nothing of any storage.
    Job.CHECK_PLATE_MAP: "platemap",
    Job.APPLY_PLATE_MAP: "platemap",
    Job.UNDO_PLATE_MAP: "platemap",
    Job.MATCH_PLATE_MAP: "platemap",
    Job.MERGE_TERMS: "platemap",
    # It reads a whole dataset from the database and writes files; nothing waits for it.
    Job.PUBLISH: "publish",
}


EMBARGO: Final = "embargo_until"
"""The option of a publication that says how long it stays closed."""


class _Silence:
    """Until when nobody rings, by the monotonic clock; for all threads of the process."""

    until = 0.0


_silence = _Silence()


def enqueue(job: Job, job_id: uuid.UUID, *, expires_s: float | None = None) -> None:
    """Ring the bell for a stored job once the present transaction is committed.

    A bell is heard by whichever worker is free, which takes the job of this kind whose turn it is;
    after `expires_s` nobody needs to hear it. The job's row is the truth: a bell that is lost (no
    broker, say) is rung again by the clock.
    """

    def bell() -> None:
        ring(job, job_id, expires_s=expires_s)

    # Not a partial: Django's log of a bell that failed asks for the function's name.
    transaction.on_commit(bell, robust=True)


def ring(job: Job, job_id: uuid.UUID, *, expires_s: float | None = None) -> None:
    """Tell the workers now that a job waits; a broker that is away is no fault of the job's.

    After one bell that was not heard the next ones are left to the clock for a while, so that
    thousands of jobs do not each wait for a broker that is away.
    """
    if time.monotonic() < _silence.until:
        return
    try:
        current_app.send_task(
            job.value,
            args=[str(job_id)],
            queue=QUEUES[job],
            retry=False,
            ignore_result=True,
            expires=expires_s,
        )
    except OperationalError as error:
        _silence.until = time.monotonic() + SILENCE_S
        log.warning("job %s waits: the broker does not answer (%s)", job_id, error)
