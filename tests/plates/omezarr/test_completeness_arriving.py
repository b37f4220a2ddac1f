"""Whether a store is arriving: not whole yet, and written to lately."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plates.omezarr.completeness import completeness_of
from tests.plates.omezarr.counting import (
    EMPTY,
    MISSING,
    STRAY,
    assert_whole,
    completeness,
    counted,
    drop,
    plate,
    told,
)


def test_a_store_whose_chunks_still_come_is_arriving_with_its_share(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    gone = drop(folder, "B")
    (folder / "A/01/0/0/c/0/0/0/0").write_bytes(b"")
    (folder / "A/01/0/0/c/9").write_bytes(b"")
    found = completeness(folder, age=timedelta(minutes=5))
    assert found.is_arriving
    assert found.share.missing == gone + 1
    # What is missing may still come; what is astray will not go away.
    assert [rule for rule, _, _ in told(found)] == [STRAY]
    assert {rule for rule, _, _ in told(completeness(folder))} == {STRAY, EMPTY, MISSING}


def test_a_store_whose_wells_still_come_is_arriving(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr", missing=["A/02"])
    assert completeness(folder, age=timedelta(minutes=5)).is_arriving
    assert not completeness(folder).is_arriving


@pytest.mark.parametrize(
    ("age", "arriving"),
    [
        (timedelta(minutes=29), True),
        (timedelta(minutes=31), False),
        (timedelta(minutes=-5), True),
        (timedelta(days=-365), False),
    ],
)
def test_arriving_is_a_matter_of_age(tmp_path: Path, age: timedelta, *, arriving: bool) -> None:
    folder = plate(tmp_path / "p.zarr")
    drop(folder, "A/01")
    assert completeness(folder, age=age).is_arriving is arriving


def test_a_whole_store_is_never_arriving(tmp_path: Path) -> None:
    assert_whole(completeness(plate(tmp_path / "p.zarr"), age=timedelta(0)))


def test_without_any_time_nothing_is_arriving(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    drop(folder, "A/01")
    counts = counted(folder)
    counts.changed_at = None
    found = completeness_of(counts, version="0.5", now=datetime.now(UTC))
    assert not found.is_arriving
    assert [node for _, node, _ in told(found)] == ["A/01"]
