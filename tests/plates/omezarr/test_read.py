import gc
import hashlib
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from plates.omezarr import drivers, parsing, visit_plate, walk
from plates.omezarr.depth import Depth
from plates.omezarr.documents import Table
from plates.omezarr.errors import (
    DocumentMalformed,
    DocumentTooLarge,
    NotOmeZarr,
    ReadCancelled,
    StoreForbidden,
    StoreNotFound,
    UnsupportedScheme,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import FieldSnapshot, PlateSnapshot, StoreSnapshot, WellSnapshot
from tests import servers, stores
from tests.stores import Fault, Style, Version

both_versions = pytest.mark.parametrize("version", ["0.4", "0.5"])


def plate_of(snapshot: StoreSnapshot) -> PlateSnapshot:
    assert snapshot.plate is not None
    return snapshot.plate


def wells_of(snapshot: StoreSnapshot) -> dict[str, WellSnapshot]:
    return {well.label: well for well in plate_of(snapshot).wells}


def first_field(snapshot: StoreSnapshot) -> FieldSnapshot:
    return plate_of(snapshot).wells[0].fields[0]


@both_versions
def test_a_plate_is_read_whole(tmp_path: Path, version: Version) -> None:
    folder = stores.plate(
        tmp_path / "BR1.ome.zarr",
        version=version,
        wells=["B03", "C04", "H12"],
        fields=4,
        levels=3,
        size=(64, 32),
        name="Screen 1",
        barcode="X7",
        acquisitions=[{"id": 5, "name": "first"}, {"id": 9}],
        style=Style(labels=("nuclei", "cells"), tables=("rois",)),
    )
    snapshot = read_store(str(folder))
    plate = plate_of(snapshot)
    assert (snapshot.kind, snapshot.version, snapshot.name) == ("plate", version, "BR1")
    assert snapshot.zarr_format == {"0.4": 2, "0.5": 3}[version]
    assert snapshot.url == str(folder)
    assert snapshot.problems == ()
    assert (plate.name, plate.barcode, len(plate.rows), plate.columns[0]) == (
        "Screen 1",
        "X7",
        8,
        "01",
    )
    assert [run.number for run in plate.acquisitions] == [5, 9]
    assert [well.label for well in plate.wells] == ["B03", "C04", "H12"]
    assert [well.path for well in plate.wells] == ["B/03", "C/04", "H/12"]
    assert all(well.present and len(well.fields) == 4 for well in plate.wells)
    field = plate.wells[1].fields[3]
    assert (field.path, field.acquisition, field.present) == ("C/04/3", 9, True)
    assert field.translation == (0.0, 0.0, 64.0, 0.0)
    layout = field.layout
    assert layout is not None
    assert layout.shape == (2, 1, 64, 32)
    assert (layout.dtype, layout.levels, layout.is_whole) == ("uint16", 3, True)
    assert layout.level_shapes[2] == (2, 1, 16, 8)
    assert (layout.pixel_size.x, layout.pixel_size.z, layout.pixel_size.unit) == (
        0.5,
        2.0,
        "micrometer",
    )
    assert [channel.label for channel in layout.channels] == ["DAPI", "GFP"]
    assert (layout.labels, layout.tables) == (
        ("nuclei", "cells"),
        (Table("rois", "roi_table"),),
    )
    assert len({id(field.layout) for well in plate.wells for field in well.fields}) == 1


@both_versions
def test_an_image_is_read_whole(tmp_path: Path, version: Version) -> None:
    style = Style(labels=("nuclei",), axes="tzyx")
    folder = stores.image(tmp_path / "i.zarr", version=version, name="cells", style=style)
    snapshot = read_store(str(folder))
    assert (snapshot.kind, snapshot.plate, snapshot.name) == ("image", None, "i")
    (image,) = snapshot.images
    assert (image.path, image.name, image.present) == ("", "cells", True)
    assert image.layout is not None
    assert image.layout.labels == ("nuclei",)
    assert [axis.name for axis in image.layout.axes] == ["t", "z", "y", "x"]


@both_versions
def test_every_document_that_is_needed_is_read_once(
    tmp_path: Path, version: Version, opened: list[str]
) -> None:
    folder = stores.plate(
        tmp_path, version=version, wells=["A01", "B02"], fields=2, style=Style(row_groups=False)
    )
    snapshot = read_store(str(folder))
    written = stores.documents(folder)
    assert sorted(opened) == sorted(f"{folder}/{path}" for path in written)
    assert snapshot.documents == len(written)
    lines = [f"{path}\0{hashlib.sha256(written[path]).hexdigest()}\n" for path in sorted(written)]
    assert snapshot.digest == hashlib.sha256("".join(lines).encode()).hexdigest()


@both_versions
def test_tables_beside_the_first_field_of_a_well_are_looked_for_beside_all(
    tmp_path: Path, version: Version
) -> None:
    style = Style(tables=("rois",))
    folder = stores.plate(tmp_path, version=version, wells=["A01", "B02"], fields=3, style=style)
    tables = [
        field.layout.tables if field.layout else ()
        for well in plate_of(read_store(str(folder))).wells
        for field in well.fields
    ]
    assert tables == [(Table("rois", "roi_table"),)] * 6


def test_a_well_whose_first_field_has_no_tables_is_not_asked_for_more(tmp_path: Path) -> None:
    stores.plate(tmp_path / "p.zarr", wells=["A01", "B02"], fields=3)
    with servers.http_server(tmp_path) as web:
        read_store(f"{web.url}/p.zarr")
        asked = [path for path in web.behaviour.requests if "/tables/" in path]
    assert sorted(asked) == [f"p.zarr/{well}/0/tables/zarr.json" for well in ("A/01", "B/02")]


@pytest.mark.parametrize(
    ("depth", "documents", "fields"), [(1, 1, 0), (2, 3, 4), (3, 7, 4), (4, 15, 4), (5, 31, 4)]
)
def test_a_depth_bounds_what_is_read(
    tmp_path: Path, depth: int, documents: int, fields: int
) -> None:
    style = Style(labels=("nuclei",))
    folder = stores.plate(tmp_path, wells=["A01", "A02"], fields=2, style=style)
    snapshot = read_store(str(folder), depth=Depth(depth))
    assert snapshot.documents == documents
    assert sum(len(well.fields) for well in plate_of(snapshot).wells) == fields
    assert len(plate_of(snapshot).wells) == 2


def test_the_digest_changes_with_any_document(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, wells=["A01"])
    before = read_store(str(folder)).digest
    assert read_store(str(folder)).digest == before
    document = folder / "A/01/0/1/zarr.json"
    document.write_bytes(document.read_bytes() + b" ")
    assert read_store(str(folder)).digest != before


@both_versions
@pytest.mark.parametrize(
    "style",
    [
        Style(versions=False),
        Style(row_groups=False),
        Style(indices=False),
        Style(integer_levels=True),
        Style(level_names=("s0", "s1")),
        Style(upper_case_axes=True),
        Style(short_scale=True),
        Style(integer_scale=True),
        Style(window_texts=True),
        Style(two_multiscales=True),
        Style(omero=False),
        Style(omero_channels=1),
        Style(not_a_number=True),
        Style(byte_order_mark=True),
        Style(big_endian=True),
        Style(sharded=True),
        Style(ome_key=False),
        Style(translations=False, units=False),
        Style(extra={"_creator": {"notes": None}, "bioformats2raw.layout": 3}),
        Style(field_names=("0_mip", "field 1")),
        Style(acquisition_of_field=False),
        Style(indent=2),
    ],
    ids=repr,
)
def test_dialects_of_real_writers_are_understood(
    tmp_path: Path, version: Version, style: Style
) -> None:
    folder = stores.plate(tmp_path, version=version, wells=["B03"], fields=2, style=style)
    snapshot = read_store(str(folder))
    well = wells_of(snapshot)["B03"]
    assert snapshot.problems == ()
    assert snapshot.version == version
    assert [field.present for field in well.fields] == [True, True]
    layout = first_field(snapshot).layout
    assert layout is not None
    assert layout.is_whole
    assert [axis.name for axis in layout.axes] == ["c", "z", "y", "x"]
    assert (layout.shape, layout.dtype, len(layout.channels)) == ((2, 1, 16, 16), "uint16", 2)
    assert layout.pixel_size.x == (1.0 if style.integer_scale else 0.5)
    if style.omero and style.omero_channels is None:
        assert layout.channels[0].window_end == 4000.5


@pytest.mark.parametrize(
    ("style", "path"),
    [
        (Style(pad_columns=1), "B/3"),
        (Style(numbered_rows=True), "2/03"),
        (Style(pad_columns=3), "B/003"),
    ],
)
def test_names_of_wells_may_be_spelt_in_many_ways(tmp_path: Path, style: Style, path: str) -> None:
    snapshot = read_store(str(stores.plate(tmp_path, wells=["B03"], style=style)))
    assert wells_of(snapshot)["B03"].path == path


def test_names_count_and_not_indices(tmp_path: Path) -> None:
    wells = [{"path": "B/03", "rowIndex": 0, "columnIndex": 0}]
    folder = stores.plate(tmp_path, wells=["B03"], plate_keys={"wells": wells})
    address = wells_of(read_store(str(folder)))["B03"].address
    assert address is not None
    assert (address.row, address.column) == (1, 2)


@pytest.mark.parametrize("paths", [["0/0", "1/1"], ["left/top", "left/bottom"], ["well7"]])
def test_names_that_are_no_grid_keep_their_path_as_label(tmp_path: Path, paths: list[str]) -> None:
    folder = stores.plate(tmp_path, wells=paths)
    plate = plate_of(read_store(str(folder)))
    assert [well.label for well in plate.wells] == paths
    assert all(well.address is None and well.present for well in plate.wells)


def test_two_wells_never_have_one_address(tmp_path: Path) -> None:
    listed = [{"path": "B/03"}, {"path": "B/3"}, {"path": "b/03"}]
    folder = stores.plate(tmp_path, wells=["B03"], plate_keys={"wells": listed})
    snapshot = read_store(str(folder))
    assert [well.label for well in plate_of(snapshot).wells] == [
        "B03",
        "B/3 (as written)",
        "b/03 (as written)",
    ]
    assert {problem.node for problem in snapshot.problems} == {"B/3", "b/03"}


@both_versions
def test_what_is_listed_and_absent_is_recorded_as_missing(tmp_path: Path, version: Version) -> None:
    folder = stores.plate(
        tmp_path, version=version, wells=["A01", "B03"], fields=2, missing=["B03", "A/01/1"]
    )
    snapshot = read_store(str(folder))
    wells = wells_of(snapshot)
    assert (wells["B03"].present, wells["B03"].fields) == (False, ())
    assert [field.present for field in wells["A01"].fields] == [True, False]
    assert wells["A01"].fields[1].layout is None
    assert snapshot.problems == ()


@both_versions
def test_a_level_that_is_absent_leaves_its_shape_empty(tmp_path: Path, version: Version) -> None:
    folder = stores.plate(
        tmp_path, version=version, wells=["A01"], faults={"A/01/0/1": Fault.ABSENT}
    )
    layout = first_field(read_store(str(folder))).layout
    assert layout is not None
    assert layout.level_shapes == ((2, 1, 16, 16), ())
    assert not layout.is_whole


BROKEN = [fault for fault in Fault if fault not in {Fault.ABSENT, Fault.FOLDER}]


@both_versions
@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("node", ["A/01", "A/01/0"])
def test_a_broken_document_hides_nothing_else(
    tmp_path: Path, version: Version, fault: Fault, node: str
) -> None:
    folder = stores.plate(
        tmp_path, version=version, wells=["A01", "B02"], fields=2, faults={node: fault}
    )
    snapshot = read_store(str(folder))
    (problem,) = snapshot.problems
    assert (problem.node, problem.path) == (node, f"{node}/{stores.document_name(version)}")
    assert str(folder) in problem.message
    wells = wells_of(snapshot)
    assert all(field.present for field in wells["B02"].fields)
    if node == "A/01":
        assert not wells["A01"].present
    else:
        assert [field.present for field in wells["A01"].fields] == [False, True]


@both_versions
@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.LIST, Fault.DEEP, Fault.NOT_UTF8])
@pytest.mark.parametrize("node", ["A/01/0/1", "A/01/0/labels"])
def test_a_broken_array_or_list_of_labels_leaves_the_field(
    tmp_path: Path, version: Version, fault: Fault, node: str
) -> None:
    style = Style(labels=("nuclei",))
    folder = stores.plate(
        tmp_path, version=version, wells=["A01"], faults={node: fault}, style=style
    )
    snapshot = read_store(str(folder))
    assert [problem.path.rpartition("/")[0] for problem in snapshot.problems] == [node]
    assert first_field(snapshot).present


def test_a_folder_in_the_place_of_a_document_is_no_document(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, wells=["A01"], faults={"A/01": Fault.FOLDER})
    assert not wells_of(read_store(str(folder)))["A01"].present


def test_a_group_that_is_listed_as_a_level_is_no_array(tmp_path: Path) -> None:
    group = b'{"zarr_format": 3, "node_type": "group"}'
    folder = stores.plate(tmp_path, wells=["A01"], faults={"A/01/0/0": group})
    (problem,) = read_store(str(folder)).problems
    assert "it is no array" in problem.message


def add_to_list(document: Path, keys: tuple[str | int, ...], member: object) -> None:
    content = json.loads(document.read_bytes())
    place = content["attributes"]["ome"]
    for key in keys:
        place = place[key]
    place.append(member)
    document.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "path", ["../secret", "/etc", "..", "A/../../secret", "A\\01", "file:///etc", "a" * 5000]
)
def test_hostile_paths_are_never_opened(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.plate(tmp_path / "secret", wells=["A01"])
    folder = stores.plate(tmp_path / "p.zarr", wells=["A01"], style=Style(labels=("x",)))
    add_to_list(folder / "zarr.json", ("plate", "wells"), {"path": path})
    add_to_list(folder / "A/01/zarr.json", ("well", "images"), {"path": path})
    add_to_list(folder / "A/01/0/zarr.json", ("multiscales", 0, "datasets"), {"path": path})
    add_to_list(folder / "A/01/0/labels/zarr.json", ("labels",), path)
    touched: list[str] = []
    real = os.open

    def noted(path: str, flags: int) -> int:
        touched.append(path)
        return real(path, flags)

    monkeypatch.setattr(os, "open", noted)
    snapshot = read_store(str(folder))
    assert touched
    assert all(os.path.realpath(name).startswith(f"{folder}/") for name in touched)
    assert [well.path for well in plate_of(snapshot).wells] == ["A/01"]
    assert {problem.node for problem in snapshot.problems} == {"", "A/01", "A/01/0"}
    layout = first_field(snapshot).layout
    assert layout is not None
    assert layout.labels == ("x",)


def test_a_document_that_is_too_large_is_a_problem_of_its_node(tmp_path: Path) -> None:
    huge = b'{"a": "' + b"x" * 200_000 + b'"}'
    folder = stores.plate(tmp_path, wells=["A01", "A02"], faults={"A/01": huge})
    snapshot = read_store(str(folder), options=StoreOptions(max_document_bytes=100_000))
    (problem,) = snapshot.problems
    assert "larger than 100,000 bytes" in problem.message
    assert wells_of(snapshot)["A02"].present


def test_a_root_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zarr.json").write_bytes(b" " * 200_000)
    with pytest.raises(DocumentTooLarge, match="max_document_bytes"):
        read_store(str(tmp_path), options=StoreOptions(max_document_bytes=100_000))


def test_a_large_document_within_the_limit_is_read(tmp_path: Path) -> None:
    folder = stores.plate(
        tmp_path, shape=1536, plate_keys={"padding": "x" * 100_000}, missing=["A01"]
    )
    assert len(plate_of(read_store(str(folder), depth=Depth.PLATE)).wells) == 1536


def test_absurd_numbers_of_fields_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_FIELDS_OF_WELL", 2)
    monkeypatch.setattr(visit_plate, "MAX_FIELDS", 3)
    folder = stores.plate(tmp_path, wells=["A01", "A02"], fields=4)
    snapshot = read_store(str(folder))
    assert [len(well.fields) for well in plate_of(snapshot).wells] == [2, 1]
    assert len(snapshot.problems) == 3


def test_problems_without_end_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_PROBLEMS", 2)
    faults = {f"A/0{number}": Fault.EMPTY for number in range(1, 6)}
    folder = stores.plate(tmp_path, wells=[f"A0{n}" for n in range(1, 6)], faults=faults)
    assert len(read_store(str(folder)).problems) == 2


def test_nothing_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="There is nothing at"):
        read_store(str(tmp_path / "no.zarr"))


def test_an_archive_other_than_zip_has_to_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "p.zarr.tar").write_bytes(b"PK")
    with pytest.raises(StoreNotFound, match=r"ends in \.ozx or \.zip"):
        read_store(str(tmp_path / "p.zarr.tar"))


def test_a_folder_of_stores_is_no_store_but_says_so(tmp_path: Path) -> None:
    stores.plate(tmp_path / "p.zarr", wells=["A01"])
    with pytest.raises(NotOmeZarr, match=r"It holds 1 that may be stores, such as p\.zarr"):
        read_store(str(tmp_path))


def test_a_broken_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentMalformed, match="Git LFS pointer"):
        read_store(str(stores.plate(tmp_path, wells=[], faults={"": Fault.LFS_POINTER})))


def test_a_scheme_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnsupportedScheme, match="gopher://"):
        read_store("gopher://example.org/p.zarr")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_forbidden(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        with pytest.raises(StoreForbidden):
            read_store(str(tmp_path))
    finally:
        tmp_path.chmod(0o700)


def test_a_caller_can_stop_the_reading(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, wells=["A01"])
    with pytest.raises(ReadCancelled):
        read_store(str(folder), stop=lambda: True)
    assert gc.isenabled()


def test_progress_grows_and_ends_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "_TICK_S", 0.0)
    folder = stores.plate(tmp_path, wells=["A01", "A02"], fields=2)
    told: list[tuple[int, int]] = []
    read_store(
        str(folder), progress=lambda done, known: told.append((done, known)), stop=lambda: False
    )
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert all(done <= known for done, known in told)


def test_progress_is_told_at_most_ten_times_a_second(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, shape=96)
    told: list[int] = []
    read_store(str(folder), progress=lambda done, _: told.append(done))
    assert len(told) <= 10


def test_the_garbage_collector_is_off_while_reading_and_on_again_after(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, wells=["A01"])
    seen: list[bool] = []
    read_store(str(folder), progress=lambda _done, _known: seen.append(gc.isenabled()))
    assert set(seen) == {False}
    assert gc.isenabled()
    gc.disable()
    try:
        read_store(str(folder))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_two_readings_at_once_leave_the_garbage_collector_on(tmp_path: Path) -> None:
    folder = str(stores.plate(tmp_path, wells=["A01", "A02"], fields=3))
    readers = [threading.Thread(target=read_store, args=(folder,)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert gc.isenabled()


def test_reading_leaves_no_files_open(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("counts /proc/self/fd")
    folder = str(stores.plate(tmp_path, wells=["A01"], faults={"A/01/0": Fault.FOLDER}))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    read_store(folder)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
