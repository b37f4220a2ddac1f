"""Annotation that moves with its wells: to other positions, or to the plate that stays."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from plates.addresses import PlateShape
from plates.models import AnnotationRow, Image, NamedPlate, Plate, PlateAlias, Store, Well
from plates.platemaps.errors import PlateMapRefused
from plates.services.annotation_lock import lock_annotation
from plates.services.index import rebuild
from plates.services.search_masks import keep_search_masks
from plates.services.searchable import counting_terms

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_RENUMBER: Final = """
    UPDATE plates_annotationrow r SET position = m.new
      FROM unnest(%s::integer[], %s::integer[]) AS m (old, new)
     WHERE r.carrier_id = %s AND r.position = m.old
"""

# Rows that an import put on both are the same but for their numbers: one of them is enough.
_SAME: Final = """
    DELETE FROM plates_annotationrow r
     USING unnest(%(old)s::integer[], %(new)s::integer[]) AS m (old, new), plates_annotationrow s
     WHERE r.carrier_id = %(leaving)s AND r.position = m.old
       AND s.carrier_id = %(staying)s AND s.position = m.new AND s.plate_map_id = r.plate_map_id
       AND (s.columns, s.terms, s.text_columns, s.texts)
           = (r.columns, r.terms, r.text_columns, r.texts)
"""
_MOVE: Final = """
    UPDATE plates_annotationrow r SET carrier_id = %(staying)s, position = m.new
      FROM unnest(%(old)s::integer[], %(new)s::integer[]) AS m (old, new)
     WHERE r.carrier_id = %(leaving)s AND r.position = m.old
"""


class AnnotationInTheWay(PlateMapRefused):
    """Rows about wells or images that the one that stays does not have."""


def positions_by_label(plate: Plate) -> dict[str, int]:
    """Where the wells of a plate lie whose names are no grid."""
    strays = Well.objects.filter(plate=plate, row=None).order_by("position")
    return dict(strays.values_list("label", "position"))


def moved_positions(
    before: PlateShape,
    after: PlateShape,
    strays_before: Mapping[str, int],
    strays_after: Mapping[str, int],
) -> dict[int, int]:
    """The new number of each position that has another one, as a plate has grown."""
    grid = {position: after.position(before.address(position)) for position in range(before.size)}
    strays = {old: strays_after[label] for label, old in strays_before.items()}
    return {old: new for old, new in (grid | strays).items() if old != new}


def renumber_annotation(cursor: "CursorWrapper", carrier: int, moved: Mapping[int, int]) -> int:
    """Let a carrier's annotation and its index follow its positions, however many they are now.

    The annotation lock has to be held; rows written.
    """
    if not AnnotationRow.objects.filter(carrier=carrier).exists():
        return 0
    with counting_terms(cursor, [carrier]):
        cursor.execute(_RENUMBER, [list(moved), list(moved.values()), carrier])
        written = int(cursor.rowcount) + rebuild(cursor, [carrier])
        # What is occupied has to be as long as the masks that it is counted with.
        return written + keep_search_masks(cursor, [carrier])


def hand_over_annotation(cursor: "CursorWrapper", new: Store, *, into: Store) -> None:
    """What was said of the plate or images of a store is said of those of the store that stays.

    A plate that other stores show as well keeps what was said of it. AnnotationInTheWay if a row
    is about a well or image that the one that stays does not have.
    """
    lock_annotation(cursor)
    if new.plate is not None and new.plate_id != into.plate_id and _leaves(new, new.plate):
        if into.plate is None:
            _hand_over(cursor, new.plate.carrier_id, 0, {})
        else:
            _hand_over(
                cursor, new.plate.carrier_id, into.plate.carrier_id, _wells(new.plate, into.plate)
            )
            _hand_over_names(new.plate, into.plate)
    if new.carrier_id is not None:
        _hand_over(cursor, new.carrier_id, into.carrier_id or 0, _images(new, into))


def _leaves(store: Store, plate: Plate) -> bool:
    return not Store.objects.filter(plate=plate).exclude(pk=store.pk).exists()


def _wells(leaving: Plate, staying: Plate) -> dict[int, int]:
    """Positions of the one plate by those of the other, by addresses and labels."""
    grid = {
        position: staying.shape.position(address)
        for position in range(leaving.shape.size)
        if (address := leaving.shape.address(position)) in staying.shape
    }
    theirs, ours = positions_by_label(leaving), positions_by_label(staying)
    return grid | {old: ours[label] for label, old in theirs.items() if label in ours}


def _images(leaving: Store, staying: Store) -> dict[int, int]:
    ours = dict(Image.objects.filter(store=staying).order_by().values_list("path", "position"))
    theirs = Image.objects.filter(store=leaving).order_by().values_list("path", "position")
    return {position: ours[path] for path, position in theirs if path in ours}


def _hand_over(
    cursor: "CursorWrapper", leaving: int, staying: int, positions: Mapping[int, int]
) -> None:
    rows = AnnotationRow.objects.filter(carrier=leaving)
    if not rows.exists():
        return
    if not staying or rows.exclude(position__in=list(positions)).exists():
        raise AnnotationInTheWay(
            "Rows of plate maps speak of wells or images that only the new store has. Undo those "
            "imports first, or refuse the proposal."
        )
    told: dict[str, int | list[int]] = {
        "leaving": leaving,
        "staying": staying,
        "old": list(positions),
        "new": list(positions.values()),
    }
    carriers = sorted((leaving, staying))
    with counting_terms(cursor, carriers):
        cursor.execute(_SAME, told)
        cursor.execute(_MOVE, told)
        rebuild(cursor, carriers)


def _hand_over_names(leaving: Plate, staying: Plate) -> None:
    """Names that imports and people know the plate by; those that both have are said once."""
    for names, same in ((NamedPlate, ("plate_map", "spelling")), (PlateAlias, ("scope", "folded"))):
        rows = names._default_manager  # noqa: SLF001 - Django's own name
        known = set(rows.filter(plate=staying).values_list(*same))
        twice = [
            row.pk
            for row in rows.filter(plate=leaving)
            if tuple(rows.filter(pk=row.pk).values_list(*same)[0]) in known
        ]
        rows.filter(pk__in=twice).delete()
        rows.filter(plate=leaving).update(plate=staying)
