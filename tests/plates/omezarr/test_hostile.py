"""Stores that mean harm: each is a finding, and costs little time and memory."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from plates.omezarr.findings import Level
from plates.omezarr.report import Report
from plates.omezarr.validate import validate_store
from plates.states import Verdict
from tests import stores
from tests.plates.omezarr.planting import FIELD, add, ome_of, put, whole_plate
from tests.stores import Fault

GIBIBYTE = 1024**3


def rules_of(report: Report, level: Level = Level.ERROR) -> dict[str, int]:
    return {one.rule: one.total for one in report.totals if one.level is level}


def sparse(path: Path, size: int) -> None:
    """A file that claims to be large and takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(size)


def plate_of_wells(folder: Path, wells: str) -> Path:
    """A plate document written by hand around the text of its list of wells."""
    folder.mkdir(exist_ok=True)
    plate = f'{{"rows":[{{"name":"A"}}],"columns":[{{"name":"1"}}],"wells":[{wells}]}}'
    ome = f'{{"version":"0.5","plate":{plate}}}'
    text = f'{{"zarr_format":3,"node_type":"group","attributes":{{"ome":{ome}}}}}'
    (folder / "zarr.json").write_text(text)
    return folder


def test_a_root_of_a_gibibyte_is_unreadable_and_says_why(tmp_path: Path) -> None:
    sparse(tmp_path / "zarr.json", GIBIBYTE)
    report = validate_store(str(tmp_path))
    assert report.verdict is Verdict.UNREADABLE
    assert "larger than" in report.findings[0].message


def test_a_field_of_a_gibibyte_is_a_finding_at_the_field(tmp_path: Path) -> None:
    folder = whole_plate(tmp_path / "p.zarr", "0.5")
    sparse(folder / FIELD / "zarr.json", GIBIBYTE)
    (found,) = [one for one in validate_store(str(folder)).findings if one.rule == "STORE-READ"]
    assert found.node == FIELD


@pytest.mark.parametrize("node", ["", FIELD])
def test_nesting_without_end_is_a_finding(tmp_path: Path, node: str) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr", wells=["B/03"], shape=(2, 3), faults={node: Fault.DEEP}
    )
    report = validate_store(str(folder))
    assert rules_of(report)["ZARR-JSON"] == 1
    assert [one for one in report.findings if "nested too deeply" in one.message]


def test_ten_million_wells_are_bounded_findings(tmp_path: Path) -> None:
    report = validate_store(str(plate_of_wells(tmp_path, ",".join(["{}"] * 10_000_000))))
    assert report.verdict is Verdict.INVALID
    assert len(report.findings) < 20_000
    (cut,) = [one for one in report.findings if one.rule == "ZARR-JSON-SIZE"]
    assert (cut.pointer, cut.found) == ("/attributes/ome/plate/wells", "10,000,000")


def test_a_store_that_is_too_large_to_be_looked_at_whole_is_never_valid(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr", size=(1024, 1024))
    with ome_of(folder, "") as ome:
        ome["omero"]["name"] = [0] * 200_001
    report = validate_store(str(folder))
    assert not rules_of(report)
    assert report.verdict is Verdict.UNCHECKED


HOSTILE_PATHS = [
    "../secret",
    "/etc",
    "..",
    "A/../../secret",
    "A\\01",
    "file:///etc",
    "a" * 5000,
]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_path_that_leads_out_is_a_finding_and_is_never_opened(
    tmp_path: Path, version: stores.Version, path: str, opened: list[str]
) -> None:
    stores.plate(tmp_path / "secret", wells=["A/01"])
    folder = whole_plate(tmp_path / "p.zarr", version)
    add("", "plate", "wells", value={"path": path, "rowIndex": 0, "columnIndex": 0})(
        folder, version
    )
    add("B/03", "well", "images", value={"path": path, "acquisition": 0})(folder, version)
    transforms = [{"type": "scale", "scale": [1.0] * 4}]
    level = {"path": path, "coordinateTransformations": transforms}
    add(FIELD, "multiscales", 0, "datasets", value=level)(folder, version)
    add(f"{FIELD}/labels", "labels", value=path)(folder, version)
    label = f"{FIELD}/labels/nuclei"
    put(label, "image-label", "source", value={"image": path})(folder, version)
    opened.clear()
    report = validate_store(str(folder))
    assert opened
    assert all(f"{os.path.realpath(name)}/".startswith(f"{folder}/") for name in opened)
    assert report.verdict is Verdict.INVALID
    errors = [one for one in report.findings if one.level is Level.ERROR]
    for place in ("/plate/wells/6", "/well/images/2", "/multiscales/0/datasets/2", "/labels/1"):
        assert [one for one in errors if place in one.pointer], place


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_symbolic_link_out_of_the_store_is_a_finding_and_is_not_read(
    tmp_path: Path, target: str
) -> None:
    folder = whole_plate(tmp_path / "p.zarr", "0.5")
    outside = stores.image(tmp_path / "outside.zarr", name="secret")
    document = folder / FIELD / "zarr.json"
    if target == "file":
        document.unlink()
        document.symlink_to(outside / "zarr.json")
    else:
        (folder / FIELD).rename(tmp_path / "moved")
        (folder / FIELD).symlink_to(outside)
    report = validate_store(str(folder))
    (found,) = [one for one in report.findings if one.rule == "STORE-READ"]
    assert found.node == FIELD
    assert "symbolic link" in found.message
    assert "secret" not in str(report.findings)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.LFS_POINTER, "Git LFS pointer"),
        (Fault.NOT_UTF8, "not JSON"),
        (Fault.EMPTY, "it is empty"),
        (Fault.WEB_PAGE, "it is a web page"),
        (Fault.GZIPPED, "compressed with gzip"),
        (Fault.LIST, "no JSON object"),
    ],
)
def test_what_lies_in_place_of_json_is_told(tmp_path: Path, fault: Fault, reason: str) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr", wells=["A/1", "A/2"], fields=2, faults={"A/01/1": fault}
    )
    report = validate_store(str(folder))
    (found,) = [one for one in report.findings if one.rule == "ZARR-JSON"]
    assert found.node == "A/01/1"
    assert reason in found.message


XML_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(
        b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&a;") * 10) for n in range(12)
    )
    + b"]><OME>&b11;</OME>"
)


def test_an_entity_bomb_in_the_xml_of_a_collection_is_a_finding(tmp_path: Path) -> None:
    folder = stores.collection(tmp_path / "c.zarr")
    (folder / "OME/METADATA.ome.xml").write_bytes(XML_BOMB)
    (found,) = [one for one in validate_store(str(folder)).findings if one.rule == "BF2RAW-XML"]
    assert "document type" in found.message


def _bounded(megabytes: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024**2, megabytes * 1024**2))

    return limit


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
def test_hostile_documents_are_reported_within_a_bound_of_memory(tmp_path: Path) -> None:
    sparse(plate_of_wells(tmp_path / "big.zarr", "") / "A", 0)
    big = plate_of_wells(tmp_path / "wells.zarr", ",".join(["{}"] * 3_000_000))
    done = subprocess.run(
        [sys.executable, "-m", "plates.omezarr.command", str(big), "--format", "json"],
        preexec_fn=_bounded(2048),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["verdict"] == "invalid"
