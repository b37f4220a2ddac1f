from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from catalog.demo import write
from catalog.demo.design import DOSE_OF_COLUMN, Role, treatment_of
from catalog.demo.faults import FAULTS
from catalog.demo.plates import Plan, path_of, write_plate
from catalog.demo.screens import DOSE_RESPONSE, SCREEN
from catalog.demo.section import write_section
from catalog.demo.write import MARKER, DemoStore, write_demo
from plates.addresses import PlateShape, WellAddress
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import PlateSnapshot

DOSE, SCREENED, FAULTY, SECTION = range(4)
MOST_BYTES = 60_000_000
DARK = 100
NUCLEUS = 250


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[DemoStore]:
    return write_demo(tmp_path_factory.mktemp("demo"))


def files_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder), path.read_bytes()


def plate_at(store: DemoStore) -> PlateSnapshot:
    plate = read_store(str(store.path)).plate
    assert plate is not None
    return plate


def pixels_at(store: DemoStore, path: str) -> NDArray[np.uint16]:
    array = zarr.open_array(store.path / path, mode="r")
    return np.asarray(array[...], dtype=np.uint16)


@pytest.mark.parametrize("plan", [DOSE_RESPONSE, SCREEN], ids=["dose response", "screen"])
def test_a_plate_is_written_the_same_each_time(plan: Plan, tmp_path: Path) -> None:
    few = replace(plan, wells=plan.wells[5:100:30])
    for name in ("first", "second"):
        write_plate(tmp_path / name, few)
    assert list(files_of(tmp_path / "first")) == list(files_of(tmp_path / "second"))


def test_the_section_is_written_the_same_each_time(demo: list[DemoStore], tmp_path: Path) -> None:
    write_section(tmp_path)
    assert list(files_of(tmp_path)) == list(files_of(demo[SECTION].path))


def test_every_pixel_of_the_section_was_exposed(demo: list[DemoStore]) -> None:
    for level in ("0", "1", "2"):
        assert pixels_at(demo[SECTION], level).min() > 0, "a chunk at an edge is missing"


def test_the_demo_is_small(demo: list[DemoStore]) -> None:
    assert sum(len(content) for store in demo for _, content in files_of(store.path)) < MOST_BYTES


def test_a_finished_demo_is_left_alone(demo: list[DemoStore]) -> None:
    folder = demo[0].path.parent
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert write_demo(folder) == demo
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_an_interrupted_run_left_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left = tmp_path / "faulty-96.ome.zarr"
    aside = tmp_path / "faulty-96.ome.zarr.unfinished"
    for folder in (left, aside):
        folder.mkdir()
        (folder / "half").touch()
    (tmp_path / "mine.txt").touch()
    (tmp_path / MARKER).write_text("0")
    recipes = [recipe for recipe in write._RECIPES if recipe.name == left.name]
    monkeypatch.setattr(write, "_RECIPES", recipes)
    write_demo(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MARKER, left.name, "mine.txt"]
    assert not (left / "half").exists()


@pytest.mark.parametrize(
    ("store", "version", "wells", "fields", "acquisitions"),
    [(DOSE, "0.5", 96, 192, ["24 h", "48 h"]), (SCREENED, "0.4", 384, 384, [])],
    ids=["dose response", "screen"],
)
def test_a_good_plate_is_whole(
    demo: list[DemoStore],
    store: int,
    version: str,
    wells: int,
    fields: int,
    acquisitions: list[str],
) -> None:
    snapshot = read_store(str(demo[store].path))
    plate = plate_at(demo[store])
    taken = [field for well in plate.wells for field in well.fields]
    assert (snapshot.version, snapshot.problems) == (version, ())
    assert (len(plate.wells), len(taken)) == (wells, fields)
    assert all(field.layout is not None and field.layout.is_whole for field in taken)
    assert [run.name for run in plate.acquisitions] == acquisitions


def test_fields_of_a_well_lie_side_by_side(demo: list[DemoStore]) -> None:
    for well in plate_at(demo[DOSE]).wells:
        (_, top, left), (_, same_top, right) = (field.translation or () for field in well.fields)
        assert top == same_top
        assert right - left > 224 * DOSE_RESPONSE.pixel_um


def test_the_faulty_plate_has_its_faults_and_no_others(demo: list[DemoStore]) -> None:
    wells = plate_at(demo[FAULTY]).wells
    fields = [field for well in wells for field in well.fields]
    assert [well.path for well in wells if not well.present] == [FAULTS.absent_well]
    assert [field.path for field in fields if not field.present] == [
        FAULTS.absent_field,
        *[field.path for field in fields if f"{field.path}/zarr.json" == FAULTS.cut_document],
    ]
    gaps = [field.path for field in fields if field.layout and not field.layout.is_whole]
    assert gaps == [FAULTS.absent_array.rpartition("/")[0]]


def test_every_level_is_half_of_the_one_before(demo: list[DemoStore]) -> None:
    for store, path, levels in ((DOSE, "C/07/1/", 3), (FAULTY, "B/02/0/", 2), (SECTION, "", 3)):
        sizes = [pixels_at(demo[store], f"{path}{level}").shape[-1] for level in range(levels)]
        assert sizes == [sizes[0] >> level for level in range(levels)]


def test_labels_number_the_nuclei_that_are_seen(demo: list[DemoStore]) -> None:
    labels = pixels_at(demo[SECTION], "labels/nuclei/0")
    dna = pixels_at(demo[SECTION], "0")[0]
    assert labels.shape == dna.shape
    assert len(np.unique(labels)) > 500
    assert dna[labels > 0].mean() > 3 * dna[labels == 0].mean()


def share_of_nuclei(field: NDArray[np.uint16]) -> float:
    return float((field[0] > NUCLEUS).mean())


def reporter_of_nuclei(field: NDArray[np.uint16]) -> float:
    return float(field[1][field[0] > NUCLEUS].mean()) - DARK


@pytest.mark.parametrize("rows", [(0, 1), (2, 3), (4, 5), (6, 7)])
def test_along_the_columns_cells_die_and_the_reporter_wakes(
    demo: list[DemoStore], rows: tuple[int, int]
) -> None:
    cells, reporter = [], []
    for column in DOSE_OF_COLUMN:
        fields = [pixels_at(demo[DOSE], f"{path_of(WellAddress(row, column))}/1/0") for row in rows]
        cells.append(np.mean([share_of_nuclei(field) for field in fields]))
        reporter.append(np.mean([reporter_of_nuclei(field) for field in fields]))
    doses = np.arange(len(cells))
    assert np.corrcoef(doses, cells)[0, 1] < -0.7
    assert np.corrcoef(doses, reporter)[0, 1] > 0.8
    assert reporter[-1] > 3 * reporter[0]


def test_controls_differ_and_the_empty_well_is_empty(demo: list[DemoStore]) -> None:
    wells = [WellAddress(row, column) for row in range(8) for column in (0, 11)]
    seen: dict[Role, list[float]] = {}
    for well in wells:
        field = pixels_at(demo[DOSE], f"{path_of(well)}/1/0")
        seen.setdefault(treatment_of(well).role, []).append(share_of_nuclei(field))
    assert min(seen[Role.NEGATIVE]) > max(seen[Role.POSITIVE]) > 0
    assert seen[Role.EMPTY] == [0]


def test_every_well_of_the_plate_has_a_treatment() -> None:
    shape = PlateShape.standard(96)
    roles = [treatment_of(shape.address(position)).role for position in range(shape.size)]
    counts = [roles.count(role) for role in Role]
    assert counts == [80, 8, 7, 1]
