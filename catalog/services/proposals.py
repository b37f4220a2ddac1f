"""Moves and copies: proposed when a store holds what a known one holds, decided by a person or rule."""

import logging

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.db.models import F, ProtectedError, Q, RestrictedError
from django.utils import timezone

from catalog.errors import ProposalIsDecided, ProposalIsOutdated, StoreIsInUse
from catalog.models import Change, Holding, Job, Proposal
from catalog.queries.identities import (
    kind_of,
    lies_somewhere,
    likeness_of,
    open_proposals,
    proposals_between,
    twins_of,
)
from catalog.services.changes import change_of, changes_of_standing, write_changes
from catalog.services.curators import TELL_STORES_APART, refuse_all_but_curators
from catalog.services.jobs import queue_again
from catalog.services.locations import remember_origins
from catalog.services.record import record
from catalog.services.stores import url_of
from catalog.words import ChangeVerb, JobState, Moves, ProposalKind, ProposalState
from plates.models import Store
from plates.omezarr.fingerprints import Likeness
from plates.services.merging import merge_store
from plates.services.renumbering import AnnotationInTheWay

log = logging.getLogger(__name__)


@transaction.atomic
def propose_identities(*, store: Store) -> None:
    """Propose what a store that was just read is: a known one, moved or copied.

    What was proposed of it and does not hold any more is withdrawn. Only stores of one dataset are
    put together: a proposal tells nobody of a store that they may not see.
    """
    now = Store.objects.get(pk=store.pk)
    wait_for_others(now)
    propose_what_it_is(now)


def propose_what_it_is(now: Store) -> None:
    """Propose what a store is, when nobody else looks at the stores with its digest."""
    about = open_proposals().filter(Q(store=now) | Q(of=now))
    about.exclude(store__digest=F("of__digest")).delete()
    for proposal in about.select_related("store", "of"):
        renew(proposal)
    tried = proposals_between(now)
    twins = [twin for twin in twins_of(now) if twin.store.pk not in tried]
    older = [twin for twin in twins if twin.store.pk < now.pk]
    if older and not open_proposals().filter(store=now).exists():
        propose(now, older[0].store, older[0].likeness)
    for twin in twins:
        # It was found later, and read before.
        if twin.store.pk > now.pk and twin.store.vanished_at is None:
            propose_unless_open(twin.store, now, twin.likeness)


def wait_for_others(store: Store) -> None:
    """Let one look at the stores with a digest at a time, or two new ones would not see each other.

    Whoever locks a proposal besides waits here before: a harvest changes proposals from here on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(store.digest[:14] or "0", 16)])


def propose_unless_open(store: Store, known: Store, alike: Likeness) -> None:
    """Propose that a store is a known one if nothing else is proposed of it."""
    if not open_proposals().filter(store=store).exists():
        propose(store, known, alike)


def propose(store: Store, known: Store, alike: Likeness) -> None:
    """Propose that a store is a known one."""
    made = Proposal(
        kind=kind_of(known).value,
        dataset_id=store.scope,
        store=store,
        of=known,
        url=url_of(store),
        evidence=told_of(store, alike),
    )
    Proposal.objects.bulk_create([made], ignore_conflicts=True)


def told_of(store: Store, alike: Likeness) -> dict[str, object]:
    """What a proposal rests on."""
    return {
        "digest": store.digest,
        "compared": alike.compared,
        "equal": alike.equal,
        "proven": alike.proves,
    }


def renew(proposal: Proposal) -> None:
    """Bring a proposal up to what is known now; one that chunks speak against is withdrawn."""
    if proposal.store is None:
        return
    alike = likeness_of(proposal.store, proposal.of)
    if alike.disproves:
        proposal.delete()
        return
    evidence = told_of(proposal.store, alike)
    told = {"evidence": evidence, "kind": kind_of(proposal.of).value, "url": url_of(proposal.store)}
    if any(getattr(proposal, name) != value for name, value in told.items()):
        Proposal.objects.filter(pk=proposal.pk).update(**told)


def settle_proposals(*, job: Job, store: Store | None = None) -> int:
    """Turn copies whose original is gone into moves, and accept what rules accept; how many.

    All proposals are looked at, or those about one store.
    """
    waiting = open_proposals()
    if store is not None:
        waiting = waiting.filter(Q(store=store) | Q(of=store))
    copies = waiting.filter(kind=ProposalKind.COPY.value)
    gone = copies.filter(lies_somewhere("store")).exclude(lies_somewhere("of"))
    gone.update(kind=ProposalKind.MOVE.value)
    ruled = Holding.objects.filter(source__moves=Moves.ACCEPT.value).values("store")
    proven = waiting.filter(kind=ProposalKind.MOVE.value, evidence__proven=True, store__in=ruled)
    return sum(accept_by_rule(proposal, job) for proposal in proven.order_by("id"))


def accept_by_rule(proposal: Proposal, job: Job) -> bool:
    """Accept a move that sampled chunks prove, if there is only one store that it may be.

    Which of two tombstones with the same content lives on is for a person to say.
    """
    store = proposal.store
    if store is None or sum(twin.store.vanished_at is not None for twin in twins_of(store)) != 1:
        return False
    try:
        accept_proposal(proposal=proposal, by=None, job=job)
    except (ProposalIsDecided, ProposalIsOutdated, StoreIsInUse) as refusal:
        log.info("proposal %s waits for a person: %s", proposal.pk, refusal)
        return False
    return True


@transaction.atomic
def accept_proposal(
    *, proposal: Proposal, by: User | AnonymousUser | None, job: Job | None = None
) -> Proposal:
    """Make the new store a location of the known one, whose ids, plate, wells and annotation stay.

    The rows of the new one are removed, its jobs go on for the known one. Nobody (None) is the rule
    of the source. NotAllowed for who is no curator of the dataset; ProposalIsDecided,
    ProposalIsOutdated or StoreIsInUse where it cannot be.
    """
    refuse_all_but_curators(by, proposal.dataset, to=TELL_STORES_APART)
    # First the jobs: a worker that writes has locked its own before it locks a store.
    lock_running(proposal)
    wait_for_others(Store.objects.get(pk=proposal.of_id))
    locked = locked_open(proposal)
    new, known = locked_stores(locked)
    kind = kind_of(known)
    join_holdings(new, known, kind)
    hand_over_jobs(new, known)
    hand_over_proposals(locked, new, known, kind)
    Change.objects.filter(store=new).update(store=known, plate=known.plate)
    state = ProposalState.ACCEPTED
    decide(locked, state, by, kind=kind.value, store=None, url=url_of(new))
    told = (str(new.id), str(new.plate.id) if new.plate else None)
    try:
        merge_store(new, into=known)
    except AnnotationInTheWay as error:
        raise StoreIsInUse("rows of plate maps") from error
    except (ProtectedError, RestrictedError) as error:
        used_by = error.args[1] if len(error.args) > 1 else ()
        names = sorted({type(row)._meta.verbose_name_plural for row in used_by})  # noqa: SLF001
        raise StoreIsInUse(", ".join(map(str, names)) or "rows") from error
    person = by if isinstance(by, User) else None
    changes: dict[str, tuple[object, object]] = {
        "url": (None, locked.url),
        "store": (told[0], str(known.id)),
        "plate": (told[1], str(known.plate.id) if known.plate else None),
    }
    record(kind.value, known, by=person, dataset=locked.dataset, job=job, changes=changes)
    record_decision(locked, state, by, job=job)
    after = Store.objects.get(pk=known.pk)
    told_of_it = changes_of_standing(known, after, job=job)
    if known.vanished_at is not None:
        told_of_it.insert(0, change_of(ChangeVerb.RETURNED, after, job=job))
    write_changes(told_of_it)
    return locked


@transaction.atomic
def refuse_proposal(*, proposal: Proposal, by: User | AnonymousUser | None) -> Proposal:
    """Keep the two stores apart for good; what else the new one may be is proposed next.

    NotAllowed for who is no curator of the dataset, ProposalIsDecided if it is over.
    """
    refuse_all_but_curators(by, proposal.dataset, to=TELL_STORES_APART)
    known = Store.objects.get(pk=proposal.of_id)
    wait_for_others(known)
    locked = locked_open(proposal)
    decide(locked, ProposalState.REFUSED, by)
    record_decision(locked, ProposalState.REFUSED, by, job=None)
    # With another digest by now, the harvest that brought it has proposed what it is.
    if locked.store is not None and locked.store.digest == known.digest:
        propose_what_it_is(locked.store)
    return locked


def lock_running(proposal: Proposal) -> None:
    """Lock the jobs of both stores that have not ended."""
    pair = [proposal.store_id, proposal.of_id]
    going = Job.objects.filter(store__in=pair, finished_at=None)
    list(going.select_for_update(no_key=True, of=("self",)).order_by("id"))


def locked_open(proposal: Proposal) -> Proposal:
    """The proposal, locked; ProposalIsDecided if it is not open, or was withdrawn."""
    rows = Proposal.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("dataset", "store", "of").filter(pk=proposal.pk).first()
    if locked is None:
        raise ProposalIsDecided("withdrawn")
    if locked.state != ProposalState.OPEN.value:
        raise ProposalIsDecided(locked.state)
    return locked


def locked_stores(proposal: Proposal) -> tuple[Store, Store]:
    """The new store and the known one, locked; ProposalIsOutdated if they differ by now."""
    pair = [key for key in (proposal.store_id, proposal.of_id) if key is not None]
    holdings = Holding.objects.select_for_update(no_key=True, of=("self",))
    list(holdings.filter(store__in=pair).order_by("pk"))
    rows = Store.objects.select_for_update(of=("self",)).select_related("plate", "carrier")
    stores = {store.pk: store for store in rows.filter(pk__in=pair).order_by("pk")}
    new, known = (stores[key] for key in pair)
    if new.digest != known.digest or new.scope != known.scope:
        raise ProposalIsOutdated("The two stores are no longer the same.")
    if new.vanished_at is not None or kind_of(new) is ProposalKind.MOVE:
        raise ProposalIsOutdated("The new store has vanished as well.")
    return new, known


def join_holdings(new: Store, known: Store, kind: ProposalKind) -> None:
    """Keep which location came from which source; one that moved comes from the new one."""
    theirs, ours = (Holding.objects.get(store=store) for store in (new, known))
    for holding in (theirs, ours):
        remember_origins(holding)
    if kind is ProposalKind.MOVE:
        Holding.objects.filter(pk=ours.pk).update(source=theirs.source_id, guarded=theirs.guarded)


def hand_over_jobs(new: Store, known: Store) -> None:
    """Let the jobs of the new store be about the known one; those that run start again."""
    running = Job.objects.filter(store=new, state=JobState.RUNNING.value)
    for job in running.select_for_update(no_key=True, of=("self",)):
        job.store = known
        queue_again(job, wait_s=0)
    Job.objects.filter(store=new).update(store=known)


def hand_over_proposals(proposal: Proposal, new: Store, known: Store, kind: ProposalKind) -> None:
    """What was proposed to be the new store is proposed to be the known one."""
    others = Proposal.objects.exclude(pk=proposal.pk)
    others.filter(store=new).delete()
    put_together = others.filter(of=known, store__isnull=False).values("store")
    mine = others.filter(of=new)
    mine.filter(Q(store__in=put_together) | Q(store=known)).delete()
    mine.update(of=known)
    open_ones = others.filter(state=ProposalState.OPEN.value)
    open_ones.filter(of=known).update(kind=ProposalKind.COPY.value)
    if kind is ProposalKind.MOVE:
        open_ones.filter(store=known).update(url=url_of(new))


def decide(
    proposal: Proposal,
    state: ProposalState,
    by: User | AnonymousUser | None,
    **more: object,
) -> None:
    """Write how a proposal was decided."""
    told = {
        "state": state.value,
        "decided_at": timezone.now(),
        "decided_by": by if isinstance(by, User) else None,
        **more,
    }
    for name, value in told.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=list(told))


def record_decision(
    proposal: Proposal, state: ProposalState, by: User | AnonymousUser | None, *, job: Job | None
) -> None:
    """Write down who decided."""
    verb = "accept" if state is ProposalState.ACCEPTED else "refuse"
    person = by if isinstance(by, User) else None
    changes = {
        "state": (ProposalState.OPEN.value, state.value),
        "evidence": (None, proposal.evidence),
    }
    record(verb, proposal, by=person, dataset=proposal.dataset, job=job, changes=changes)
