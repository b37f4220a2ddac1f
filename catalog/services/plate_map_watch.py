"""Who looks on while a plate map is worked on: a worker's lease, or a terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog.services.heartbeat import Heartbeat
from catalog.services.jobs import end, locked_under
from catalog.services.leases import Lease
from catalog.words import JobState


def nobody_looks(done: int, total: int) -> None:
    """Nobody wants to know how far the work is."""


def nobody_stops() -> bool:
    """Nobody asks to stop."""
    return False


def nobody_waits(outcome: Mapping[str, object]) -> None:
    """No job ends with the work."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How far the work is, whether to stop, and what is to be done as it is written.

    `ending` is called last inside the transaction that writes: both are kept, or neither.
    """

    progress: Callable[[int, int], None] = nobody_looks
    stop: Callable[[], bool] = nobody_stops
    ending: Callable[[Mapping[str, object]], None] = nobody_waits

    def rows(self, known: int) -> Callable[[int], None]:
        """Takes the number of rows that are done, of about so many."""
        return lambda done: self.progress(done, max(done, known))


def watch_under(lease: Lease, alive: Heartbeat) -> Watch:
    """The work of a job: told by its heartbeat, stopped when the lease is lost, ended with it."""

    def ending(outcome: Mapping[str, object]) -> None:
        job = locked_under(lease)
        job.progress_done = job.progress_total = max(alive.done, alive.total)
        job.error = ""
        job.outcome = dict(outcome)
        end(job, JobState.DONE)

    return Watch(alive.progress, alive.is_lost, ending)
