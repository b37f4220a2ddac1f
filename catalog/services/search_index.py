"""The check of what search rests on: batch by batch, beside whatever else goes on."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from catalog.models import Dataset
from plates.models import Carrier, Key, Plate, Store, Term
from plates.services.check_index import (
    Difference,
    at_one_moment,
    carrier_batches,
    differences_of_carriers,
    differences_of_counts,
    differences_of_layers,
    differences_of_overlaps,
    mend_carriers,
    mend_counts_of,
    mend_overlaps_of,
    remove_unused_layers,
    scopes_counted,
    term_ranges,
)
from plates.states import IndexPart

log = logging.getLogger(__name__)

EXAMPLES: Final = 20
"""So many of what is off are told one by one, of each part."""
LONGEST: Final = 80

Progress = Callable[[str, int, int], None]
"""Takes what is checked, how many of them are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Example:
    """One thing that is off, as a person knows it."""

    part: IndexPart
    where: str
    missing: int
    surplus: int


@dataclass(slots=True)
class Checked:
    """What was looked at, what of it was off, and whether that is so still."""

    carriers: int = 0
    terms: int = 0
    off: Counter[IndexPart] = field(default_factory=Counter)
    """How many carriers, layers or counts differ, by the part that does."""
    examples: list[Example] = field(default_factory=list)
    left: int = 0
    """How many could not be mended, or were not to be."""

    def take(self, found: Iterable[Difference]) -> int:
        """Take up what was found; how many."""
        before = self.off.total()
        for one in found:
            self.off[one.part] += 1
            if self.off[one.part] <= EXAMPLES:
                self.examples.append(Example(one.part, place_of(one), one.missing, one.surplus))
        return self.off.total() - before


def nobody_looks(what: str, done: int, total: int) -> None:
    """Nobody wants to know how far the check is."""


def check_search_index(*, repair: bool = False, progress: Progress = nobody_looks) -> Checked:
    """Compare all that search rests on with what it is derived from, and mend it if told to.

    Each batch is looked at as it is at one moment, in a transaction of its own that makes nobody
    wait; what is off is mended in another, in turn with imports.
    """
    checked = Checked()
    check_carriers(checked, repair=repair, progress=progress)
    check_layers(checked, repair=repair)
    # Last of all: counts are compared with an index that is right by then.
    check_counts(checked, repair=repair, progress=progress)
    check_overlaps(checked, repair=repair, progress=progress)
    if checked.off:
        told = ", ".join(f"{number} {part.value}" for part, number in checked.off.items())
        log.warning("search index: %s off, %d left", told, checked.left)
    return checked


def check_carriers(checked: Checked, *, repair: bool, progress: Progress) -> None:
    """What plates and stores of images have, and where."""
    total = Carrier.objects.count()
    for some in carrier_batches():
        with at_one_moment() as cursor:
            found = list(differences_of_carriers(cursor, some))
        taken = checked.take(found)
        if found and repair:
            taken = len(mend_carriers(sorted({one.number for one in found})))
        checked.left += taken
        checked.carriers += len(some)
        progress("plates and stores of images", checked.carriers, max(total, checked.carriers))


def check_layers(checked: Checked, *, repair: bool) -> None:
    """What no carrier has any more."""
    while True:
        with at_one_moment() as cursor:
            taken = checked.take(differences_of_layers(cursor))
        if not taken or not repair:
            checked.left += taken
            return
        remove_unused_layers()


def check_counts(checked: Checked, *, repair: bool, progress: Progress) -> None:
    """How many subjects have each term, in each scope."""
    total = Term.objects.count()
    for after, last, terms in term_ranges():
        with at_one_moment() as cursor:
            taken = checked.take(differences_of_counts(cursor, after=after, last=last))
        if taken and repair:
            mend_counts_of(after=after, last=last)
            with at_one_moment() as cursor:
                taken = sum(1 for _ in differences_of_counts(cursor, after=after, last=last))
        checked.left += taken
        checked.terms += terms
        progress("terms", checked.terms, max(total, checked.terms))


def check_overlaps(checked: Checked, *, repair: bool, progress: Progress) -> None:
    """How often subjects have several terms of a key, in each scope."""
    scopes = scopes_counted()
    for number, scope in enumerate(scopes, start=1):
        with at_one_moment() as cursor:
            taken = checked.take(differences_of_overlaps(cursor, scope))
        if taken and repair:
            mend_overlaps_of(scope)
            with at_one_moment() as cursor:
                taken = sum(1 for _ in differences_of_overlaps(cursor, scope))
        checked.left += taken
        progress("datasets", number, len(scopes))


def place_of(one: Difference) -> str:
    """Where a difference is, as a person knows it."""
    if one.part is IndexPart.UNUSED_LAYER:
        return f"layer {one.number}"
    if one.part is IndexPart.COUNT:
        term = Term.objects.select_related("key").filter(pk=one.number).first()
        told = f"{term.key.name}: {term.text[:LONGEST]}" if term else f"term {one.number}"
        return f"{told}, {dataset_told(one.scope)}"
    if one.part is IndexPart.OVERLAP:
        key = Key.objects.filter(pk=one.number).first()
        return f"{key.name if key else f'key {one.number}'}, {dataset_told(one.scope)}"
    return carrier_told(one.number)


def carrier_told(number: int) -> str:
    """A plate, or a store of images, with its dataset."""
    plate = Plate.objects.filter(carrier=number).first()
    store = Store.objects.filter(carrier=number).first()
    told = f"plate {plate}" if plate else f"images of {store}" if store else f"carrier {number}"
    carrier = Carrier.objects.filter(pk=number).first()
    return f"{told}, {dataset_told(carrier.scope)}" if carrier else told


def dataset_told(scope: int) -> str:
    """The dataset of a scope."""
    dataset = Dataset.objects.filter(pk=scope).first()
    return f"dataset {dataset.slug}" if dataset else f"scope {scope}, of which there is no dataset"
