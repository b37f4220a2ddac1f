"""Inventories in Parquet: any types and names of columns, and any damage."""

import io
from contextlib import suppress
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.objects import ListedObject
from tests.plates.omezarr.inventories_written import (
    ETAG,
    MOMENT,
    manifest,
    read,
    read_files,
    s3_parquet,
)


def test_an_inventory_in_parquet_is_read_over_all_its_files() -> None:
    keys = [f"p.zarr/{number} +%41/c" for number in range(10)]
    flags: list[object] = [number != 3 for number in range(10)]
    parts = {
        "d/1.parquet": s3_parquet(keys, columns={"is_latest": flags}),
        "d/2.parquet": s3_parquet(["x"]),
    }
    inventory = read_files(manifest(parts, "Parquet", "message s3.inventory {}"))
    first, *_, last = inventory
    assert first == ListedObject(keys[0], 7, MOMENT, "", ETAG)
    assert (last.path, inventory.outdated, inventory.objects) == ("x", 1, 10)


def test_a_size_that_no_storage_has_is_told_of_parquet_too() -> None:
    sizes = pa.array([2**64 - 1, 2**63 - 1], pa.uint64())
    inventory = read(s3_parquet(["a", "b"], columns={"size": sizes}))
    assert [(one.path, one.size) for one in inventory] == [("b", 2**63 - 1)]
    assert [one.row for one in inventory.problems] == [1]


def test_a_column_that_is_there_twice_is_refused() -> None:
    table = pa.table([["b"], ["k"], ["z"]], names=["bucket", "key", "key"])
    file = io.BytesIO()
    parquet.write_table(table, file)
    with pytest.raises(InventoryMalformed, match="two columns of one name"):
        list(read(file.getvalue()))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_moment_in_parquet_is_in_utc_whatever_its_unit(unit: str) -> None:
    (one,) = read(s3_parquet(["a"], unit))
    assert one.changed_at == MOMENT


def test_parquet_of_other_makers_is_read_by_the_names_of_its_columns() -> None:
    columns: dict[str, list[object]] = {"size": [None, -1, 3], "last_modified_date": [0, 0, 1000]}
    inventory = read(s3_parquet(["a", "b", "c"], columns=columns))
    assert list(inventory) == [
        ListedObject("c", 3, datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC), "", ETAG)
    ]
    assert [one.row for one in inventory.problems] == [1, 2]


@settings(deadline=None)
@given(st.data())
def test_nothing_but_the_refusal_comes_of_damaged_parquet(data: st.DataObject) -> None:
    content = bytearray(s3_parquet(["a", "b", "c", "d"]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InventoryMalformed):
        list(read(bytes(content)))


def test_no_damage_of_a_parquet_footer_ends_the_process() -> None:
    sound = s3_parquet(["a", "b", "c", "d"])
    length = int.from_bytes(sound[-8:-4], "little")
    for at in range(len(sound) - 8 - length, len(sound)):
        for change in (1, 2, 255):
            content = bytearray(sound)
            content[at] = (content[at] + change) % 256
            with suppress(InventoryMalformed):
                list(read(bytes(content)))
