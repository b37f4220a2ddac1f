"""Scopes with plates and images for exports, and imports of what was exported."""

from pathlib import Path
from tempfile import TemporaryDirectory

from plates.models import PlateMap
from plates.omezarr.snapshots import ImageSnapshot, PlateSnapshot, StoreSnapshot, WellSnapshot
from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.joining import long_rows
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.proposing import understand
from plates.queries.tidy_export import export_of_scope
from plates.services.apply_plate_map import Applied, apply_rows
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests.snapshots import address_of, snapshot

WELLS = ("A/1", "A/2", "B/3", "H/12", "QC/odd")
IMAGES = ("a", "b", "sub/d", "=c")


def plate_shown(name: str, *paths: str, barcode: str = "") -> StoreSnapshot:
    """A store that shows a plate with these wells, and no field of them."""
    wells = tuple(
        WellSnapshot(path, row, column, address_of(path), present=True, fields=())
        for path in paths
        for row, column in [path.split("/")]
    )
    return snapshot(
        PlateSnapshot(
            name=name,
            barcode=barcode,
            rows=(),
            columns=(),
            field_count=None,
            acquisitions=(),
            wells=wells,
        )
    )


def images_shown(*paths: str) -> StoreSnapshot:
    """A store that holds images at these paths."""
    return snapshot(
        images=tuple(ImageSnapshot(path=path, name="", present=True, layout=None) for path in paths)
    )


def scope_with(scope: int, *plates: str) -> None:
    """A scope with plates of these names, and a store of images."""
    for number, name in enumerate(plates):
        load_snapshot(
            store_at(f"/{scope}/{number}", scope=scope)[0], plate_shown(name, *WELLS), layouts={}
        )
    load_snapshot(store_at(f"/{scope}/images", scope=scope)[0], images_shown(*IMAGES), layouts={})


def imported(scope: int, content: str, *, name: str = "map.csv") -> tuple[PlateMap, Applied]:
    """A file as it is applied without anybody looking at its mapping."""
    made = PlateMap.objects.create(scope=scope, digest=str(PlateMap.objects.count()))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content.encode())
        tables = open_tables([SourceFile(name, path)])
        mapping = understand(tables).mapping
        told = apply_rows(
            plate_map=made, mapping=mapping, rows=long_rows(tables, mapping), keys=KEYS_BY_NAME
        )
    return made, told


def exported(scope: int) -> str:
    """The whole export of a scope."""
    return "".join(export_of_scope(scope))
