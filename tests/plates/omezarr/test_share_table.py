"""The table of shares: totals, what lacks something, and small however large the plate is."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from plates.omezarr import share_table as table
from plates.omezarr.chunk_counts import ChunkCounts
from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.completeness import completeness_of
from plates.omezarr.declared import DeclaredImage
from plates.omezarr.documents import Axis
from plates.omezarr.objects import ListedObject
from plates.omezarr.share_table import ShareTable, share_table
from plates.omezarr.snapshots import Layout, PixelSize
from tests.plates.omezarr.counting import completeness, drop, plate
from tests.stores import Style

LEVELS = ("0", "1", "2", "3", "4")


def tabled(folder: Path) -> ShareTable:
    return share_table(completeness(folder))


def test_a_whole_plate_is_told_by_its_totals_alone(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",)))
    found, told = completeness(folder), tabled(folder)
    assert (told.wells, told.images) == ((), ())
    assert (told.wells_in_all, told.images_in_all) == (5, 10)
    assert [line.present for line in told.levels] == [level.present for level in found.levels]
    assert [line.bytes for line in told.channels] == [one.bytes for one in found.channels]
    (nuclei,) = told.label_names
    assert (nuclei.name, nuclei.share.present) == ("nuclei", found.labels.present)


def test_what_lacks_something_is_told_with_its_parts(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",)), missing=["A/03", "B/02/1"])
    drop(folder, "A/01/0/1")
    drop(folder, "A/02/1/labels")
    told = tabled(folder)
    assert {well.path: (well.fields, well.uncounted) for well in told.wells} == {
        "A/01": (2, 0),
        "A/02": (2, 0),
        "A/03": (0, 1),
        "B/02": (2, 1),
    }
    assert {image.path: image.is_counted for image in told.images} == {
        "A/01/0": True,
        "A/02/1": True,
        "B/02/1": False,
    }
    assert [level.present for level in told.images[0].levels] == [2, 0]
    assert (told.wells_lacking, told.images_lacking) == (4, 3)


def test_of_many_those_are_told_that_lack_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MAX_IMAGES", 2)
    monkeypatch.setattr(table, "MAX_WELLS", 1)
    folder = plate(tmp_path / "p.zarr", planes=4)
    drop(folder, "A/01/0/0/c/0/1")
    drop(folder, "A/02/0/*/c/0")
    drop(folder, "B/01/0")
    told = tabled(folder)
    assert [image.path for image in told.images] == ["B/01/0", "A/02/0"]
    assert [well.path for well in told.wells] == ["A/01"]
    assert (told.wells_lacking, told.images_lacking) == (3, 3)


def layout() -> Layout:
    grid = ChunkGrid((4, 2048, 2048), "uint16", (1, 1024, 1024), (), ("blosc",), "", "/")
    return Layout(
        axes=(Axis("c", "channel"), Axis("y", "space"), Axis("x", "space")),
        shape=grid.shape,
        dtype=grid.dtype,
        chunks=grid.chunks,
        shards=(),
        codecs=grid.codecs,
        pixel_size=PixelSize(),
        level_paths=LEVELS,
        level_shapes=(grid.shape,) * 5,
        channels=(),
        labels=(),
        tables=(),
        grids=(grid,) * 5,
    )


@pytest.mark.parametrize(("whole", "most"), [(True, 2_000), (False, 400_000)])
def test_a_plate_of_1536_wells_with_9_fields_stays_small(*, whole: bool, most: int) -> None:
    built = layout()
    wells = [f"{row}/{column:02}" for row in range(32) for column in range(1, 49)]
    counts = ChunkCounts(
        DeclaredImage(f"{well}/{field}", well, built) for well in wells for field in range(9)
    )
    if whole:
        grid = built.grids[0]
        assert grid is not None
        keys = [grid.key((c, y, x)) for c in range(4) for y in range(2) for x in range(2)]
        counts.count(ListedObject(f"{path}/{key}", 9) for path in counts.arrays for key in keys)
    found = completeness_of(counts, version="0.4", now=datetime.now(UTC))
    packed = msgspec.json.encode(share_table(found))
    assert found.is_whole is whole
    assert len(packed) < most
    assert msgspec.json.decode(packed, type=ShareTable) == share_table(found)
