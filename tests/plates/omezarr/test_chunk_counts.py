"""Counts of one pass against an oracle that writes out every declared object."""

from collections import Counter
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.chunk_counts import MAX_TALLIES, ChunkCounts, ObjectKind
from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.declared import DeclaredImage
from plates.omezarr.documents import Axis
from plates.omezarr.objects import ListedObject
from plates.omezarr.rules.completeness import ChunkFault
from plates.omezarr.shares import Unseen, shares_of_image
from plates.omezarr.snapshots import LabelLayout, Layout, PixelSize

AXES = tuple(Axis(name) for name in "cyx")
PATHS = ("A/1/0", "A/1/1", "A/10/0", "B/1/0")
ALL_SEEN = Unseen([])


def layout(*grids: ChunkGrid | None, labels: tuple[LabelLayout, ...] = ()) -> Layout:
    return Layout(
        axes=AXES,
        shape=(),
        dtype="",
        chunks=(),
        shards=(),
        codecs=(),
        pixel_size=PixelSize(),
        level_paths=tuple(map(str, range(len(grids)))),
        level_shapes=(),
        channels=(),
        labels=tuple(label.name for label in labels),
        tables=(),
        grids=grids,
        label_layouts=labels,
    )


def grid(
    shape: tuple[int, ...] = (2, 4, 4),
    part: tuple[int, ...] = (1, 2, 2),
    *,
    prefix: str = "c",
    separator: str = "/",
) -> ChunkGrid:
    return ChunkGrid(shape, "uint16", part, (), ("zstd",), prefix, separator)


def keys_of(grid: ChunkGrid) -> dict[str, int]:
    """The oracle: every key that an array declares, with the channel of its object."""
    counts = [-(-length // step) for length, step in zip(grid.shape, grid.part, strict=True)]
    return {grid.key(index): index[0] for index in product(*map(range, counts))}


def counted(images: list[DeclaredImage], *paths: str, size: int = 5) -> ChunkCounts:
    counts = ChunkCounts(images)
    counts.count([ListedObject(path, size) for path in paths])
    return counts


@st.composite
def grids(draw: st.DrawFn) -> ChunkGrid:
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 9)), draw(st.integers(1, 9)))
    part = (draw(st.integers(1, 2)), draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    prefix, separator = draw(st.sampled_from(["", "c"])), draw(st.sampled_from([".", "/"]))
    return grid(shape, part, prefix=prefix, separator=separator)


@given(st.data())
def test_every_object_is_counted_where_it_is_declared(data: st.DataObject) -> None:
    grids_of = {path: data.draw(st.lists(grids(), min_size=1, max_size=2)) for path in PATHS}
    images = [DeclaredImage(path, path[:-2], layout(*found)) for path, found in grids_of.items()]
    declared = {
        f"{path}/{level}/{key}": (path, level, channel)
        for path, found in grids_of.items()
        for level, one in enumerate(found)
        for key, channel in keys_of(one).items()
    }
    present = data.draw(st.lists(st.sampled_from(sorted(declared)), unique=True))
    counts = counted(images, *data.draw(st.permutations([*present, "A/1/.zattrs", "A/x", "0/0"])))

    by_level = Counter(declared[path][:2] for path in present)
    by_channel = Counter((declared[path][0], declared[path][2]) for path in present)
    for image in images:
        shares, _ = shares_of_image(image, counts, ALL_SEEN)
        found = grids_of[image.path]
        assert [share.declared for share in shares.levels] == [len(keys_of(one)) for one in found]
        assert [share.present for share in shares.levels] == [
            by_level[image.path, level] for level in range(len(found))
        ]
        assert shares.share.bytes == 5 * shares.share.present
        if all(one.planes(0) for one in found):
            assert [share.present for share in shares.channels] == [
                by_channel[image.path, channel] for channel in range(len(shares.channels))
            ]
    assert sum(tally.objects for tally in counts.by_kind.values()) == len(present) + 3


def test_paths_that_begin_alike_are_not_mixed_up() -> None:
    images = [DeclaredImage(path, "A/1", layout(grid())) for path in ("A/1/0", "A/1/00", "A/1")]
    counts = counted(images, "A/1/00/0/c/0/0/0", "A/1/0/0/c/0/0/0", "A/1/0/0/c/0/0/1")
    present = {path: array.present for path, array in counts.arrays.items()}
    assert present == {"A/1/0/0": 2, "A/1/00/0": 1, "A/1/0": 0}


def test_an_array_within_an_array_has_its_own_objects() -> None:
    outer = grid(prefix="")
    images = [DeclaredImage("", "", layout(outer)), DeclaredImage("0/0/0", "", layout(outer))]
    counts = counted(images, "0/0/0/1", "0/0/0/0/0/0/1", "0/1/1/1", "0/0/0/0/1/1/1", "0/0/1/1")
    assert {path: array.present for path, array in counts.arrays.items()} == {"0": 3, "0/0/0/0": 2}


def test_fields_that_are_listed_twice_are_one() -> None:
    images = [DeclaredImage("A/1/0", "A/1", layout(grid()))] * 2
    assert counted(images, "A/1/0/0/c/0/0/0").arrays["A/1/0/0"].present == 1


def test_huge_grids_take_no_more_memory_than_small_ones() -> None:
    huge = grid((10**9, 10**9, 10**9), (1, 1, 1))
    counts = counted([DeclaredImage("A/1/0", "A/1", layout(huge))], "A/1/0/0/c/7/7/7")
    shares, cells = shares_of_image(counts.images[0], counts, ALL_SEEN)
    assert (shares.share.declared, shares.share.present) == (2**63 - 1, 1)
    assert shares.channels == ()
    assert len(cells) == 1


def test_objects_are_sorted_by_what_they_are_for() -> None:
    label = LabelLayout("nuclei", AXES, ("0",), (grid(),))
    images = [DeclaredImage("A/1/0", "A/1", layout(grid(), grid(), labels=(label,)))]
    kinds = {
        "A/1/0/0/c/0/0/0": ObjectKind.LARGEST,
        "A/1/0/1/c/0/0/0": ObjectKind.SMALLER,
        "A/1/0/labels/nuclei/0/c/0/0/0": ObjectKind.LABELS,
        "A/1/0/labels/unlisted/0/c/0/0/0": ObjectKind.LABELS,
        "A/1/0/tables/rois/x/0.0": ObjectKind.TABLES,
        "A/1/tables/rois/x/0.0": ObjectKind.TABLES,
        "tables/rois/x/0.0": ObjectKind.TABLES,
        "zarr.json": ObjectKind.METADATA,
        "A/1/0/0/zarr.json": ObjectKind.METADATA,
        "A/1/0/labels/nuclei/zarr.json": ObjectKind.METADATA,
        "OME/METADATA.ome.xml": ObjectKind.METADATA,
        "notes.txt": ObjectKind.OTHER,
        "A/1/0/2/c/0/0/0": ObjectKind.OTHER,
        "a" * 5_000 + "/A/1/0/0/c/0/0/0": ObjectKind.OTHER,
    }
    for path, kind in kinds.items():
        assert [*counted(images, path).by_kind] == [(kind, "")], path
    assert counted(images, *kinds).arrays["A/1/0/labels/nuclei/0"].present == 1


def test_an_array_of_which_the_grid_is_not_known_is_no_stray() -> None:
    images = [DeclaredImage("A/1/0", "A/1", layout(None))]
    counts = counted(images, "A/1/0/0/c/0/0/0")
    assert counts.arrays["A/1/0/0"].faults == {}
    shares, _ = shares_of_image(images[0], counts, ALL_SEEN)
    assert not shares.is_counted
    assert shares.share.share is None


def test_folders_that_a_bucket_shows_as_objects_are_no_chunks() -> None:
    images = [DeclaredImage("A/1/0", "A/1", layout(grid()))]
    counts = counted(images, "A/1/0/0/", "A/1/0/0/c/", "A/1/0/0/c/0/0/", "/", "", size=0)
    assert counts.arrays["A/1/0/0"].objects == 0
    assert counts.arrays["A/1/0/0"].faults == {}


@pytest.mark.parametrize("prefix", ["c", ""])
def test_folders_that_a_listing_shows_without_their_slash_are_no_strays(prefix: str) -> None:
    images = [DeclaredImage("A/1/0", "A/1", layout(grid(prefix=prefix)))]
    array, base = "A/1/0/0", "/".join(filter(None, ("A/1/0/0", prefix)))
    folders = [*{array, base}, f"{base}/0", f"{base}/1/1"]
    assert counted(images, *folders, size=0).arrays[array].faults == {}
    # Something in it, or where no chunk lies, it is no folder of chunks.
    assert counted(images, f"{base}/0/0").arrays[array].faults == {ChunkFault.STRAY: 1}
    for astray in ("9", "9/9/9"):
        one = counted(images, f"{base}/{astray}", size=0)
        assert one.arrays[array].faults == {ChunkFault.STRAY: 1}


def test_sizes_that_cannot_be_are_taken_as_nothing() -> None:
    images = [DeclaredImage("A/1/0", "A/1", layout(grid()))]
    array = counted(images, "A/1/0/0/c/0/0/0", size=-9).arrays["A/1/0/0"]
    assert (array.bytes, array.faults) == (0, {ChunkFault.EMPTY: 1})


def test_the_newest_object_is_known_among_those_that_tell_a_time() -> None:
    counts = ChunkCounts([])
    times = [None, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)]
    counts.count([ListedObject(str(number), 1, when) for number, when in enumerate(times)])
    assert counts.changed_at == times[1]


def test_absurdly_many_storage_classes_are_not_kept_apart() -> None:
    counts = ChunkCounts([])
    counts.count([ListedObject("x", 1, storage_class=str(n)) for n in range(MAX_TALLIES + 50)])
    assert len(counts.by_kind) == MAX_TALLIES + 1
    assert sum(tally.objects for tally in counts.by_kind.values()) == MAX_TALLIES + 50
