"""The documents of a folder: all of them, new ones too, and no folder of chunks."""

import os
import shutil
from pathlib import Path

import pytest

from plates.omezarr import document_listing_local
from plates.omezarr.addressing import RootUrl
from plates.omezarr.document_listing_local import DocumentListing
from plates.omezarr.objects import DOCUMENTS
from tests import stores
from tests.plates.omezarr.counting import plate
from tests.store_styles import PLAIN, Style
from tests.stores import Version


def listing_of(folder: Path) -> tuple[set[str], DocumentListing]:
    listing = DocumentListing(RootUrl.parse(str(folder)))
    return {one.path for one in listing.objects("")}, listing


def documents_in(folder: Path) -> set[str]:
    """The oracle: every file that is called so."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name in DOCUMENTS
    }


@pytest.mark.parametrize("style", [PLAIN, Style(row_groups=False), Style(labels=("c", "nuclei"))])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_all_documents_are_listed_and_hardly_a_chunk(
    tmp_path: Path, version: Version, style: Style
) -> None:
    folder = plate(tmp_path / "p.zarr", version, style=style)
    found, listing = listing_of(folder)
    assert found == documents_in(folder)
    assert listing.is_whole
    nodes = {path.rpartition("/")[0] for path in found}
    rows = {node.partition("/")[0] for node in nodes}
    assert listing.folders <= len(nodes | rows)


def test_a_collection_with_its_xml_and_labels_is_listed(tmp_path: Path) -> None:
    folder = stores.collection(tmp_path / "c.zarr")
    found, _ = listing_of(folder)
    assert found == documents_in(folder)
    assert "OME/METADATA.ome.xml" in found


def test_a_label_that_is_called_as_the_folder_of_chunks_is_listed(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr", chunks=True)
    labels = folder / "labels"
    shutil.copytree(folder, labels / "c")
    (labels / "zarr.json").write_text("{}")
    found, _ = listing_of(folder)
    assert found == documents_in(folder)
    assert "labels/c/0/zarr.json" in found


def test_two_folders_without_a_document_are_looked_into_and_no_third(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr")
    for deep in ("x/y", "u/v/w"):
        (folder / deep / "z").mkdir(parents=True)
        (folder / deep / "z" / "zarr.json").write_text("{}")
    found, _ = listing_of(folder)
    assert "x/y/z/zarr.json" in found
    assert "u/v/w/z/zarr.json" not in found


def test_a_document_in_the_place_of_another_of_its_size_and_time_is_another(
    tmp_path: Path,
) -> None:
    folder = stores.image(tmp_path / "i.zarr")
    document = folder / "zarr.json"

    def told() -> str:
        listing = DocumentListing(RootUrl.parse(str(folder)))
        return next(one.etag for one in listing.objects("") if one.path == "zarr.json")

    before, about = told(), document.stat()
    other = tmp_path / "other"
    other.write_bytes(document.read_bytes())
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    other.rename(document)
    assert told() != before


def test_one_with_too_many_names_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = plate(tmp_path / "p.zarr")
    monkeypatch.setattr(document_listing_local, "MAX_ENTRIES", 20)
    _, listing = listing_of(folder)
    assert not listing.is_whole
    assert listing.folders < 20


def test_a_link_that_leads_out_is_not_followed_and_makes_it_less_than_whole(
    tmp_path: Path,
) -> None:
    folder = stores.image(tmp_path / "i.zarr")
    secret = tmp_path / "zarr.json"
    secret.write_text("{}")
    (folder / "0" / "zarr.json").unlink()
    (folder / "0" / "zarr.json").symlink_to(secret)
    found, listing = listing_of(folder)
    assert "0/zarr.json" not in found
    assert not listing.is_whole
