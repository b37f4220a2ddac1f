"""What a store declares, from its rows: the same as its documents say, of every kind of store."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plates.models import Layout, Store
from plates.omezarr.declared import DeclaredImage, declared_images
from plates.omezarr.read import read_store
from plates.queries.declared import declared_of
from plates.queries.layouts import layout_of
from plates.services.layouts import ensure_layouts, layouts_of
from tests import stores
from tests.plates.services.loaded import load
from tests.stores import Style, Version

pytestmark = pytest.mark.django_db

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
FOUND = sorted([*CORPUS.glob("generated/*.zarr"), *CORPUS.glob("stores/*/*.zarr")])
LABELS = Style(labels=("nuclei", "cells"), tables=("rois",))

KINDS: dict[str, Callable[[Path], Path]] = {
    "a plate": lambda folder: stores.plate(folder, wells=["A/1", "B/3"], fields=3),
    "a plate of 0.4": lambda folder: stores.plate(folder, version="0.4", wells=["A/1", "B/3"]),
    "a sparse plate of 1,536 wells": lambda folder: stores.plate(
        folder, shape=1536, wells=["AF/48", "A/1", "P/7"], fields=2
    ),
    "labels and tables": lambda folder: stores.plate(
        folder, wells=["A/1", "A/2"], fields=2, style=LABELS
    ),
    "wells and fields that are not there": lambda folder: stores.plate(
        folder, wells=["A/1", "A/2", "B/3"], fields=2, missing=["A/2", "B/3/1"]
    ),
    "names that are no grid": lambda folder: stores.plate(
        folder,
        wells=["x/y", "A/1"],
        missing=["A/1"],
        plate_keys={"rows": [{"name": "x"}, {"name": "A"}], "columns": [{"name": "y"}]},
    ),
    "two wells at one address": lambda folder: stores.plate(
        folder,
        wells=["A/1"],
        fields=2,
        plate_keys={
            "columns": [{"name": "01"}, {"name": "1"}],
            "wells": [{"path": "A/01"}, {"path": "A/1"}],
        },
    ),
    "fields in folders": lambda folder: stores.plate(
        folder, wells=["A/1"], fields=2, style=Style(field_names=("a", "deep/0"))
    ),
    "a field that cannot be read": lambda folder: stores.plate(
        folder, wells=["A/1"], fields=2, faults={"A/01/1": b"{"}
    ),
    "a level that cannot be read": lambda folder: stores.plate(
        folder, wells=["A/1"], fields=2, faults={"A/01/1/1": b"{"}
    ),
    "an image": lambda folder: stores.image(folder, style=LABELS),
    "a collection": lambda folder: stores.collection(folder, images=3),
}


def in_order(declared: list[DeclaredImage]) -> list[DeclaredImage]:
    return sorted(declared, key=lambda one: (one.path, one.well))


def assert_as_the_documents_say(store: Store, folder: Path) -> None:
    declared = list(declared_images(read_store(str(folder))))
    assert in_order(declared_of(store)) == in_order(declared)


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_declare_what_the_documents_do(tmp_path: Path, kind: str) -> None:
    folder = KINDS[kind](tmp_path / "s.zarr")
    assert list(declared_images(read_store(str(folder))))
    assert_as_the_documents_say(load(folder)[0], folder)


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"])
def test_in_every_version(tmp_path: Path, version: Version) -> None:
    folder = stores.plate(tmp_path / "s.zarr", version=version, wells=["A/1"], style=LABELS)
    assert_as_the_documents_say(load(folder)[0], folder)


def test_a_layout_comes_back_from_its_row_as_it_was(tmp_path: Path) -> None:
    snapshot = read_store(str(stores.image(tmp_path / "i.zarr", planes=3, style=LABELS)))
    rows = ensure_layouts(snapshot)
    for layout in layouts_of(snapshot):
        known = layout_of(Layout.objects.get(pk=rows[layout.digest]))
        assert known == layout
        assert known.digest == layout.digest


def test_what_a_store_names_no_more_is_not_declared(tmp_path: Path) -> None:
    folder = tmp_path / "p.zarr"
    store, _ = load(stores.plate(folder, wells=["A/1", "A/2", "B/1"], fields=2, missing=["A/2/1"]))
    assert len(declared_of(store)) == 6
    shutil.rmtree(folder)
    store, _ = load(stores.plate(folder, wells=["A/1"], fields=1), store)
    assert_as_the_documents_say(store, folder)
    shutil.rmtree(folder)
    store, _ = load(stores.plate(folder, wells=["A/1", "A/2"], fields=2, missing=["A/2"]), store)
    assert_as_the_documents_say(store, folder)


def test_a_plate_that_becomes_an_image_declares_the_image_alone(tmp_path: Path) -> None:
    folder = tmp_path / "s.zarr"
    store, _ = load(stores.plate(folder, wells=["A/1", "A/2"], missing=["A/2"]))
    shutil.rmtree(folder)
    store, _ = load(stores.image(folder), store)
    assert_as_the_documents_say(store, folder)
    shutil.rmtree(folder)
    store, _ = load(stores.plate(folder, wells=["A/1", "A/2"], missing=["A/2"]), store)
    assert_as_the_documents_say(store, folder)


def test_a_plate_that_another_store_shows_too_has_its_own_wells_alone(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "a.zarr", wells=["A/1", "A/2"], missing=["A/2"])
    store, _ = load(folder)
    other = stores.plate(tmp_path / "b.zarr", wells=["A/2", "A/3"], fields=2)
    second, _ = load(other)
    Store.objects.filter(pk=second.pk).update(plate=store.plate)
    second.refresh_from_db()
    load(other, second)
    assert_as_the_documents_say(store, folder)
    assert_as_the_documents_say(second, other)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS")
@pytest.mark.parametrize("folder", FOUND, ids=lambda path: path.name)
def test_of_plates_of_real_writers_too(folder: Path) -> None:
    assert_as_the_documents_say(load(folder)[0], folder)
