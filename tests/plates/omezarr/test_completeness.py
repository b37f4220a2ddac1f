"""Whether a plate is all there: what was taken away is named, and nothing else."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plates.omezarr.completeness import completeness_of, count_objects
from plates.omezarr.depth import Depth
from plates.omezarr.findings import Level
from plates.omezarr.read import read_store
from plates.omezarr.rules.book import RULES
from plates.omezarr.rules.rule import Policy
from plates.omezarr.shares import Share
from tests import stores
from tests.plates.omezarr.counting import (
    CUT,
    EMPTY,
    LATER,
    MISSING,
    STRAY,
    assert_whole,
    completeness,
    counted,
    drop,
    is_chunk,
    plate,
    rewrite,
    told,
)
from tests.stores import Style, Version

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
GENERATED = sorted(CORPUS.glob("generated/*.zarr"))
VERSIONS: tuple[Version, ...] = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
def test_a_whole_plate_is_whole_all_over(tmp_path: Path, version: Version) -> None:
    folder = plate(tmp_path / "p.zarr", version, style=Style(labels=("nuclei",), tables=("rois",)))
    found = completeness(folder)
    assert_whole(found)
    chunks = [path for path in folder.rglob("*") if is_chunk(path)]
    assert found.share.declared + found.labels.declared == len(chunks)
    assert found.share.bytes + found.labels.bytes == sum(path.stat().st_size for path in chunks)
    assert found.share.declared_bytes == found.share.bytes  # nothing is compressed here
    assert len(found.levels) == len(found.channels) == 2
    assert [len(found.wells), len(found.images)] == [5, 10]


@every_version
def test_a_well_without_chunks_is_named_once(tmp_path: Path, version: Version) -> None:
    folder = plate(tmp_path / "p.zarr", version)
    gone = drop(folder, "B/01")
    found = completeness(folder)
    assert told(found) == [
        (MISSING, "B/01", f"Of the well, 0 of {gone} chunk objects are there."),
    ]
    (finding,) = found.findings
    assert (finding.expected, finding.found) == ("100 %, as of others like it", "0 %")
    assert finding.level is Level.WARNING
    assert found.share.missing == gone
    assert {well.path: well.share.share for well in found.wells} == {
        well.path: 0.0 if well.path == "B/01" else 1.0 for well in found.wells
    }


# The folder from which something is taken away, and what has to be named.
PLANTED: dict[str, tuple[str, str, str]] = {
    "a field": ("A/02/1", "A/02/1", "the field"),
    "a level": ("A/02/1/1", "A/02/1/1", "level 1"),
    "a level of a well": ("A/02/*/1", "A/02", "level 1 of the well"),
    "a level of all fields": ("*/*/*/1", "", "level 1 of all fields"),
    "a channel": ("A/02/1/*/c/1", "A/02/1", 'channel 1 ("GFP")'),
    "a channel of a well": ("A/02/*/*/c/0", "A/02", 'channel 0 ("DAPI") of the well'),
    "a channel of all fields": ("*/*/*/*/c/0", "", 'channel 0 ("DAPI") of all fields'),
    "a channel of a level": ("A/02/1/1/c/1", "A/02/1/1", 'channel 1 ("GFP") of level 1'),
    "everything": ("*", "", "all fields"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_was_taken_away_is_named_and_nothing_else(tmp_path: Path, what: str) -> None:
    folder = plate(tmp_path / "p.zarr", size=(32, 32))
    pattern, node, name = PLANTED[what]
    gone = drop(folder, pattern)
    assert gone
    assert told(completeness(folder)) == [
        (MISSING, node, f"Of {name}, 0 of {gone} chunk objects are there.")
    ]


def test_several_losses_are_each_named(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    for pattern in ("A/01", "A/02/0", "A/03/0/1", "B/02/*/*/c/1"):
        drop(folder, pattern)
    assert {
        (node, message.partition(",")[0]) for _, node, message in told(completeness(folder))
    } == {
        ("A/01", "Of the well"),
        ("A/02/0", "Of the field"),
        ("A/03/0/1", "Of level 1"),
        ("B/02", 'Of channel 1 ("GFP") of the well'),
    }


def test_an_upload_that_broke_off_half_way_names_every_well_that_is_missing(
    tmp_path: Path,
) -> None:
    wells = [f"A/{number:02}" for number in range(1, 11)]
    folder = plate(tmp_path / "p.zarr", wells=wells)
    for well in wells[3:]:
        drop(folder, well)
    assert [node for _, node, _ in told(completeness(folder))] == wells[3:]


def test_a_few_chunks_of_many_are_a_share_and_no_finding(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", planes=20)
    drop(folder, "A/02/1/0/c/0/7")
    found = completeness(folder)
    assert found.share.missing == 1
    assert told(found) == []
    assert not found.is_whole
    assert [well.path for well in found.wells if well.share.missing] == ["A/02"]


def test_a_writer_that_leaves_out_empty_chunks_is_not_blamed(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", planes=10, fields=1, levels=1)
    # Shares from 0.5 to 0.9: they scatter, and none falls out.
    for number, well in enumerate(("A/01", "A/02", "A/03", "B/01", "B/02"), start=1):
        for plane in range(number):
            drop(folder, f"{well}/0/0/c/*/{plane}")
    found = completeness(folder)
    assert found.share.share == 0.7
    assert told(found) == []


@pytest.mark.parametrize("shards", [(1, 4, 32, 32), (2, 4, 32, 32)])
def test_of_a_sharded_array_the_objects_are_shards(tmp_path: Path, shards: tuple[int, ...]) -> None:
    folder = plate(tmp_path / "p.zarr", size=(64, 64), planes=4, levels=1)
    for array in folder.glob("*/*/*/0"):
        rewrite(array, chunks=(1, 1, 16, 16), shards=shards)
    found = completeness(folder)
    assert_whole(found)
    shards_of_field = 4 * (2 // shards[0])
    assert found.images[0].share.declared == shards_of_field
    # A shard of both channels does not tell of one.
    assert len(found.channels) == (2 if shards[0] == 1 else 0)
    drop(folder, "A/02/1/0/c/0/0/1")
    name = "the field" if shards[0] == 2 else 'channel 0 ("DAPI")'
    assert told(completeness(folder)) == [
        (MISSING, "A/02/1", f"Of {name}, 2 of 4 chunk objects are there.")
    ]


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(("rule", "spoil"), [(EMPTY, _empty), (CUT, _cut)])
def test_an_object_that_holds_no_whole_chunk_is_an_error_and_counts_as_missing(
    tmp_path: Path, rule: str, spoil: Callable[[Path], None]
) -> None:
    folder = plate(tmp_path / "p.zarr", planes=20)
    spoil(folder / "A/02/1/0/c/0/3/0/0")
    found = completeness(folder)
    assert [(one.rule, one.node, one.level) for one in found.findings] == [
        (rule, "A/02/1/0", Level.ERROR)
    ]
    assert found.findings[0].document == "A/02/1/0/c/0/3/0/0"
    assert "A/02/1/0/c/0/3/0/0" in found.findings[0].message
    assert found.share.missing == 1


def test_a_shard_that_is_smaller_than_its_index_is_cut(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", size=(64, 64), levels=1)
    for array in folder.glob("*/*/*/0"):
        rewrite(array, chunks=(1, 1, 8, 8), shards=(1, 1, 32, 32))
    shard = folder / "A/02/1/0/c/0/0/0/0"
    shard.write_bytes(shard.read_bytes()[-100:])
    found = [one for one in completeness(folder).findings if one.rule == CUT]
    assert [(one.node, one.expected) for one in found] == [("A/02/1/0", "at least 256 bytes")]
    assert "than its index" in found[0].message


@pytest.mark.parametrize("key", ["c/2/0/0/0", "c/0/0/0", "0/0/0/0", "0.0.0.0", "c/00/0/0/0"])
def test_an_object_outside_of_the_grid_is_a_stray(tmp_path: Path, key: str) -> None:
    folder = plate(tmp_path / "p.zarr")
    stray = folder / "A/02/1/0" / key
    if stray.is_dir():
        stray = stray / "9"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"pixels")
    found = completeness(folder)
    assert found.is_whole
    assert [(one.rule, one.node, one.level) for one in found.findings] == [
        (STRAY, "A/02/1/0", Level.WARNING)
    ]


def test_other_files_in_an_array_are_no_strays(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    for name in (".DS_Store", "c/.nfs0001", "readme.txt", "c/0/0/0/._0"):
        (folder / "A/02/1/0" / name).write_bytes(b"x")
    assert_whole(completeness(folder))


def test_a_level_of_a_label_that_has_to_be_there_is_missed(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",)))
    drop(folder, "A/02/1/labels/nuclei/0")
    assert [(rule, node) for rule, node, _ in told(completeness(folder))] == [
        (MISSING, "A/02/1/labels/nuclei/0")
    ]


def test_a_label_of_a_well_without_cells_is_not_missed(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",)))
    drop(folder, "A/02/*/labels")
    drop(folder, "B/01/0/labels/nuclei/1")
    found = completeness(folder)
    assert told(found) == []
    assert found.labels.missing == 5
    assert found.share.missing == 0
    assert not found.is_whole


def test_labels_that_are_listed_but_absent_leave_their_image_uncounted(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",)))
    (folder / "A/02/1/labels/nuclei/zarr.json").unlink()
    found = completeness(folder)
    assert found.uncounted == 1
    assert not found.is_whole


def test_wells_and_fields_that_are_listed_only_are_uncounted(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", missing=["A/02", "B/01/1"])
    found = completeness(folder)
    assert found.uncounted == 2
    assert found.share.share == 1.0
    assert not found.is_whole
    wells = {well.path: (well.fields, well.uncounted) for well in found.wells}
    assert wells == {
        "A/01": (2, 0),
        "A/02": (0, 1),
        "A/03": (2, 0),
        "B/01": (2, 1),
        "B/02": (2, 0),
    }


def test_an_image_that_stands_alone_is_held_against_itself(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr", chunks=True, levels=3)
    assert_whole(completeness(folder))
    drop(folder, "1")
    assert told(completeness(folder)) == [
        (MISSING, "", "Of level 1 of the image, 0 of 2 chunk objects are there.")
    ]


def test_images_of_a_collection_are_held_against_each_other(tmp_path: Path) -> None:
    pixels = replace(stores.SMALL, chunks=True)
    folder = stores.collection(tmp_path / "c.zarr", images=4, pixels=pixels)
    assert_whole(completeness(folder))
    drop(folder, "2/1")
    drop(folder, "3")
    assert [(node, message[:12]) for _, node, message in told(completeness(folder))] == [
        ("2/1", "Of level 1, "),
        ("3", "Of the image"),
    ]


@pytest.mark.parametrize("unseen", ["B", "B/01", "B/01/0/0/c/0", ""])
def test_of_folders_that_could_not_be_listed_nothing_is_said(tmp_path: Path, unseen: str) -> None:
    folder = plate(tmp_path / "p.zarr")
    drop(folder, unseen or "*")
    found = completeness(folder, unseen=[unseen])
    assert told(found) == []
    assert found.share.missing == 0
    assert found.uncounted == {"B": 4, "B/01": 2, "B/01/0/0/c/0": 1, "": 10}[unseen]
    assert not found.is_whole


def test_a_reading_that_did_not_reach_the_arrays_counts_nothing(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    snapshot = read_store(str(folder), depth=Depth.FIELDS)
    found = completeness_of(count_objects(snapshot, []), version="0.5", now=datetime.now(UTC))
    assert found.share == Share()
    assert found.share.share is None
    assert found.uncounted == 10


def test_the_policy_makes_more_or_less_of_a_finding(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    (folder / "A/01/0/0/c/0/0/0/0").write_bytes(b"")
    levels = {}
    for policy in Policy:
        found = completeness_of(
            counted(folder), version="0.5", now=datetime.now(UTC) + LATER, policy=policy
        )
        levels[policy] = {one.rule: one.level for one in found.findings}[EMPTY]
    assert levels == {
        Policy.LENIENT: Level.WARNING,
        Policy.SPEC: Level.ERROR,
        Policy.STRICT: Level.ERROR,
    }


def test_every_rule_that_needs_all_objects_is_planted_here() -> None:
    needing = {rule.id for rule in RULES.values() if rule.needs_objects}
    assert needing == {MISSING, EMPTY, CUT, STRAY}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS")
@pytest.mark.parametrize("folder", GENERATED, ids=lambda path: path.name)
def test_plates_of_real_writers_are_whole(folder: Path) -> None:
    found = completeness(folder)
    assert_whole(found)
    assert found.share.present == sum(is_chunk(path) for path in folder.rglob("*"))
