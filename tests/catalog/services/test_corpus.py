"""Every 0.4 and 0.5 plate of the corpus is harvested and agrees with a count of the test's own."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Dataset, Source
from plates.models import Field, Store
from tests import factories, servers
from tests.catalog.services.rows import rows_of
from tests.plates.services.loaded import row_versions

pytestmark = pytest.mark.django_db

CORPUS = os.environ.get("PLATECAT_CORPUS")
needs_corpus = pytest.mark.skipif(
    not CORPUS, reason="PLATECAT_CORPUS names no folder: real plates are not harvested"
)
READ = {"0.4", "0.5"}


def attributes(node: Path) -> dict[str, Any]:
    """The OME attributes of a node, of either Zarr format; empty if it has none."""
    if (node / "zarr.json").is_file():
        return dict(
            json.loads((node / "zarr.json").read_text()).get("attributes", {}).get("ome", {})
        )
    if (node / ".zattrs").is_file():
        return dict(json.loads((node / ".zattrs").read_text()))
    return {}


def version_of(root: Path) -> str:
    """What the root says of its version."""
    told = attributes(root)
    return str(told.get("version") or told.get("plate", {}).get("version", ""))


def plates() -> list[Path]:
    """The plates of the corpus whose version is read."""
    roots = (
        path.parent
        for name in ("zarr.json", ".zattrs")
        for path in Path(CORPUS or "nowhere").rglob(name)
    )
    return sorted(
        root for root in roots if "plate" in attributes(root) and version_of(root) in READ
    )


@dataclass
class Counted:
    """What a plate's documents say, counted without the reader."""

    wells: set[str]
    present: set[str]
    fields: dict[str, tuple[list[int], list[str]]]


def shape_of(array: Path) -> list[int]:
    """The shape of an array, empty if it is not there."""
    for name in ("zarr.json", ".zarray"):
        if (array / name).is_file():
            return list(json.loads((array / name).read_text())["shape"])
    return []


def label(path: str) -> str:
    """`B/3` as B03, for the single-letter rows of the corpus."""
    row, column = path.split("/")
    assert len(row) == 1
    return f"{row.upper()}{int(column):02d}"


def count(root: Path) -> Counted:
    """A plate, walked through with json alone."""
    listed = [well["path"] for well in attributes(root)["plate"]["wells"]]
    counted = Counted({label(path) for path in listed}, set(), {})
    for path in listed:
        well = attributes(root / path).get("well")
        if well is None:
            continue
        counted.present.add(label(path))
        for image in well["images"]:
            place = f"{path}/{image['path']}"
            ome = attributes(root / place)
            if "multiscales" in ome:
                first = ome["multiscales"][0]["datasets"][0]["path"]
                labels = [c.get("label") for c in ome.get("omero", {}).get("channels", [])]
                counted.fields[place] = (shape_of(root / place / str(first)), labels)
    return counted


@needs_corpus
def test_the_corpus_holds_the_plates_that_were_promised() -> None:
    names = {path.name for path in plates()}
    assert len(plates()) >= 10
    assert {"hcs.ome.zarr", "hcs.zarr", "plate_ones.zarr", "hcs_example.ome.zarr"} <= names


@needs_corpus
@pytest.mark.parametrize("root", plates(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_real_plate_has_the_wells_fields_channels_and_sizes_of_its_documents(
    root: Path, open_dataset: Dataset
) -> None:
    store = factories.harvested(str(root), into=open_dataset)
    counted = count(root)
    assert store.plate is not None
    wells = store.plate.wells
    assert set(wells.values_list("label", flat=True)) == counted.wells
    assert set(wells.filter(present=True).values_list("label", flat=True)) == counted.present
    fields = store.fields.filter(present=True).select_related("layout")
    assert {field.path for field in fields} == set(counted.fields)
    for field in fields:
        check(field, *counted.fields[field.path])
    check_nothing_is_written_again(store, root, open_dataset)


def check(field: Field, shape: list[int], channels: list[str]) -> None:
    """A field has the size and the channels of its documents."""
    assert field.layout is not None
    assert field.layout.shape == shape
    labels = [channel["label"] for channel in field.layout.channels]
    assert labels[: len(channels)] == channels


def check_nothing_is_written_again(store: Store, root: Path, dataset: Dataset) -> None:
    """A second harvest writes no row."""
    before = row_versions()
    factories.harvested(str(root), into=dataset)
    assert row_versions() == before


@needs_corpus
@pytest.mark.processes
def test_real_plates_give_the_same_rows_behind_http_and_in_s3(
    open_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATECAT_CREDENTIALS_TRIAL_KEY", servers.KEY)
    monkeypatch.setenv("PLATECAT_CREDENTIALS_TRIAL_SECRET", servers.SECRET)
    with servers.http_server(Path(CORPUS or "nowhere")) as web, servers.s3_server() as s3:
        source = Source.objects.create(
            name="trial",
            options={"endpoint": s3.endpoint, "region": servers.REGION},
            credentials="trial",
        )
        for root in plates():
            path = root.relative_to(CORPUS or "nowhere").as_posix()
            on_disk = rows_of(factories.harvested(str(root), into=open_dataset))
            behind_http = factories.harvested(f"{web.url}/{path}", into=open_dataset)
            assert rows_of(behind_http) == on_disk, path
            url = s3.upload(root, "corpus", path)
            in_s3 = factories.harvested(url, into=open_dataset, source=source)
            assert rows_of(in_s3) == on_disk, path
