"""Differences: a load tells what changed, no more and no less, whatever stood there before."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plates.differences import LONGEST_VALUE, MOST_CHARACTERS, Differences
from plates.models import Store
from plates.omezarr.snapshots import FieldSnapshot, PlateSnapshot, StoreSnapshot, WellSnapshot
from plates.services.layouts import ensure_layouts
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests.plates.services.differences_oracle import Oracle
from tests.snapshots import address_of, layout, snapshot, snapshots

pytestmark = pytest.mark.django_db
numbers = count()


def fresh() -> Store:
    return store_at(f"/compared/{next(numbers)}", scope=1)[0]


def load(store: Store, seen: StoreSnapshot) -> Differences | None:
    loaded = load_snapshot(store, seen, layouts=ensure_layouts(seen))
    return loaded.written.differences if loaded.written else None


def comparable(found: Differences | None) -> dict[str, Any]:
    """What is told, in the form of the oracle."""
    told: dict[str, Any] = {} if found is None else found.told()
    for noun in ("wells", "fields", "images"):
        for became, names in told.get(noun, {}).items():
            assert names["total"] == len(names["first"]) == len(set(names["first"]))
            told[noun][became] = set(names["first"])
    for noun in ("labels", "tables"):
        for became, those in told.get(noun, {}).items():
            told[noun][became] = {one["name"]: one["fields"] for one in those}
    for became, runs in told.get("acquisitions", {}).items():
        told["acquisitions"][became] = {run["number"] for run in runs}
    for apart in ("counts", "store", "plate", "layouts"):
        told.pop(apart, None)
    return told


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(several=st.lists(snapshots, min_size=2, max_size=4))
def test_differences_are_those_between_what_stood_there_and_what_was_seen(
    several: list[StoreSnapshot],
) -> None:
    store, oracle = fresh(), Oracle()
    first = load(store, several[0])
    assert first is not None
    assert set(first.told()) == {"counts"}
    oracle.told(several[0])
    for seen in several[1:]:
        assert comparable(load(store, seen)) == oracle.told(seen)
        assert load(store, seen) is None


def plate(*wells: WellSnapshot, barcode: str = "") -> StoreSnapshot:
    return snapshot(PlateSnapshot("p", barcode, ("A",), ("1",), None, (), wells))


def well(path: str, *fields: FieldSnapshot) -> WellSnapshot:
    row, column = path.split("/")
    return WellSnapshot(path, row, column, address_of(path), present=True, fields=fields)


def of_channels(*labels: str) -> WellSnapshot:
    shown = layout(channels=labels)
    return well("A/1", *(FieldSnapshot(f"A/1/{n}", None, True, shown) for n in range(3)))  # noqa: FBT003


def test_a_key_of_the_layout_is_told_with_both_values_and_the_number_of_fields() -> None:
    store = fresh()
    load(store, plate(of_channels("DAPI")))
    found = load(store, plate(of_channels("DAPI", "GFP")))
    assert found is not None
    keys = {change.key: change for change in found.layouts}
    assert set(keys) == {"channels", "shape", "level_shapes"}
    assert (keys["shape"].before, keys["shape"].after, keys["shape"].fields) == (
        [1, 16, 16],
        [2, 16, 16],
        3,
    )


def test_the_plate_and_the_store_tell_their_keys_and_counts() -> None:
    store = fresh()
    load(store, plate(well("A/1")))
    found = load(store, plate(well("A/1"), well("P/24"), barcode="BC"))
    assert found is not None
    told = {change.key: (change.before, change.after) for change in found.plate}
    assert told["barcode"] == ("", "BC")
    assert told["rows"] == (2, 16)
    assert [change.key for change in found.store] == ["digest"]
    assert (found.counts["wells"].before, found.counts["wells"].after) == (1, 2)


def test_a_well_that_another_store_of_the_plate_shows_has_not_vanished() -> None:
    store, other = fresh(), fresh()
    here = FieldSnapshot("A/1/0", None, present=True)
    load(store, plate(well("A/1", here), well("A/2")))
    store.refresh_from_db()
    Store.objects.filter(pk=other.pk).update(plate=store.plate, kind="plate")
    other.refresh_from_db()
    load(other, plate(well("A/2", FieldSnapshot("A/2/0", None, present=True))))
    found = load(store, plate(well("A/1", here)))
    assert found is not None
    assert found.wells is None


def test_of_thousands_of_long_names_the_first_are_told_and_all_counted() -> None:
    store = fresh()
    load(store, plate(well("A/1")))
    many = [FieldSnapshot(f"A/1/{'f' * 90}{n:04}", None, present=True) for n in range(1000)]
    found = load(store, plate(well("A/1", *many)))
    assert found is not None
    assert found.fields is not None
    assert found.fields.added is not None
    assert found.fields.added.total == 1000
    assert found.fields.added.first[0].endswith("0000")
    assert sum(map(len, found.fields.added.first)) <= MOST_CHARACTERS


def test_a_long_value_is_cut() -> None:
    store = fresh()
    load(store, plate(of_channels("DAPI")))
    found = load(store, plate(of_channels("x" * 9000)))
    assert found is not None
    (change,) = found.layouts
    assert isinstance(change.after, str)
    assert len(change.after) == LONGEST_VALUE + 1
