"""Words without a field: looked for in annotation, and in the names of plates and datasets."""

from collections.abc import Sequence

from django.db.models import Q

from catalog.models import Dataset
from catalog.search.meanings import HasWord, InScopes, Meaning, OnCarriers, OneOf
from catalog.search.queries import Words
from plates.models import Plate, Store
from plates.platemaps.spelling import folded

MOST_CARRIERS = 10_000


def words_meaning(words: Words, scopes: Sequence[int]) -> Meaning:
    """Subjects with a term, plate, image or dataset in whose text the words stand side by side."""
    text = folded(words.text)
    parts: list[Meaning] = [HasWord(text, is_whole=not words.is_beginning)] if text else []
    carriers = carriers_named(words.text, scopes)
    if carriers:
        parts.append(OnCarriers(carriers))
    found = scopes_titled(words.text, scopes)
    if found:
        parts.append(InScopes(found))
    return parts[0] if len(parts) == 1 else OneOf(tuple(parts))


def carriers_named(text: str, scopes: Sequence[int]) -> tuple[int, ...]:
    """The carriers of visible plates and stores of images in whose name a text stands."""
    named = Q(name__icontains=text) | Q(barcode__icontains=text)
    plates = Plate.objects.filter(named, scope__any=scopes).order_by()
    stores = Store.objects.filter(name__icontains=text, scope__any=scopes, carrier__isnull=False)
    found = {
        *plates.values_list("carrier_id", flat=True)[:MOST_CARRIERS],
        *stores.order_by().values_list("carrier_id", flat=True)[:MOST_CARRIERS],
    }
    return tuple(sorted(carrier for carrier in found if carrier is not None))


def scopes_titled(text: str, scopes: Sequence[int]) -> tuple[int, ...]:
    """The visible datasets in whose title, summary or keywords a text stands."""
    told = Q(title__icontains=text) | Q(summary__icontains=text) | Q(slug__icontains=text)
    rows = Dataset.objects.filter(told, serial__any=scopes).order_by("serial")
    return tuple(rows.values_list("serial", flat=True))
