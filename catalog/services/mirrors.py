"""Mirrors: the further locations of a store. Looked at on their own, and taken apart if need be."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.errors import LocationIsAlone
from catalog.models import Holding, Job, Origin, Proposal
from catalog.services.changes import change_of, write_changes
from catalog.services.curators import TELL_STORES_APART, refuse_all_but_curators
from catalog.services.jobs import ask_for, end, locked_under
from catalog.services.leases import Lease
from catalog.services.locations import Whereabouts, source_of
from catalog.services.record import record
from catalog.words import ChangeVerb, JobState, ProposalState
from plates.models import Location, Store
from plates.services.merging import split_location
from plates.states import Reach


@transaction.atomic
def separate_location(
    *, location: Location, by: User | AnonymousUser | None, job: Job | None = None
) -> Job:
    """The harvest of the store that a location was made of again; undoes a move or a copy.

    Nobody (None) is Platecat itself, for a mirror that holds something else by now.
    LocationIsAlone if it is its store's only one; NotAllowed for who is no curator of the dataset.
    """
    locked = Holding.objects.select_for_update(no_key=True, of=("self",))
    holding = locked.select_related("dataset", "source", "store").get(store=location.store_id)
    refuse_all_but_curators(by, holding.dataset, to=TELL_STORES_APART)
    known = holding.store
    others = Location.objects.filter(store=known).exclude(pk=location.pk)
    here = Location.objects.filter(pk=location.pk, store=known, gone_at=None)
    if not others.exists() or not here.exists():
        raise LocationIsAlone(location.url)
    person = by if isinstance(by, User) else None
    source, guarded = source_of(location, holding)
    made = split_location(location)
    Origin.objects.filter(location=location).delete()
    Holding.objects.create(store=made, dataset=holding.dataset, source=source, guarded=guarded)
    if person is not None:
        refuse_after_all(made, known, location, person)
    changes = {"url": (location.url, None), "store": (str(known.id), str(made.id))}
    record("separate", known, by=person, dataset=holding.dataset, job=job, changes=changes)
    harvest = ask_for(
        jobs.Job.HARVEST,
        dataset=holding.dataset,
        by=person,
        url=location.url,
        store=made,
        source=source,
    )
    after = Store.objects.get(pk=known.pk)
    if known.vanished_at is None and after.vanished_at is not None:
        write_changes([change_of(ChangeVerb.VANISHED, after, job=job)])
    return harvest


def refuse_after_all(made: Store, known: Store, location: Location, by: User) -> None:
    """Let the proposal that a person undoes stand as refused, so that it is not made again."""
    accepted = Proposal.objects.filter(
        of=known, store=None, url=location.url, state=ProposalState.ACCEPTED.value
    ).order_by("-id")
    told = {"state": ProposalState.REFUSED.value, "store": made, "decided_by": by}
    Proposal.objects.filter(pk__in=accepted.values("pk")[:1]).update(
        **told, decided_at=timezone.now()
    )


@transaction.atomic
def end_at_mirror(
    lease: Lease, store: Store, place: Whereabouts, digest: str, told: Mapping[str, object]
) -> bool:
    """End the harvest of a store that was read at a mirror; whether it holds the same as the store.

    One that does not is a store of its own from now on.
    """
    job = locked_under(lease)
    now = Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    is_same = now.digest == digest
    job.outcome = {"url": place.url, "changed": False, **told}
    job.error = ""
    if is_same:
        changed = Store.objects.filter(pk=now.pk).exclude(reach=Reach.OK.value)
        changed.update(reach=Reach.OK.value)
    else:
        harvest = separate_location(location=place.location, by=None, job=job)
        separated = harvest.store.id if harvest.store else None
        job.outcome |= {"changed": True, "separated": str(separated)}
    end(job, JobState.DONE)
    return is_same


def ask_for_mirrors(store: Store, job: Job) -> None:
    """Have all mirrors of a store looked at, whose content is another than it was."""
    live = Location.objects.filter(store=store, gone_at=None).order_by("id")
    for mirror in live.select_related("origin__source")[1:]:
        origin: Origin | None = getattr(mirror, "origin", None)
        ask_for(
            jobs.Job.HARVEST,
            dataset=job.dataset,
            by=None,
            url=mirror.url,
            store=store,
            source=origin.source if origin else job.source,
            parent=job.parent or job,
        )
