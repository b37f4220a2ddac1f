"""Jobs about one store: for curators of its dataset to ask for, one however many ask."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q

from catalog import jobs
from catalog.models import Holding, Job
from catalog.services.curators import refuse_all_but_curators
from catalog.services.jobs import ask_for
from catalog.services.record import record
from catalog.services.stores import url_of
from catalog.words import JobState
from plates.models import Store


def curated_holding(store: Store, by: User | AnonymousUser | None) -> Holding:
    """The holding of a store, locked so that two who ask at once ask one after the other.

    NotAllowed for a person who is no curator of its dataset.
    """
    locked = Holding.objects.select_for_update(no_key=True, of=("self",))
    holding = locked.select_related("dataset", "source", "store").get(store=store)
    refuse_all_but_curators(by, holding.dataset)
    return holding


def ask_once(
    kind: jobs.Job,
    *,
    holding: Holding,
    by: User | AnonymousUser | None,
    parent: Job | None = None,
    options: dict[str, object] | None = None,
    alike: Q | None = None,
) -> Job:
    """The job of a kind that waits for the store of a locked holding already, else a new one.

    `alike` is what a waiting job has to be besides. What a person asked for is recorded, and what
    Platecat did by itself, unless it came of another job.
    """
    store, dataset = holding.store, holding.dataset
    queued = Job.objects.filter(kind=kind.value, store=store, state=JobState.QUEUED.value)
    waiting = queued.filter(alike or Q()).first()
    if waiting is not None:
        adopt(waiting, parent)
        return waiting
    person = by if isinstance(by, User) else None
    job = ask_for(
        kind,
        dataset=dataset,
        by=person,
        url=url_of(store),
        store=store,
        source=holding.source,
        parent=parent,
        options=options,
    )
    if parent is None:
        record(kind.name.lower(), store, by=person, dataset=dataset, job=job)
    return job


def adopt(job: Job, parent: Job | None) -> None:
    """Let a job that nobody waits for be waited for with its parent."""
    if parent is not None and job.parent_id is None:
        Job.objects.filter(pk=job.pk).update(parent=parent)
        job.parent = parent


def store_of(job: Job) -> Store:
    """The store of a job; the database promises that there is one."""
    if job.store is None:
        raise Store.DoesNotExist(f"job {job.pk} has no store")
    return job.store
