"""What tests of completeness share: plates with pixels, counted from a listing of their folder."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zarr

from plates.omezarr.addressing import RootUrl
from plates.omezarr.chunk_counts import ChunkCounts
from plates.omezarr.completeness import Completeness, completeness_of, count_objects
from plates.omezarr.object_listing import list_objects
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from tests import stores
from tests.stores import Version

WELLS = ("A/01", "A/02", "A/03", "B/01", "B/02")
DOCUMENTS = frozenset({"zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata"})
LATER = timedelta(days=1)
MISSING, EMPTY, CUT, STRAY = (
    f"STORE-CHUNKS-{name}" for name in ("MISSING", "EMPTY", "CUT", "STRAY")
)


def plate(folder: Path, version: Version = "0.5", **asked: Any) -> Path:
    """A plate of five wells with two fields, two channels, two levels and all chunks."""
    known: dict[str, Any] = {"wells": WELLS, "fields": 2, "chunks": True}
    return stores.plate(folder, version=version, **{**known, **asked})


def counted(folder: Path) -> ChunkCounts:
    objects = list_objects(RootUrl.parse(str(folder)), options=StoreOptions())
    return count_objects(read_store(str(folder)), objects)


def completeness(
    folder: Path, *, age: timedelta = LATER, unseen: Sequence[str] = ()
) -> Completeness:
    """The completeness of a store, so long after it was written."""
    now = datetime.now(UTC) + age
    version = read_store(str(folder)).version
    return completeness_of(counted(folder), version=version, now=now, unseen=unseen)


def is_chunk(path: Path) -> bool:
    return path.is_file() and path.name not in DOCUMENTS and "tables" not in path.parts


def drop(folder: Path, pattern: str) -> int:
    """Remove the chunks below the folders that a pattern names; how many there were."""
    chunks = [
        path
        for top in folder.glob(pattern)
        for path in ([top] if top.is_file() else top.rglob("*"))
        if is_chunk(path)
    ]
    for path in chunks:
        path.unlink()
    return len(chunks)


def rewrite(array: Path, **options: Any) -> None:
    """Write an array anew, with Zarr itself and full of pixels, in the place of another."""
    document = json.loads((array / "zarr.json").read_bytes())
    shutil.rmtree(array)
    made = zarr.create_array(
        str(array),
        shape=document["shape"],
        dtype="uint16",
        dimension_names=document["dimension_names"],
        **options,
    )
    made[...] = 7


def told(found: Completeness) -> list[tuple[str, str, str]]:
    """Rule, node and message of each finding."""
    return [(one.rule, one.node, one.message) for one in found.findings]


def assert_whole(found: Completeness) -> None:
    """Every share of a store is whole, and there is nothing to tell of it."""
    assert found.is_whole
    assert not found.is_arriving
    assert told(found) == []
    shares = [found.share, *found.levels, *found.channels, *(well.share for well in found.wells)]
    for image in found.images:
        assert image.is_counted
        shares += [image.share, *image.levels, *image.channels]
        shares += [share for label in image.labels for share in (label.share, *label.levels)]
    assert {share.share for share in shares} == {1.0}
