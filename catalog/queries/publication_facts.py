"""What the checklist has to know of a dataset, as the catalog knows it now."""

from collections.abc import Iterable
from typing import Final

from django.db.models import F, Q, QuerySet

from catalog.checklist.facts import Facts, Some
from catalog.models import Dataset, Proposal
from catalog.queries.hits import Search
from catalog.queries.visible import within
from catalog.words import ProposalState
from plates.models import Plate, Store
from plates.queries.counts import so_far
from plates.states import Completion, Verdict

NAMED: Final = 5
"""So many of what is wrong are named."""
_UNSOUND: Final = Q(verdict__in=[Verdict.INVALID.value, Verdict.UNREADABLE.value])
_DRAWABLE: Final = Q(field_count__gt=0) | Q(image_count__gt=0)
_DRAWN: Final = Q(preview__digest=F("digest"))


def facts_of(dataset: Dataset) -> Facts:
    """A dataset as the checklist looks at it."""
    stores = Store.objects.filter(scope=dataset.pk, vanished_at=None)
    people = list(dataset.people.values_list("email", "orcid"))
    wells, annotated, bare = coverage_of(dataset)
    return Facts(
        slug=dataset.slug,
        title=dataset.title,
        summary=dataset.summary,
        licence=dataset.licence,
        organisms=tuple(dataset.organisms),
        people=len(people),
        reachable=sum(bool(email or orcid) for email, orcid in people),
        stores=stores.exclude(read_at=None).count(),
        wells=wells,
        annotated=annotated,
        bare=bare,
        unsound=some_stores(stores.filter(_UNSOUND)),
        lacking=some_stores(stores.filter(lacking())),
        undrawn=some_stores(stores.filter(_DRAWABLE).exclude(_DRAWN)),
        proposals=open_proposals(dataset),
    )


def lacking() -> Q:
    """The condition that something of a store is known not to be there."""
    counted = so_far(Completion.ARRIVING) | so_far(Completion.LACKING)
    return Q(verdict=Verdict.INCOMPLETE.value) | counted


def some_stores(stores: QuerySet[Store]) -> Some:
    """How many there are, and the names of the first."""
    named = stores.order_by("serial").values_list("name", "id")[:NAMED]
    return Some(stores.count(), tuple(name or str(public) for name, public in named))


def coverage_of(dataset: Dataset) -> tuple[int, int, Some]:
    """Wells, those of them that a plate map speaks of, and the plates with any others.

    By the masks of the search index: two statements, whatever the number of wells.
    """
    viewer = within(dataset)
    wells = {hits.carrier: hits.bits.count("1") for hits in Search("", viewer).carriers()}
    said = Search("annotated:yes", viewer).carriers()
    annotated = {hits.carrier: hits.bits.count("1") for hits in said}
    bare = [carrier for carrier, number in wells.items() if annotated.get(carrier, 0) < number]
    return sum(wells.values()), sum(annotated.values()), Some(len(bare), plates_on(bare[:NAMED]))


def plates_on(carriers: Iterable[int]) -> tuple[str, ...]:
    """What the plates on some carriers are called."""
    return tuple(map(str, Plate.objects.filter(carrier__in=list(carriers)).order_by("serial")))


def open_proposals(dataset: Dataset) -> Some:
    """Moves and copies that wait for a decision."""
    rows = Proposal.objects.filter(dataset=dataset, state=ProposalState.OPEN.value)
    return Some(rows.count(), tuple(rows.order_by("id").values_list("url", flat=True)[:NAMED]))
