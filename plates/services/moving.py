"""Stores and their plates from one scope to another, with all that search knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Model

from plates.models import (
    Carrier,
    CarrierLayer,
    CarrierTerm,
    FieldMask,
    Image,
    NamedPlate,
    Plate,
    PlateAlias,
    PlateMap,
    Readout,
    Store,
)
from plates.services.annotation_lock import lock_annotation
from plates.services.searchable import carriers_of, counting_terms
from plates.services.tables import loading_cursor
from plates.states import MatchedBy, PlateMapState

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_OF_CARRIERS: Final[tuple[type[Model], ...]] = (CarrierLayer, CarrierTerm, Readout, FieldMask)
_NAMED: Final = 3
_PLATE_MAPS: Final = """
    SELECT DISTINCT plate_map_id FROM plates_annotationrow WHERE carrier_id = ANY(%s)
"""
_STAYING: Final = """
    SELECT m.serial, min(p.name)
      FROM plates_platemap m
      JOIN plates_annotationrow r ON r.plate_map_id = m.serial
      JOIN plates_carrier c ON c.id = r.carrier_id
      LEFT JOIN plates_plate p ON p.carrier_id = c.id
     WHERE m.serial = ANY(%(plate_maps)s) AND c.scope <> %(to)s AND c.id <> ALL(%(carriers)s)
     GROUP BY 1 ORDER BY 1
"""


class AnnotationStaysBehind(Exception):
    """Plate maps say something of what is to be moved, and of plates that are not."""

    def __init__(self, plates: Sequence[str]) -> None:
        named = ", ".join(plates[:_NAMED])
        super().__init__(
            f"The same plate map is about plates that would stay behind ({named}). Move them as well, "
            "or undo the import first and import it in either dataset."
        )


class SamePlateMapThere(Exception):
    """The files of a plate map that would go along were applied at the other end already."""

    def __init__(self) -> None:
        super().__init__(
            "The same plate map was applied in the other dataset already. Undo one of the two imports "
            "first."
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """What went: all stores of each plate, and the plate maps that say what is on them."""

    stores: tuple[Store, ...]
    plate_maps: tuple[int, ...]


@transaction.atomic
def move_stores(stores: Sequence[Store], *, to: int) -> Moved:
    """Give stores another scope, with their plates and everything that is said of them.

    All stores of a plate go together, and so do the plate maps that are about nothing else.
    AnnotationStaysBehind where one is about plates that would stay, SamePlateMapThere where its
    files were applied in the other scope as well. Nothing is read or derived
    anew: the index of a carrier does not depend on its scope.
    """
    with loading_cursor() as cursor:
        lock_annotation(cursor)
        going = family_of([store.pk for store in stores], to=to)
        pks = [store.pk for store in going]
        carriers = carriers_of(pks)
        plate_maps = plate_maps_about(cursor, carriers, to=to)
        with counting_terms(cursor, carriers):
            rescope_carriers(carriers, to=to)
        Image.objects.filter(store__in=pks).update(scope=to)
        plates = {store.plate_id for store in going if store.plate_id is not None}
        rescope_plates(plates, plate_maps, to=to)
        Store.objects.filter(pk__in=pks).update(scope=to)
        for store in going:
            store.scope = to
    return Moved(tuple(going), tuple(plate_maps))


def family_of(stores: Sequence[int], *, to: int) -> list[Store]:
    """The stores that are elsewhere yet and all that show a plate of theirs, locked in order."""
    plates = Store.objects.filter(pk__in=stores, plate__isnull=False).values("plate")
    rows = Store.objects.filter(pk__in=stores) | Store.objects.filter(plate__in=plates)
    return list(rows.exclude(scope=to).order_by("pk").select_for_update(no_key=True))


def plate_maps_about(cursor: "CursorWrapper", carriers: Sequence[int], *, to: int) -> list[int]:
    """The plate maps that say anything of some carriers, and nothing of any that stays behind."""
    cursor.execute(_PLATE_MAPS, [list(carriers)])
    found = [serial for (serial,) in cursor.fetchall()]
    cursor.execute(_STAYING, {"plate_maps": found, "carriers": list(carriers), "to": to})
    if staying := cursor.fetchall():
        raise AnnotationStaysBehind([name or "images" for _, name in staying])
    applied = PlateMap.objects.filter(state=PlateMapState.APPLIED.value)
    going = applied.filter(pk__in=found).exclude(scope=to).values("digest")
    if applied.filter(scope=to, digest__in=going).exists():
        raise SamePlateMapThere
    return found


def rescope_carriers(carriers: Sequence[int], *, to: int) -> None:
    """Give carriers another scope, and their rows of the index."""
    Carrier.objects.filter(pk__in=carriers).update(scope=to)
    for model in _OF_CARRIERS:
        model._default_manager.filter(carrier__in=carriers).update(scope=to)  # noqa: SLF001


def rescope_plates(plates: set[int], plate_maps: Sequence[int], *, to: int) -> None:
    """Give plates another scope, with their other names and the plate maps that go with them.

    Plate maps that stay and only spoke of such a plate wait for it again: nothing was applied.
    """
    Plate.objects.filter(pk__in=plates).update(scope=to)
    PlateAlias.objects.filter(plate__in=plates).update(scope=to)
    PlateMap.objects.filter(pk__in=plate_maps).update(scope=to)
    NamedPlate.objects.filter(plate_map__in=plate_maps).update(scope=to)
    left = NamedPlate.objects.filter(plate__in=plates).exclude(plate_map__in=plate_maps)
    for named in left.exclude(scope=to).order_by("pk"):
        expect_again(named)


def expect_again(named: NamedPlate) -> None:
    """Let a plate map wait for a plate of this name; once, however many it may have meant."""
    alike = NamedPlate.objects.filter(plate_map=named.plate_map_id, spelling=named.spelling)
    if alike.filter(plate=None).exists():
        named.delete()
        return
    named.plate, named.matched_by = None, MatchedBy.NOTHING.value
    named.save(update_fields=["plate", "matched_by"])
