"""Previews of whole stores: of every version, from a disk and from a network, whatever is wrong."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from plates.omezarr.errors import ReadCancelled, StoreError, StoreUnreachable
from plates.pixels.contact_sheets import map_name, read_map, sheet_name
from plates.pixels.drawing import thumbnail_name
from plates.pixels.intensities import Intensities
from plates.pixels.measured import Measured
from plates.pixels.packs import packed_picture
from plates.pixels.sheets import TileState
from plates.pixels.statistics_table import StatisticsTable, parquet_of
from tests import servers, stores
from tests.plates.pixels.drawn import drawn, picture, pictured
from tests.stores import Style, Version

WELLS = ["A/01", "A/03", "B/02"]
VERSIONS: list[Version] = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]


def plate(folder: Path, version: Version = "0.5", *, style: Style | None = None) -> Path:
    """Three wells of two fields; the pixels of channel n of a field are all n times 100."""
    return stores.plate(
        folder,
        version=version,
        shape=(2, 3),
        wells=WELLS,
        fields=2,
        size=(32, 48),
        chunks=True,
        style=style or Style(),
    )


def chunks_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "z" not in path.name)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plate_of_every_version_is_drawn(tmp_path: Path, version: Version) -> None:
    folder, pack = plate(tmp_path / "p.zarr", version), tmp_path / "p.pack"
    made = drawn(folder, pack)
    assert (made.drawn.images, made.drawn.failed, made.drawn.lacking) == (6, 0, 0)
    assert made.runs == [0]
    assert {(row.channel, row.intensities.mean) for row in made.drawn.measured} == {
        (0, 100.0),
        (1, 200.0),
    }
    shown = {one.number: (one.low, one.high) for one in made.drawn.channels}
    assert set(shown) == {0, 1}
    content = packed_picture(pack, map_name(0))
    assert content is not None
    told = read_map(content)
    assert set(told.wells) == {"A01", "A03", "B02"}
    assert {tile.shown for tile in told.wells.values()} == {TileState.DRAWN}
    for channel in (None, 0, 1):
        assert picture(pack, sheet_name(0, channel)).shape == (told.height, told.width, 3)
    assert picture(pack, thumbnail_name("A/01/1")).shape == (32, 48, 3)


@pytest.mark.parametrize(
    "style",
    [
        Style(big_endian=True),
        Style(dtype="uint8"),
        Style(dtype="float32"),
        Style(axes="cyx"),
        Style(axes="yx", omero=False),
        Style(axes="tczyx"),
    ],
    ids=str,
)
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_plates_are_drawn_whatever_they_are_made_of(
    tmp_path: Path, version: Version, style: Style
) -> None:
    made = drawn(plate(tmp_path / "p.zarr", version, style=style), tmp_path / "p.pack")
    assert (made.drawn.failed, made.drawn.lacking, made.drawn.troubles) == (0, 0, [])
    assert len(made.drawn.measured) == (6 if style.axes == "yx" else 12)


def test_wells_without_chunks_are_hatched_and_told(tmp_path: Path) -> None:
    folder, pack = plate(tmp_path / "p.zarr"), tmp_path / "p.pack"
    for path in list(chunks_of(folder / "A/03")):
        path.unlink()
    made = drawn(folder, pack)
    assert (made.drawn.failed, made.drawn.lacking) == (0, 2)
    absent = [row for row in made.drawn.measured if row.well == "A03"]
    assert all(row.intensities.missing == 1.0 for row in absent)
    assert all(row.intensities.mean is None for row in absent)
    told = read_map(packed_picture(pack, map_name(0)) or b"")
    assert told.wells["A03"].shown is TileState.MISSING
    grey = picture(pack, sheet_name(0, 0))
    tile = told.wells["A03"]
    part = grey[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width].astype(int)
    assert part.max() < 130
    assert part.std() > 5, "lines, and not one colour"


def test_a_well_that_is_listed_only_is_missing_in_the_sheet(tmp_path: Path) -> None:
    folder, pack = plate(tmp_path / "p.zarr"), tmp_path / "p.pack"
    shutil.rmtree(folder / "B/02")
    made = drawn(folder, pack)
    assert made.runs == [0]
    wells = read_map(packed_picture(pack, map_name(0)) or b"").wells
    assert wells["B02"].shown is TileState.MISSING
    assert wells["A01"].shown is TileState.DRAWN


def test_what_cannot_be_drawn_is_told_and_the_rest_is_drawn(tmp_path: Path) -> None:
    folder, pack = plate(tmp_path / "p.zarr"), tmp_path / "p.pack"
    known = pictured(str(folder))
    document = folder / "A/01/0/0/zarr.json"
    codecs = [{"name": "imagecodecs_jpegxl"}]
    for path in folder.glob("A/01/0/*/zarr.json"):
        path.write_text(json.dumps(json.loads(document.read_text()) | {"codecs": codecs}))
    made = drawn(folder, pack, known=known)
    assert (made.drawn.images, made.drawn.failed) == (6, 1)
    (trouble,) = made.drawn.troubles
    assert trouble.path == "A/01/0"
    assert "imagecodecs_jpegxl" in trouble.sentence
    assert packed_picture(pack, thumbnail_name("A/01/0")) is None
    assert packed_picture(pack, thumbnail_name("A/01/1")) is not None


def test_a_plate_over_http_is_drawn_as_from_a_disk(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    known = pictured(str(folder))
    here = drawn(folder, tmp_path / "here.pack", known=known)
    with servers.http_server(tmp_path) as server:
        there = drawn(f"{server.url}/p.zarr", tmp_path / "there.pack", known=known)
    assert here == there
    for name in (sheet_name(0, None), thumbnail_name("B/02/1")):
        assert np.array_equal(
            picture(tmp_path / "here.pack", name), picture(tmp_path / "there.pack", name)
        )


def test_a_storage_that_goes_away_is_a_fault_that_passes_and_leaves_no_pack(
    tmp_path: Path,
) -> None:
    folder, pack = plate(tmp_path / "p.zarr"), tmp_path / "p.pack"
    known = pictured(str(folder))
    behaviour = servers.Behaviour(statuses={"*": 503})
    with servers.http_server(tmp_path, behaviour) as server, pytest.raises(StoreError) as failed:
        drawn(f"{server.url}/p.zarr", pack, known=known)
    assert isinstance(failed.value, StoreUnreachable)
    assert not pack.exists()


def test_drawing_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    folder, pack = plate(tmp_path / "p.zarr"), tmp_path / "p.pack"
    with pytest.raises(ReadCancelled):
        drawn(folder, pack, stop=lambda: True)
    assert not pack.exists()


def test_images_that_are_no_fields_have_thumbnails(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr", size=(400, 300), levels=3, chunks=True)
    made = drawn(folder, tmp_path / "i.pack")
    assert (made.runs, made.drawn.images) == ([], 1)
    assert {row.level for row in made.drawn.measured} == {1}
    assert picture(tmp_path / "i.pack", thumbnail_name("")).shape == (160, 120, 3)


def test_a_store_without_anything_to_draw_has_an_empty_pack(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", shape=(2, 3), wells=[])
    made = drawn(folder, tmp_path / "p.pack")
    assert (made.drawn.images, made.drawn.channels, made.runs) == (0, (), [])


def test_statistics_are_read_again_by_channel_and_acquisition(tmp_path: Path) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr",
        shape=(2, 3),
        wells=["A/01", "B/02"],
        fields=2,
        chunks=True,
        acquisitions=({"id": 1}, {"id": 7}),
    )
    made = drawn(folder, tmp_path / "p.pack")
    assert made.runs == [1, 7]
    table = StatisticsTable(parquet_of(made.drawn.measured))
    assert table.channels == [0, 1]
    assert table.wells(1, "median", 7) == {"A01": 200.0, "B02": 200.0}
    assert table.wells(0, "mean", None) == table.wells(9, "mean", 1) == {}
    with pytest.raises(KeyError):
        table.wells(0, "path", 1)


def test_the_value_of_a_well_is_the_mean_of_its_fields() -> None:
    rows = [
        Measured(f"A/01/{n}", "A01", None, 0, 2, Intensities(mean=value, missing=0.0))
        for n, value in enumerate([1.0, 2.0, None, 6.0])
    ]
    rows.append(Measured("image", "", None, 0, 2, Intensities(mean=5.0, missing=0.0)))
    table = StatisticsTable(parquet_of(rows))
    assert table.wells(0, "mean", None) == {"A01": 3.0}
    assert table.wells(0, "focus", None) == {}
    assert StatisticsTable(parquet_of([])).channels == []
