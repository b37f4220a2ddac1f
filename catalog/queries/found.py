"""Plates, images and datasets that a query finds, as conditions on their rows."""

from typing import Final

from django.db.models import Q
from django.db.models.expressions import RawSQL

from catalog.queries.hits import Search
from catalog.queries.subjects import Hits
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.search.queries import Everything
from plates.states import CarrierKind

_CARRIERS: Final = "SELECT unnest(%s::integer[])"
_IMAGES: Final = """
    SELECT i.serial
      FROM unnest(%s::integer[], %s::varbit[]) AS h (carrier, bits)
      JOIN plates_store s ON s.carrier_id = h.carrier
      JOIN plates_image i ON i.store_id = s.serial AND substring(h.bits FROM i.position + 1 FOR 1) = B'1'
"""


def plates_found(text: str, viewer: Viewer) -> Q:
    """Plates with any well that a query finds; QueryError where it cannot be understood."""
    hits = _hits(text, viewer, CarrierKind.PLATE)
    if hits is None:
        return Q()
    carriers = [hit.carrier for hit in hits]
    return Q(carrier_id__in=RawSQL(_CARRIERS, [carriers]))  # noqa: S611 - a constant


def images_found(text: str, viewer: Viewer) -> Q:
    """Images that a query finds; QueryError where it cannot be understood."""
    hits = _hits(text, viewer, CarrierKind.IMAGES)
    if hits is None:
        return Q()
    told = [[hit.carrier for hit in hits], [hit.bits for hit in hits]]
    return Q(pk__in=RawSQL(_IMAGES, told))  # noqa: S611 - a constant


def datasets_found(text: str, viewer: Viewer) -> Q:
    """Datasets with any well or image that a query finds; QueryError where it is not understood."""
    wells, images = (_hits(text, viewer, kind) for kind in (CarrierKind.PLATE, CarrierKind.IMAGES))
    if wells is None or images is None:
        return Q()
    return Q(serial__in={hit.scope for hit in (*wells, *images)})


def findings_found(text: str, viewer: Viewer) -> Q:
    """Findings of the stores of what a query finds; QueryError where it is not understood."""
    wells, images = (_hits(text, viewer, kind) for kind in (CarrierKind.PLATE, CarrierKind.IMAGES))
    if wells is None or images is None:
        return Q()
    plates, stores = ([hit.carrier for hit in hits] for hits in (wells, images))
    of_plates = Q(store__plate__carrier_id__in=RawSQL(_CARRIERS, [plates]))  # noqa: S611 - a constant
    return of_plates | Q(store__carrier_id__in=RawSQL(_CARRIERS, [stores]))  # noqa: S611 - a constant


def _hits(text: str, viewer: Viewer, kind: CarrierKind) -> list[Hits] | None:
    """The carriers that a query finds; None for the query that asks nothing."""
    with time_limit():
        search = Search(text, viewer, kind=kind)
        return None if isinstance(search.query, Everything) else search.carriers()
