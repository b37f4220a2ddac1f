"""Words without a field: looked for in annotation, and in the names of plates and datasets."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from catalog.models import Dataset
from catalog.search.meanings import (
    BROAD,
    HasTerm,
    HasWord,
    InScopes,
    Meaning,
    Nowhere,
    OnCarriers,
    OneOf,
)
from catalog.search.queries import Words
from catalog.search.statement import Values
from catalog.search.term_conditions import has_word
from catalog.search.visible_terms import FEW, did_you_mean, heaviest_first, near_terms, weighed
from plates.arrays import array_of
from plates.models import Plate, Store, Term
from plates.platemaps.spelling import folded

MOST_CARRIERS: Final = 10_000


class FreeWords:
    """Looks up what words without a field mean to a viewer of certain scopes."""

    def __init__(self, scopes: Sequence[int], remarks: list[str]) -> None:
        self.scopes = list(scopes)
        self.scopes_array = array_of(scopes)
        self.remarks = remarks

    def meaning(self, words: Words) -> Meaning:
        """Subjects with a term, plate, image or dataset in whose text the words stand side by side."""
        parts = [
            part
            for part in (
                self.terms_with(words),
                self.carriers_named(words.text),
                self.scopes_titled(words.text),
            )
            if part is not None
        ]
        if not parts:
            near = did_you_mean(near_terms(folded(words.text), self.scopes))
            self.remarks.append(f"Nothing that you may see has the words {words.text!r}.{near}")
            return Nowhere()
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def terms_with(self, words: Words) -> Meaning | None:
        """The terms with these words; None if nothing visible has one."""
        text = folded(words.text)
        if not text:
            return None
        is_whole = not words.is_beginning
        values = Values()
        told = has_word(values, text, is_whole=is_whole)
        found = weighed(told, values, self.scopes, most=FEW)
        if len(found) > FEW:
            return HasWord(text, is_whole=is_whole)
        seen = heaviest_first(found)
        if not seen:
            return None
        keys = (
            Term.objects.filter(serial__any=array_of(seen))
            .order_by()
            .values_list("key_id", flat=True)
        )
        return HasTerm(
            seen,
            keys=tuple(sorted(set(keys.distinct()))),
            weight=min(BROAD, sum(found.values())),
        )

    def carriers_named(self, text: str) -> Meaning | None:
        """The carriers of visible plates and stores of images in whose name a text stands."""
        named = Q(name__icontains=text) | Q(barcode__icontains=text)
        plates = Plate.objects.filter(named, scope__any=self.scopes_array).order_by()
        stores = Store.objects.filter(
            name__icontains=text, scope__any=self.scopes_array, carrier__isnull=False
        )
        found = {
            *plates.values_list("carrier_id", flat=True)[:MOST_CARRIERS],
            *stores.order_by().values_list("carrier_id", flat=True)[:MOST_CARRIERS],
        }
        carriers = tuple(sorted(carrier for carrier in found if carrier is not None))
        return OnCarriers(carriers) if carriers else None

    def scopes_titled(self, text: str) -> Meaning | None:
        """The visible datasets in whose title, summary or slug a text stands."""
        told = Q(title__icontains=text) | Q(summary__icontains=text) | Q(slug__icontains=text)
        rows = Dataset.objects.filter(told, serial__any=self.scopes_array).order_by("serial")
        found = tuple(rows.values_list("serial", flat=True))
        return InScopes(found) if found else None
