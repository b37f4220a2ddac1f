from datetime import UTC, datetime
from pathlib import Path

import pytest

from plates.omezarr.chunk_counts import ChunkCounts, ObjectKind
from plates.omezarr.ledger import MAX_NAMED, ledger_of
from plates.omezarr.objects import ListedObject
from tests.plates.omezarr.counting import counted, plate, rewrite
from tests.stores import Style, Version


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_ledger_adds_up_to_all_that_lies_there(tmp_path: Path, version: Version) -> None:
    style = Style(labels=("nuclei",), tables=("rois",))
    folder = plate(tmp_path / "p.zarr", version, style=style)
    (folder / "notes.txt").write_bytes(b"notes")
    (folder / "A/01/0/tables/rois/table.csv").write_bytes(b"a,b")
    ledger = ledger_of(counted(folder))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert ledger.objects == len(files)
    assert ledger.bytes == sum(path.stat().st_size for path in files)
    assert {line.kind for line in ledger.lines} == set(ObjectKind)
    assert ledger.changed_at is not None
    by_kind = {line.kind: (line.objects, line.bytes) for line in ledger.lines}
    # 10 fields of 2 channels, 16 x 16 pixels of 2 bytes, then 8 x 8.
    assert by_kind[ObjectKind.LARGEST] == (20, 20 * 512)
    assert by_kind[ObjectKind.SMALLER] == (20, 20 * 128)
    assert by_kind[ObjectKind.LABELS] == (20, 10 * (1024 + 256))
    assert by_kind[ObjectKind.TABLES] == (1, 3)
    assert by_kind[ObjectKind.OTHER] == (1, 5)


def test_packing_tells_types_codecs_and_shards(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", levels=1, style=Style(labels=("nuclei",)))
    rewrite(folder / "A/01/0/0", chunks=(1, 1, 8, 8), shards=(2, 1, 16, 16))
    lines = ledger_of(counted(folder)).packing
    told = {
        (line.kind, line.dtype, line.codecs, line.is_sharded): (line.arrays, line.objects)
        for line in lines
    }
    assert told == {
        (ObjectKind.LARGEST, "uint16", ("bytes",), False): (9, 18),
        (ObjectKind.LARGEST, "uint16", ("bytes", "zstd"), True): (1, 1),
        (ObjectKind.LABELS, "uint32", ("bytes",), False): (10, 10),
    }
    assert sum(line.declared_bytes for line in lines) == 10 * (1024 + 1024)


def test_arrays_of_many_objects_without_shards_are_named(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", levels=1, planes=4)
    rewrite(folder / "A/01/0/0", chunks=(1, 1, 4, 4), shards=(1, 1, 16, 16))
    counts = counted(folder)
    assert ledger_of(counts).crowded_arrays == 0
    ledger = ledger_of(counts, many=7)
    assert ledger.crowded_arrays == len(ledger.crowded) == 9
    assert "A/01/0/0" not in ledger.crowded
    assert len(ledger.crowded) <= MAX_NAMED


def test_storage_classes_are_told_apart() -> None:
    counts = ChunkCounts([])
    when = datetime(2026, 1, 1, tzinfo=UTC)
    counts.count(
        [
            ListedObject("zarr.json", 2, when, "STANDARD"),
            ListedObject("a", 3, when, "GLACIER"),
            ListedObject("b", 4, when, "GLACIER"),
        ]
    )
    ledger = ledger_of(counts)
    assert [(line.kind, line.storage_class, line.objects, line.bytes) for line in ledger.lines] == [
        (ObjectKind.OTHER, "GLACIER", 2, 7),
        (ObjectKind.METADATA, "STANDARD", 1, 2),
    ]
    assert ledger.changed_at == when


def test_an_empty_listing_makes_an_empty_ledger() -> None:
    ledger = ledger_of(ChunkCounts([]))
    assert (ledger.objects, ledger.bytes, ledger.lines, ledger.changed_at) == (0, 0, (), None)


def test_sparse_files_are_no_more_bytes_than_a_number_can_hold() -> None:
    counts = ChunkCounts(())
    counts.count(ListedObject(f"{number}", 2**63 - 1) for number in range(2))
    assert ledger_of(counts).bytes == 2**63 - 1
