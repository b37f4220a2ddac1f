"""What tests of loading share: stores loaded from their folders, and whether a row was written."""

from pathlib import Path

from django.db import connection

from plates.models import Acquisition, Field, Image, Layout, Plate, Store, Well
from plates.omezarr.read import read_store
from plates.services.layouts import ensure_layouts
from plates.services.load import Loaded, load_snapshot
from plates.services.stores import store_at


def load(folder: Path, store: Store | None = None) -> tuple[Store, Loaded]:
    """A folder, read and loaded into a store."""
    store = store or store_at(str(folder), scope=1)[0]
    snapshot = read_store(str(folder))
    loaded = load_snapshot(store, snapshot, layouts=ensure_layouts(snapshot))
    store.refresh_from_db()
    return store, loaded


def row_versions() -> set[tuple[str, str]]:
    """The physical version of every row: it changes when a row is written."""
    found = set()
    for model in (Plate, Store, Well, Field, Acquisition, Image, Layout):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ctid::text || xmin::text FROM {model._meta.db_table}")
            found |= {(model.__name__, version) for (version,) in cursor.fetchall()}
    return found
