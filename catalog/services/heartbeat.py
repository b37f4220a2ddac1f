import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from catalog.services.leases import Lease, renew_lease

log = logging.getLogger(__name__)


class Heartbeat:
    """What a worker knows of its lease while it works: how far it is, and whether it is lost."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.lost = threading.Event()
        self.stopped = threading.Event()
        self.done = 0
        self.total = 0

    def progress(self, done: int, total: int) -> None:
        """Take note of how far the work is; the next beat writes it."""
        self.done, self.total = done, total

    def is_lost(self) -> bool:
        """Whether the work is to be given up."""
        return self.lost.is_set()

    def beat(self) -> None:
        """Renew the lease once a second, so that progress is live; on a connection of its own."""
        try:
            while not self.stopped.wait(min(1.0, settings.LEASE_S / 4)):
                self.beat_once()
        finally:
            connection.close()

    def beat_once(self) -> None:
        """Renew the lease; a database that is away for a moment is no reason to stop."""
        try:
            if not renew_lease(lease=self.lease, done=self.done, total=self.total):
                self.lost.set()
                self.stopped.set()
        except (DatabaseError, InterfaceError):
            log.warning("job %s: the lease could not be renewed this time", self.lease.job_id)
            connection.close()


@contextmanager
def heartbeat(lease: Lease) -> Iterator[Heartbeat]:
    """A lease that is renewed in the background until the block ends."""
    beating = Heartbeat(lease)
    thread = threading.Thread(target=beating.beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield beating
    finally:
        beating.stopped.set()
        thread.join()
