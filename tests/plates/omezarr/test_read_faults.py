"""What is broken, hostile or too much in a store hides nothing else of it."""

import json
import os
from pathlib import Path

import pytest

from plates.omezarr import parsing, visit_plate, walk
from plates.omezarr.depth import Depth
from plates.omezarr.errors import (
    DocumentMalformed,
    DocumentTooLarge,
    NotOmeZarr,
    StoreForbidden,
    StoreNotFound,
    UnsupportedScheme,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from tests import stores
from tests.plates.omezarr.snapshot_parts import first_field, plate_of, wells_of
from tests.stores import Fault, Style, Version

both_versions = pytest.mark.parametrize("version", ["0.4", "0.5"])
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
