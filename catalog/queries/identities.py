"""Which stores of a dataset hold the same, and how well that is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.models import Proposal
from catalog.words import ProposalKind, ProposalState
from plates.models import Evidence, Location, Store
from plates.omezarr.fingerprints import Fingerprint, Likeness, digest_of, likeness

FEW = 50
"""So many stores with the same documents are compared; thousands of images may have them."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Another store with the same documents, and how far its chunks are the same."""

    store: Store
    likeness: Likeness

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """What comes first: proven before not, vanished before there, old before young."""
        return not self.likeness.proves, self.store.vanished_at is None, self.store.pk


def fingerprints_of(stores: Sequence[Store]) -> dict[int, Fingerprint]:
    """The hashes of the chunks of each store, of the place where it lies now or lay last."""
    rows = Evidence.objects.filter(location__store__in=stores).order_by(
        F("location__gone_at").desc(nulls_first=True), "-location_id"
    )
    known: dict[int, Fingerprint] = {}
    for store, chunks in rows.values_list("location__store", "chunks"):
        known.setdefault(store, chunks)
    return known


def fingerprint_of(store: Store) -> Fingerprint:
    """The hashes of the chunks of one store."""
    return fingerprints_of([store]).get(store.pk, {})


def likeness_of(one: Store, other: Store) -> Likeness:
    """How far two stores are alike in the chunks that were seen of both."""
    known = fingerprints_of([one, other])
    return likeness(known.get(one.pk, {}), known.get(other.pk, {}))


def twins_of(store: Store) -> list[Twin]:
    """The stores of its dataset with the same documents, the best first.

    None whose chunks show that it is another. Thousands may have the same documents: those with the
    same chunks are looked at before the rest, a few of each.
    """
    if not store.digest:
        return []
    same = Store.objects.filter(scope=store.scope, digest=store.digest).exclude(pk=store.pk)
    mine = fingerprint_of(store)
    by_chunks = digest_of(mine)
    chosen: dict[int, Store] = {}
    groups = [same.exclude(vanished_at=None), same.filter(vanished_at=None)]
    if by_chunks:
        alike = Evidence.objects.filter(chunks_digest=by_chunks).values("location__store")
        groups = [group.filter(pk__in=alike) for group in groups] + groups
    for group in groups:
        chosen.update({one.pk: one for one in group.order_by("pk")[:FEW]})
    theirs = fingerprints_of(list(chosen.values()))
    twins = [Twin(one, likeness(mine, theirs.get(one.pk, {}))) for one in chosen.values()]
    return sorted((one for one in twins if not one.likeness.disproves), key=lambda one: one.rank)


def kind_of(known: Store) -> ProposalKind:
    """What a store with the content of a known one is: a move if that lies nowhere any more."""
    lies = Location.objects.filter(store=known, gone_at=None).exists()
    return ProposalKind.COPY if lies else ProposalKind.MOVE


def open_proposals() -> QuerySet[Proposal]:
    """The proposals that nobody has decided yet."""
    return Proposal.objects.filter(state=ProposalState.OPEN.value)


def proposals_between(store: Store) -> set[int]:
    """The stores with which a store was already put together in a proposal, decided or not."""
    pairs = Proposal.objects.filter(Q(store=store) | Q(of=store)).values_list("store", "of")
    return {one for pair in pairs for one in pair if one is not None} - {store.pk}


def lies_somewhere(key: str) -> Exists:
    """The SQL condition that a store, found under a key of the row, has a live location."""
    return Exists(Location.objects.filter(store=OuterRef(key), gone_at=None))
