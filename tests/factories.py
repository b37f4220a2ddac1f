"""Rows for tests: as few as a sentence needs, through the same services as in earnest."""

from itertools import count

from django.contrib.auth.models import Group, User

from catalog.jobs import Job as Kind
from catalog.models import Access, Dataset, Job, Source
from catalog.services.datasets import create_dataset, grant_access
from catalog.services.harvest import harvest_store
from catalog.services.jobs import ask_for
from catalog.services.leases import Lease, take_lease
from catalog.services.stores import register_store
from catalog.words import Role, Visibility
from plates.models import Store

numbers = count(1)


def user(name: str = "", *, superuser: bool = False) -> User:
    """A person who can sign in with the password `secret`."""
    name = name or f"person{next(numbers)}"
    make = User.objects.create_superuser if superuser else User.objects.create_user
    return make(name, password="secret")


def group(*members: User) -> Group:
    """A group of people."""
    made = Group.objects.create(name=f"group{next(numbers)}")
    made.user_set.add(*members)
    return made


def dataset(
    slug: str = "",
    *,
    visibility: Visibility = Visibility.PUBLIC,
    owner: User | None = None,
    parent: Dataset | None = None,
) -> Dataset:
    """A dataset, public unless said otherwise."""
    slug = slug or f"dataset{next(numbers)}"
    return create_dataset(
        slug=slug, by=owner, title=slug.title(), visibility=visibility, parent=parent
    )


def operator() -> User:
    """A person who runs the catalog without being Django's superuser."""
    made = user()
    grant_access(role=Role.OPERATOR, to=made, by=None)
    return made


def access(whom: User | Group, role: Role, of: Dataset) -> Access:
    """A role of a person or group in a dataset."""
    return grant_access(role=role, to=whom, by=None, dataset=of)


def queued_harvest(
    url: str, *, into: Dataset, source: Source | None = None, by: User | None = None
) -> Job:
    """A registered store and a job that will harvest it; nobody rings for it.

    It may lie anywhere, as what the operator's command names.
    """
    store = register_store(url=url, dataset=into, by=by, source=source, guarded=False)
    return ask_for(Kind.HARVEST, dataset=into, by=by, url=url, store=store, source=source)


def taken(job: Job) -> Lease:
    """The lease of a job that waits, as a worker takes it."""
    lease = take_lease(job_id=job.pk)
    assert lease is not None
    return lease


def harvested(
    url: str, *, into: Dataset, source: Source | None = None, by: User | None = None
) -> Store:
    """A store that was harvested in this process, just as a worker does it."""
    job = queued_harvest(url, into=into, source=source, by=by)
    harvest_store(lease=taken(job))
    assert job.store is not None
    return Store.objects.get(pk=job.store.pk)
