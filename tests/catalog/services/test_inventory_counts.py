"""Counting by an inventory: the same as by listing, whatever its order, in bounded memory."""

import gzip
import io
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import InventoryUnfit
from catalog.models import Dataset, History, Source
from catalog.services import inventory_counts
from catalog.services.grounds import Ground, Runs, ground_of_dataset, ground_of_source
from catalog.services.inventory_counts import InventoryOutcome, count_by_inventory
from plates.models import Count, Store
from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventories import Inventory, read_inventory
from plates.omezarr.objects import ListedObject
from tests import factories
from tests.catalog.services.counted import age, counted, findings
from tests.plates.omezarr.counting import drop, plate

pytestmark = pytest.mark.django_db
NAMES = ("a", "b", "deep/c", "d")
COLUMNS = (
    "is_whole",
    "is_arriving",
    "declared",
    "present",
    "bytes",
    "declared_bytes",
    "uncounted",
    "shares",
    "stored_objects",
    "stored_bytes",
    "arrays",
    "unsharded_arrays",
    "crowded_arrays",
    "changed_at",
    "ledger",
    "digest",
)


@pytest.fixture
def folder(tmp_path: Path, open_dataset: Dataset) -> Path:
    """Four plates, harvested, two of them not whole."""
    folder = tmp_path / "in"
    for name in NAMES:
        age(plate(folder / f"{name}.zarr", wells=["A/1", "A/2", "B/1"], name=name))
    drop(folder, "b.zarr/B/01")
    drop(folder, "d.zarr/A/02/1/0")
    source = Source.objects.create(name="lab", url=str(folder), default_dataset=open_dataset)
    for name in NAMES:
        factories.harvested(str(folder / f"{name}.zarr"), into=open_dataset, source=source)
    return folder


def lines_of(folder: Path) -> list[str]:
    """What find -printf tells, sorted."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [f"{path.stat().st_size}\t{path.stat().st_mtime:.6f}\t{path}" for path in files]


def inventory_of(lines: list[str], ground: Ground) -> Inventory:
    content = "\n".join(lines).encode()
    return read_inventory(lambda _: io.BytesIO(content), "list.txt", root=ground.root)


def count(lines: list[str], ground: Ground | None = None, **told: Any) -> InventoryOutcome:
    ground = ground or ground_of_source(Source.objects.get())
    known: dict[str, Any] = {"taken_at": datetime.now(UTC)}
    return count_by_inventory(
        ground=ground, inventory=inventory_of(lines, ground), **{**known, **told}
    )


def counts_by_name() -> dict[str, dict[str, object]]:
    return {row.store.name: {name: getattr(row, name) for name in COLUMNS} for row in rows()}


def rows() -> list[Count]:
    return list(Count.objects.select_related("store").order_by("store"))


def by_listing() -> dict[str, dict[str, object]]:
    """What a listing of each store comes to: the oracle."""
    for store in Store.objects.all():
        counted(store)
    told = counts_by_name()
    Count.objects.all().delete()
    return told


def sorted_lines(lines: list[str]) -> list[str]:
    return lines


def shuffled(lines: list[str]) -> list[str]:
    return random.Random(7).sample(lines, len(lines))


def interleaved(lines: list[str]) -> list[str]:
    return lines[::2] + lines[1::2]


@pytest.mark.parametrize("most", [500_000, 40, 1])
@pytest.mark.parametrize("order", [sorted_lines, shuffled, interleaved])
def test_an_inventory_in_any_order_comes_to_the_same_as_listing(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    order: Callable[[list[str]], list[str]],
    most: int,
) -> None:
    expected = by_listing()
    monkeypatch.setattr(inventory_counts, "MAX_ARRAYS", most)
    outcome = count(order(lines_of(folder)))
    assert (outcome.counted, outcome.whole) == (4, 2)
    assert (outcome.absent, outcome.outdated) == ([], [])
    assert counts_by_name() == expected
    assert {row.origin for row in rows()} == {"inventory"}
    assert findings(Store.objects.get(name="b")) == {"STORE-CHUNKS-MISSING": ["B/01"]}


@pytest.mark.parametrize(("most", "passes"), [(500_000, 1), (1, 2)])
def test_a_sorted_inventory_is_gone_through_once_or_twice_and_one_store_is_held(
    folder: Path, monkeypatch: pytest.MonkeyPatch, most: int, passes: int
) -> None:
    monkeypatch.setattr(inventory_counts, "MAX_ARRAYS", most)
    ground = ground_of_source(Source.objects.get())
    content = "\n".join(lines_of(folder)).encode()
    opened = []

    def open_part(name: str) -> io.BytesIO:
        opened.append(name)
        return io.BytesIO(content)

    inventory = read_inventory(open_part, "list.txt", root=ground.root)
    before = len(opened)
    assert list(inventory)
    once = len(opened) - before
    count_by_inventory(ground=ground, inventory=inventory, taken_at=datetime.now(UTC))
    assert len(opened) - before == once * (1 + passes)


def test_of_a_dataset_the_stores_lie_below_their_common_folder(folder: Path) -> None:
    ground = ground_of_dataset(Dataset.objects.get())
    assert ground.root.shown == str(folder)
    assert sorted(ground.stores) == sorted(f"{name}.zarr" for name in NAMES)
    assert count(lines_of(folder), ground).counted == 4


def test_a_dataset_in_two_storages_is_refused(folder: Path) -> None:
    Store.objects.filter(name="a").get().locations.update(url="s3://bucket/a.zarr")
    with pytest.raises(InventoryUnfit, match="Name a source"):
        ground_of_dataset(Dataset.objects.get())
    assert sorted(ground_of_source(Source.objects.get()).stores) == [
        "b.zarr",
        "d.zarr",
        "deep/c.zarr",
    ]


def test_of_stores_that_it_does_not_name_nothing_is_said(folder: Path) -> None:
    outcome = count([line for line in lines_of(folder) if "/b.zarr/" not in line])
    assert outcome.absent == [f"{folder}/b.zarr"]
    assert {row.store.name for row in rows()} == {"a", "c", "d"}


def test_it_says_how_things_stood_when_it_was_made(folder: Path) -> None:
    newer = counted(Store.objects.get(name="a"))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    outcome = count(lines_of(folder), taken_at=yesterday + timedelta(minutes=5))
    assert outcome.outdated == [f"{folder}/a.zarr"]
    assert outcome.counted == 3
    assert Count.objects.get(store__name="a").counted_at == newer.counted_at
    # Five minutes before it was made their files were young.
    assert Count.objects.get(store__name="b").is_arriving


def test_of_some_stores_nothing_is_counted_that_lies_in_another_within(
    folder: Path, open_dataset: Dataset
) -> None:
    outer = Store.objects.get(name="a")
    whole = count(lines_of(folder))
    before = Count.objects.get(store=outer).stored_objects
    assert whole.counted == 4
    inner = age(plate(folder / "a.zarr" / "inner.zarr", name="inner"))
    factories.harvested(str(inner), into=open_dataset, source=Source.objects.get())
    outcome = count(lines_of(folder), among=frozenset({outer.pk}))
    assert (outcome.counted, outcome.absent) == (1, [])
    assert Count.objects.get(store=outer).stored_objects == before
    assert not Count.objects.filter(store__name="inner").exists()


def test_without_sizes_it_is_refused(folder: Path) -> None:
    with pytest.raises(InventoryUnfit, match="no sizes"):
        count([line.split("\t")[2] for line in lines_of(folder)])


def test_of_another_storage_it_is_refused(folder: Path) -> None:
    with pytest.raises(InventoryUnfit, match="no object below"):
        count([line.replace(str(folder), "/elsewhere") for line in lines_of(folder)])
    assert not Count.objects.exists()


@pytest.mark.parametrize("most", [500_000, 1])
def test_one_that_breaks_off_writes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(inventory_counts, "MAX_ARRAYS", most)
    ground = ground_of_source(Source.objects.get())
    lines = [*lines_of(folder), *(f"1\t1.0\t/elsewhere/{number}" for number in range(20_000))]
    packed = gzip.compress("\n".join(lines).encode())[:-100]
    whole = read_inventory(lambda _: io.BytesIO(packed), "list.txt.gz", root=ground.root)
    with pytest.raises(InventoryMalformed):
        count_by_inventory(ground=ground, inventory=whole, taken_at=datetime.now(UTC))
    assert not Count.objects.exists()


def test_a_count_by_an_inventory_is_recorded(folder: Path) -> None:
    count(lines_of(folder))
    assert History.objects.filter(verb="count", by=None).count() == 4


def test_an_object_belongs_to_the_innermost_store() -> None:
    objects = [
        ListedObject(path, 1)
        for path in ("x", "a/1", "a/b/1", "a/2", "a/b/c/2", "ab/1", "a/b2/1", "z/q/1")
    ]
    found = [
        (store, [one.path for one in run]) for store, run in Runs({"a", "a/b", "z"}).of(objects)
    ]
    assert found == [
        ("a", ["1"]),
        ("a/b", ["1"]),
        ("a", ["2"]),
        ("a/b", ["c/2"]),
        ("a", ["b2/1"]),
        ("z", ["q/1"]),
    ]
    assert [(store, len(list(run))) for store, run in Runs({""}).of(objects)] == [("", 8)]
