"""Loading: the rows say what the store says, and what is the same is not written."""

import shutil
from pathlib import Path

import pytest

from catalog.models import Dataset, History
from plates.models import Field, Layout, Plate, Store, Well
from plates.omezarr.read import read_store
from plates.services.stores import store_at
from tests import factories, stores
from tests.plates.services.loaded import load, row_versions

pytestmark = pytest.mark.django_db


def plate_of(store: Store) -> Plate:
    assert store.plate is not None
    return store.plate


def test_loading_twice_writes_no_row(plate_folder: Path) -> None:
    store, first = load(plate_folder)
    before = row_versions()
    _, again = load(plate_folder, store)
    assert first.rows_written > 0
    assert again.rows_written == 0
    assert row_versions() == before


def test_a_store_is_loaded_anew_when_the_loader_is_another(
    plate_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = load(plate_folder)
    Well.objects.filter(label="B03").update(present=False)
    load(plate_folder, store)
    assert not Well.objects.get(label="B03").present
    monkeypatch.setattr("plates.services.load.EDITION", 2)
    load(plate_folder, store)
    assert Well.objects.get(label="B03").present


def test_row_and_column_come_from_the_names(tmp_path: Path) -> None:
    folder = stores.plate(
        tmp_path / "one.zarr",
        wells=["B/03"],
        plate_keys={
            "rows": [{"name": "B"}],
            "columns": [{"name": "03"}],
            "wells": [{"path": "B/03", "rowIndex": 0, "columnIndex": 0}],
        },
    )
    store, _ = load(folder)
    (well,) = plate_of(store).wells.all()
    assert (well.label, well.row, well.column) == ("B03", 1, 2)
    assert well.position == 1 * plate_of(store).columns + 2


def test_a_vanished_field_is_kept_and_marked(tmp_path: Path) -> None:
    store, _ = load(stores.plate(tmp_path / "p.zarr", wells=["A/1"], fields=2))
    shutil.rmtree(tmp_path / "p.zarr")
    _, loaded = load(stores.plate(tmp_path / "p.zarr", wells=["A/1"], fields=1), store)
    assert loaded.rows_written > 0
    assert list(store.fields.order_by("path").values_list("path", "present")) == [
        ("A/01/0", True),
        ("A/01/1", False),
    ]


def test_a_vanished_well_is_kept_and_marked_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "p.zarr"
    store, _ = load(stores.plate(folder, wells=["A/1", "A/2"]))
    shutil.rmtree(folder)
    load(stores.plate(folder, wells=["A/1"]), store)
    wells = plate_of(store).wells.order_by("label")
    assert list(wells.values_list("label", "present")) == [("A01", True), ("A02", False)]
    shutil.rmtree(folder)
    load(stores.plate(folder, wells=["A/1", "A/2"]), store)
    assert wells.filter(present=True).count() == 2


def test_a_well_that_another_store_of_the_plate_shows_stays_present(tmp_path: Path) -> None:
    first, _ = load(stores.plate(tmp_path / "a.zarr", wells=["A/1", "A/2"]))
    second = store_at(str(tmp_path / "b.zarr"), scope=1)[0]
    Store.objects.filter(pk=second.pk).update(plate=plate_of(first), kind="plate")
    second.refresh_from_db()
    load(stores.plate(tmp_path / "b.zarr", wells=["A/2"]), second)
    shutil.rmtree(tmp_path / "a.zarr")
    load(stores.plate(tmp_path / "a.zarr", wells=["A/1"]), first)
    wells = plate_of(first).wells.order_by("label")
    assert list(wells.values_list("label", "present")) == [("A01", True), ("A02", True)]


def test_a_plate_that_grows_renumbers_its_wells(tmp_path: Path) -> None:
    folder = tmp_path / "p.zarr"
    store, _ = load(stores.plate(folder, shape=96, wells=["B/2"]))
    shutil.rmtree(folder)
    load(stores.plate(folder, shape=384, wells=["B/2", "P/24"]), store)
    plate = plate_of(store)
    assert (plate.rows, plate.columns) == (16, 24)
    positions = dict(plate.wells.values_list("label", "position"))
    assert positions == {"B02": 25, "P24": 383}
    plate.carrier.refresh_from_db()
    assert plate.carrier.positions == 384


def test_wells_whose_names_are_no_grid_keep_their_path_and_stand_behind_the_grid(
    tmp_path: Path,
) -> None:
    folder = stores.plate(
        tmp_path / "odd.zarr",
        wells=["A/1"],
        plate_keys={
            "wells": [
                {"path": "A/1", "rowIndex": 0, "columnIndex": 0},
                {"path": "left/upper", "rowIndex": 0, "columnIndex": 1},
            ]
        },
    )
    store, _ = load(folder)
    stray = plate_of(store).wells.get(label="left/upper")
    assert (stray.row, stray.column, stray.present) == (None, None, False)
    assert stray.position == 96


def test_fields_that_look_alike_share_one_layout(tmp_path: Path) -> None:
    load(stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2", "A/3"], fields=4))
    assert Field.objects.count() == 12
    assert Layout.objects.count() == 1


def test_an_image_store_has_a_carrier_of_its_own(tmp_path: Path) -> None:
    store, _ = load(stores.image(tmp_path / "i.zarr"))
    assert store.carrier is not None
    assert store.carrier.positions == 1
    assert store.images.get().position == 0
    assert load(tmp_path / "i.zarr", store)[1].rows_written == 0


@pytest.mark.parametrize(
    ("faults", "missing", "verdict", "counted"),
    [
        ({}, [], "unchecked", (2, 0, 0)),
        ({}, ["A/2"], "incomplete", (1, 1, 0)),
        ({"A/2/0/0": stores.Fault.ABSENT}, [], "incomplete", (2, 0, 0)),
        ({"A/2": stores.Fault.TRUNCATED}, [], "invalid", (1, 1, 1)),
    ],
)
def test_the_verdict_says_what_reading_alone_can_say(
    tmp_path: Path,
    faults: dict[str, stores.Fault | bytes],
    missing: list[str],
    verdict: str,
    counted: tuple[int, int, int],
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], missing=missing, faults=faults)
    store, loaded = load(folder)
    assert store.verdict == verdict
    assert store.well_count == 2
    assert (store.field_count, loaded.missing, store.problem_count) == counted


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 5000, "日本語", "'; DROP TABLE"])
def test_hostile_names_are_loaded_or_cut_and_break_nothing(tmp_path: Path, text: str) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr",
        wells=["A/1"],
        channels=[text],
        acquisitions=[{"id": 0, "name": text, "description": text}],
        plate_keys={"name": text, "barcode": text},
    )
    try:
        read_store(str(folder))
    except Exception as error:  # noqa: BLE001 - a refusal is fine, a half-loaded plate is not
        assert type(error).__module__ == "plates.omezarr.errors"  # noqa: PT017
        return
    store, _ = load(folder)
    assert plate_of(store).wells.count() == 1


@pytest.mark.parametrize("number", [2**63, -(2**70), 1e300])
def test_absurd_numbers_break_nothing(tmp_path: Path, number: float) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr",
        wells=["A/1"],
        field_count=1,
        acquisitions=[{"id": 0, "maximumfieldcount": number, "starttime": number}],
        plate_keys={"acquisitions": [{"id": number}, {"id": 1, "maximumfieldcount": 2**40}]},
    )
    store, _ = load(folder)
    assert plate_of(store).wells.count() == 1


def test_a_harvest_leaves_an_audit_record(plate_folder: Path, open_dataset: Dataset) -> None:
    factories.harvested(str(plate_folder), into=open_dataset)
    verbs = list(History.objects.order_by("id").values_list("verb", "noun"))
    assert ("register", "store") in verbs
    assert ("harvest", "store") in verbs


def test_a_plate_may_grow_over_the_place_of_a_stray_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "p.zarr"
    wells = {"wells": [{"path": "A/1"}, {"path": "QC/one"}]}
    store, _ = load(stores.plate(folder, shape=96, wells=["A/1"], plate_keys=wells))
    assert plate_of(store).wells.get(label="QC/one").position == 96
    shutil.rmtree(folder)
    load(stores.plate(folder, shape=384, wells=["A/1", "E/1"]), store)
    assert dict(plate_of(store).wells.values_list("label", "position")) == {
        "A01": 0,
        "E01": 96,
        "QC/one": 384,
    }


def test_a_plate_that_became_an_image_leaves_its_wells_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "p.zarr"
    store, _ = load(stores.plate(folder, wells=["A/1"]))
    plate = plate_of(store)
    shutil.rmtree(folder)
    load(stores.image(folder), store)
    assert (store.kind, store.plate) == ("image", None)
    assert not plate.wells.filter(present=True).exists()
    assert not store.fields.filter(present=True).exists()
    plate.refresh_from_db()
    assert plate.vanished_at is not None
    shutil.rmtree(folder)
    load(stores.plate(folder, wells=["A/1"]), store)
    assert store.kind == "plate"
    assert not store.images.filter(present=True).exists()


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_at_the_end_of_the_calendar_is_none(tmp_path: Path, time: str) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr", wells=["A/1"], acquisitions=[{"id": 0, "starttime": time}]
    )
    store, _ = load(folder)
    assert store.acquisitions.get().started_at is None


def test_a_path_that_is_too_long_costs_that_well_and_no_other(tmp_path: Path) -> None:
    wells = {"wells": [{"path": "A/1"}, {"path": f"{'A' * 200}/{'B' * 200}"}]}
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], plate_keys=wells)
    store, _ = load(folder)
    assert plate_of(store).wells.count() == 1
    assert store.problem_count == 1


def test_a_stray_path_never_takes_the_label_of_a_well(tmp_path: Path) -> None:
    wells = {"wells": [{"path": "A/1"}, {"path": "A01"}, {"path": "A/001"}]}
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], plate_keys=wells)
    store, loaded = load(folder)
    assert plate_of(store).wells.count() == loaded.wells == store.well_count
    assert plate_of(store).wells.filter(label="A01").count() == 1
