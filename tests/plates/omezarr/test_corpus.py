"""Plates as real writers left them, against counts made here with nothing but json.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from plates.omezarr.errors import StoreError
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import FieldSnapshot, StoreSnapshot

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
PLATES = (
    "generated/ome-zarr-py-0.18.0-ngff0.4.zarr",
    "generated/ome-zarr-py-0.18.0-ngff0.5.zarr",
    "generated/ome-zarr-py-0.9.0-ngff0.4.zarr",
    "generated/iohub-0.3.0a7-ngff0.4.zarr",
    "generated/iohub-0.3.0a7-ngff0.5.zarr",
    "generated/ngio-1.1.3-ngff0.4.zarr",
    "stores/bia-converter/hcs.ome.zarr",
    "stores/ome2024-challenge-tests/hcs.zarr",
    "stores/fractal-tasks-core/plate_ones.zarr",
    "stores/ome-zarr-models/v04/hcs_example.ome.zarr",
    "stores/yaozarrs-idr-snapshots/v05/76-45.ome.zarr",
    "stores/yaozarrs-idr-snapshots/v05/190129.zarr",
)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)


def attributes(node: Path) -> dict[str, Any] | None:
    """The OME attributes of a group, read the plain way; None if there is no group."""
    if (node / "zarr.json").exists():
        attrs = json.loads((node / "zarr.json").read_bytes())["attributes"]
        return dict(attrs.get("ome", attrs))
    if (node / ".zattrs").exists():
        return dict(json.loads((node / ".zattrs").read_bytes()))
    return None


def array(node: Path) -> dict[str, Any] | None:
    """The document of an array, read the plain way; None if there is no array."""
    for name in ("zarr.json", ".zarray"):
        if (node / name).exists():
            return dict(json.loads((node / name).read_bytes()))
    return None


def fields_of(snapshot: StoreSnapshot) -> dict[str, FieldSnapshot]:
    assert snapshot.plate is not None
    return {field.path: field for well in snapshot.plate.wells for field in well.fields}


@pytest.mark.parametrize("path", PLATES)
def test_a_real_plate_is_read_whole(path: str) -> None:
    folder = CORPUS / path
    root = attributes(folder)
    assert root is not None
    snapshot = read_store(str(folder))
    assert snapshot.plate is not None
    assert snapshot.problems == ()
    assert snapshot.plate.name == root["plate"].get("name", "")
    assert snapshot.plate.rows == tuple(row["name"] for row in root["plate"]["rows"])
    assert snapshot.plate.columns == tuple(column["name"] for column in root["plate"]["columns"])
    numbers = [run["id"] for run in root["plate"].get("acquisitions", [])]
    assert [run.number for run in snapshot.plate.acquisitions] == numbers

    listed = [well["path"] for well in root["plate"]["wells"]]
    assert [well.path for well in snapshot.plate.wells] == listed
    for well in snapshot.plate.wells:
        there = attributes(folder / well.path)
        assert well.present is (there is not None)
        images = [] if there is None else there["well"]["images"]
        expected = [(f"{well.path}/{image['path']}", image.get("acquisition")) for image in images]
        assert [(field.path, field.acquisition) for field in well.fields] == expected
        row, column = well.path.split("/")
        assert well.label == f"{row}{int(column):02d}"


@pytest.mark.parametrize("path", PLATES)
def test_the_images_of_a_real_plate_have_the_right_sizes(path: str) -> None:
    folder = CORPUS / path
    for field_path, field in fields_of(read_store(str(folder))).items():
        there = attributes(folder / field_path)
        assert field.present is (there is not None)
        if there is None or field.layout is None:
            continue
        image = there["multiscales"][0]
        layout = field.layout
        assert [axis.name for axis in layout.axes] == [a["name"].lower() for a in image["axes"]]
        assert layout.level_paths == tuple(str(level["path"]) for level in image["datasets"])
        arrays = [array(folder / field_path / level) for level in layout.level_paths]
        shapes = tuple(() if level is None else tuple(level["shape"]) for level in arrays)
        assert layout.level_shapes == shapes
        labels = [channel.get("label", "") for channel in there["omero"]["channels"]]
        assert [channel.label for channel in layout.channels][: len(labels)] == labels
        scale = image["datasets"][0]["coordinateTransformations"][0]["scale"]
        assert (layout.pixel_size.y, layout.pixel_size.x) == tuple(map(float, scale[-2:]))


@pytest.mark.parametrize("path", PLATES)
def test_a_real_plate_is_read_without_a_document_too_many(path: str, opened: list[str]) -> None:
    snapshot = read_store(str(CORPUS / path))
    assert snapshot.documents == len(opened) == len(set(opened))


def test_every_store_of_the_corpus_is_read_or_refused_with_a_sentence() -> None:
    roots = [folder for top in ("stores", "generated") for folder in (CORPUS / top).rglob("*.zarr")]
    folders = [folder for folder in roots if folder.is_dir()]
    for folder in folders:
        snapshot = read_store(str(folder))
        assert snapshot.kind
        assert snapshot.version
    # A few are a single document and no folder.
    for file in set(roots) - set(folders):
        with pytest.raises(StoreError, match=r"is a file.*\.$"):
            read_store(str(file))
    assert len(folders) > 50


def test_a_plate_by_layout_only_is_plain_zarr() -> None:
    assert read_store(str(CORPUS / "stores/fractal-server/plate_ones.zarr")).kind == "zarr"
