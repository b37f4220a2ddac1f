"""Compare the index that is kept with the annotation rows, and mend what differs."""

from collections.abc import Iterator

from django.db import transaction

from plates.models import CarrierLayer, KeyMask, Layer, Mask, Quantity
from plates.queries.kept_index import IndexRow, kept_index, layer_rows
from plates.services.annotation_lock import lock_annotation
from plates.services.index import annotated_carriers, derive, rebuild
from plates.services.index_layers import remove_orphans
from plates.services.searchable import counting_terms
from plates.services.tables import loading_cursor


def differing_carriers(*, scope: int | None = None) -> Iterator[int]:
    """The carriers of a scope, or of all, whose index is not what their rows say."""
    for carrier in annotated_carriers(scope):
        if kept_index(carrier) != rebuilt_index(carrier):
            yield carrier


def rebuilt_index(carrier: int) -> list[IndexRow]:
    """The rows that a carrier's index should have, sorted."""
    found: list[IndexRow] = []
    for one in derive([carrier]).carriers:
        found += layer_rows(one.scope, one.layers)
        found += [("constant", one.scope, term, key) for term, key in one.constants.items()]
        for key, numbers in one.readouts.items():
            known = [number for number in numbers if number is not None]
            spread = (min(known), max(known))
            found.append(("readout", one.scope, key, tuple(numbers), *spread))
    return sorted(found, key=repr)


@transaction.atomic
def mend_index(*, scope: int | None = None) -> list[int]:
    """Make the index of a scope, or of everything, what the rows say; the carriers that differed."""
    with loading_cursor() as cursor:
        lock_annotation(cursor)
        differing = list(differing_carriers(scope=scope))
        # What a layer holds is found by its digest alone: one that may be wrong is made anew, on
        # all carriers that share it.
        doubtful = CarrierLayer.objects.filter(carrier__in=differing).values("layer")
        layers = list(doubtful.values_list("layer_id", flat=True).distinct())
        sharing = CarrierLayer.objects.filter(layer__in=layers)
        touched = sorted({*differing, *sharing.values_list("carrier_id", flat=True)})
        with counting_terms(cursor, touched):
            sharing.delete()
            for rows in (Mask, KeyMask, Quantity):
                rows._default_manager.filter(layer_id__in=layers).delete()  # noqa: SLF001 - Django's own
            Layer.objects.filter(serial__in=layers).delete()
            rebuild(cursor, touched)
            remove_orphans(cursor)
    return differing
