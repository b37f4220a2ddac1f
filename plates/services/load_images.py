from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Max

from plates.ids import uuid7
from plates.models import Carrier, Image, Store
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.annotation_lock import lock_annotation
from plates.services.compare import Comparison, compare_images
from plates.services.renumbering import renumber_annotation
from plates.services.tables import Column, copy_rows, run
from plates.states import CarrierKind

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

COLUMNS = (
    Column("id", "uuid"),
    Column("path", "text"),
    Column("name", "text"),
    Column("position", "integer"),
    Column("layout_id", "integer"),
    Column("present", "boolean"),
)

CHANGE = """
    UPDATE plates_image i
       SET name = l.name, layout_id = l.layout_id, present = l.present, listed = TRUE
      FROM loaded_image l
     WHERE i.store_id = %(store)s AND i.path = l.path
       AND (i.name, i.layout_id, i.present, i.listed)
           IS DISTINCT FROM (l.name, l.layout_id, l.present, TRUE)
"""

# An image keeps its position for good: annotation speaks of it by that.
ADD = """
    INSERT INTO plates_image
           (id, scope, store_id, path, name, position, layout_id, present, listed)
    SELECT l.id, %(scope)s, %(store)s, l.path, l.name,
           row_number() OVER (ORDER BY l.position) - 1
           + (SELECT coalesce(max(i.position) + 1, 0) FROM plates_image i
               WHERE i.store_id = %(store)s),
           l.layout_id, l.present, TRUE
      FROM loaded_image l
     WHERE NOT EXISTS (SELECT 1 FROM plates_image i
                        WHERE i.store_id = %(store)s AND i.path = l.path)
     ORDER BY l.position
"""

VANISH = """
    UPDATE plates_image i SET present = FALSE, listed = FALSE
     WHERE i.store_id = %(store)s AND i.listed
       AND NOT EXISTS (SELECT 1 FROM loaded_image l WHERE l.path = i.path)
"""


def load_images(
    cursor: "CursorWrapper",
    store: Store,
    snapshot: StoreSnapshot,
    layouts: Mapping[str, int],
    compared: Comparison | None = None,
) -> int:
    """Make the images of a store that is no plate say what it shows; rows written."""
    written = ensure_carrier(store, len(snapshot.images))
    rows = (
        (
            uuid7(),
            image.path,
            (image.name or snapshot.name)[:255],
            position,
            layouts[image.layout.digest] if image.layout else None,
            image.present,
        )
        for position, image in enumerate(snapshot.images)
    )
    copy_rows(cursor, "loaded_image", COLUMNS, rows)
    keys = {"store": store.pk, "scope": store.scope}
    if compared is not None and not compare_images(cursor, compared, keys):
        return written
    written += sum(run(cursor, text, **keys) for text in (CHANGE, ADD, VANISH))
    return written + lengthen_carrier(cursor, store)


def ensure_carrier(store: Store, positions: int) -> int:
    """Give the store a carrier as long as it has images, if it has none; rows written."""
    if store.carrier_id is not None:
        return 0
    store.carrier = Carrier.objects.create(
        kind=CarrierKind.IMAGES.value, scope=store.scope, positions=positions
    )
    store.save(update_fields=["carrier"])
    return 2


def lengthen_carrier(cursor: "CursorWrapper", store: Store) -> int:
    """Let the carrier be as long as its images need, and the index of annotation with it."""
    last = Image.objects.filter(store=store).aggregate(last=Max("position"))["last"]
    if last is None or store.carrier_id is None:
        return 0
    grown = Carrier.objects.filter(pk=store.carrier_id, positions__lt=last + 1)
    if not grown.exists():
        return 0
    lock_annotation(cursor)
    written = grown.update(positions=last + 1)
    return written + renumber_annotation(cursor, store.carrier_id, {})
