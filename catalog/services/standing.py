"""The standing of a store, its verdict and reach: what a job has made of it is written down."""

from catalog.models import Job
from catalog.services.changes import changes_of_standing, write_changes
from catalog.services.record import record
from plates.models import Store


def locked_store(store: Store) -> Store:
    """The store as it stands, until the transaction ends."""
    return Store.objects.select_for_update(no_key=True).get(pk=store.pk)


def record_standing(before: Store, *, job: Job, verb: str = "validate") -> None:
    """Write down what has become of a store's verdict and reach; the last of a transaction."""
    after = Store.objects.get(pk=before.pk)
    record_verdict(before, after, job=job, verb=verb)
    write_changes(changes_of_standing(before, after, job=job))


def record_verdict(before: Store, after: Store, *, job: Job, verb: str = "validate") -> None:
    """Write down that a verdict has changed, and by which job."""
    if before.verdict != after.verdict:
        changes = {"verdict": (before.verdict, after.verdict)}
        record(verb, after, by=None, dataset=job.dataset, job=job, changes=changes)
