"""Whole stores of all writers are read, each document once, and what is absent is told."""

import hashlib
from pathlib import Path

import pytest

from plates.omezarr.depth import Depth
from plates.omezarr.documents import Table
from plates.omezarr.read import read_store
from tests import servers, stores
from tests.plates.omezarr.snapshot_parts import first_field, plate_of, wells_of
from tests.stores import Fault, Style, Version

both_versions = pytest.mark.parametrize("version", ["0.4", "0.5"])


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
