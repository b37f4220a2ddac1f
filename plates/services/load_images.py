from collections.abc import Mapping
from typing import TYPE_CHECKING

from plates.ids import uuid7
from plates.models import Carrier, Store
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.compare import Comparison, compare_images
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
       SET name = l.name, position = l.position, layout_id = l.layout_id, present = l.present,
           listed = TRUE
      FROM loaded_image l
     WHERE i.store_id = %(store)s AND i.path = l.path
       AND (i.name, i.position, i.layout_id, i.present, i.listed)
           IS DISTINCT FROM (l.name, l.position, l.layout_id, l.present, TRUE)
"""

ADD = """
    INSERT INTO plates_image
           (id, scope, store_id, path, name, position, layout_id, present, listed)
    SELECT l.id, %(scope)s, %(store)s, l.path, l.name, l.position, l.layout_id, l.present, TRUE
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
    return written + sum(run(cursor, text, **keys) for text in (CHANGE, ADD, VANISH))


def ensure_carrier(store: Store, positions: int) -> int:
    """Give the store a carrier as long as it has images; rows written."""
    if store.carrier_id is not None:
        grown = Carrier.objects.filter(pk=store.carrier_id, positions__lt=positions)
        return grown.update(positions=positions)
    store.carrier = Carrier.objects.create(
        kind=CarrierKind.IMAGES.value, scope=store.scope, positions=positions
    )
    store.save(update_fields=["carrier"])
    return 2
