"""Whole plates with one fault each, and whole plates with none."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from plates.omezarr.depth import Depth
from plates.omezarr.findings import Finding, Level
from plates.omezarr.rules.book import ALL_RULES
from plates.omezarr.validate import validate_store
from tests import stores
from tests.plates.omezarr.mutations import mutate
from tests.plates.omezarr.odd_plates import ODD, dated_plate, minimal_plate, sparse_plate
from tests.plates.omezarr.plain_oracle import denied
from tests.plates.omezarr.planted import PLANTED, UNPLANTED
from tests.plates.omezarr.planted_collections import scene
from tests.plates.omezarr.planting import WHOLE, Base, Planted, base_of, whole_plate
from tests.store_styles import Pixels
from tests.stores import Style, Version

VERSIONS: tuple[Version, ...] = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
CASES = [
    pytest.param(fault, version, id=f"{fault.rule} {version} {fault.sentence}")
    for fault in PLANTED
    for version in fault.versions
]
MUTATED = 500 if "PLATECAT_FUZZ" in os.environ else 20
LARGE = Pixels(2, ("DAPI", "GFP"), (1024, 1024), 1, chunks=False)

every_version = pytest.mark.parametrize("version", VERSIONS)


def findings_of(folder: Path) -> tuple[Finding, ...]:
    return tuple(validate_store(str(folder), depth=Depth.SAMPLE).findings)


def errors_of(folder: Path) -> list[Finding]:
    return [finding for finding in findings_of(folder) if finding.level is Level.ERROR]


def told(findings: Iterable[Finding]) -> str:
    return "\n".join(
        f"{found.level} {found.rule} at {found.node!r} {found.document} {found.pointer}: {found.message}"
        for found in findings
    )


def is_placed(finding: Finding, fault: Planted) -> bool:
    """Whether a finding lies where the fault is."""
    pointed = f"{fault.pointer_end}/" in f"{finding.pointer}/" if fault.pointer_end else True
    return pointed and finding.node in (fault.node, *fault.or_at)


def points_somewhere(folder: Path, finding: Finding) -> bool:
    """Whether a pointer leads to something in its document, or to a key that is missing there."""
    document = folder / finding.document
    if not finding.pointer or not document.is_file():
        return True
    try:
        place = json.loads(document.read_bytes())
    except ValueError:
        return False
    for step in finding.pointer.split("/")[1:-1]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(place, list) and key.isdecimal() and int(key) < len(place):
            place = place[int(key)]
        elif isinstance(place, dict) and key in place:
            place = place[key]
        else:
            return False
    return isinstance(place, list | dict)


@pytest.mark.parametrize(("fault", "version"), CASES)
def test_a_planted_fault_is_found_by_its_rule_where_it_is_and_by_no_other(
    tmp_path: Path, fault: Planted, version: Version
) -> None:
    folder = fault.write(tmp_path / "plate.zarr", version)
    findings = findings_of(folder)
    found = [finding for finding in findings if finding.rule == fault.rule]
    assert found, told(findings)
    assert all(is_placed(finding, fault) for finding in found), told(found)
    assert fault.times in (None, len(found)), told(found)
    assert all(points_somewhere(folder, finding) for finding in findings), told(findings)
    expected = {fault.rule, *fault.extra}
    others = [finding for finding in findings if finding.rule not in expected]
    assert not [finding for finding in others if finding.level is Level.ERROR], told(others)


def test_every_rule_has_a_planted_fault_or_a_reason_to_have_none() -> None:
    planted = {fault.rule for fault in PLANTED}
    known = {rule.id for rule in ALL_RULES}
    assert known - planted == set(UNPLANTED) & known
    assert planted <= known
    assert not planted & set(UNPLANTED)


def test_no_two_planted_faults_have_one_sentence() -> None:
    assert max(Counter((fault.rule, fault.sentence) for fault in PLANTED).values()) == 1


@every_version
def test_a_clean_plate_has_no_finding(tmp_path: Path, version: Version) -> None:
    report = validate_store(str(whole_plate(tmp_path / "plate.zarr", version)))
    assert not report.findings, told(report.findings)
    assert report.verdict == "valid"


@every_version
def test_a_clean_image_has_no_finding(tmp_path: Path, version: Version) -> None:
    folder = stores.image(tmp_path / "i.zarr", version=version, size=(1024, 1024), style=WHOLE)
    findings = findings_of(folder)
    assert not findings, told(findings)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize(("series", "xml"), [(True, True), (True, False), (False, True)])
def test_a_clean_collection_has_no_error(
    tmp_path: Path, version: Version, *, series: bool, xml: bool
) -> None:
    folder = stores.collection(tmp_path / "c.zarr", version, series=series, xml=xml, pixels=LARGE)
    findings = findings_of(folder)
    assert all(finding.rule == "BF2RAW-XML-ABSENT" and not xml for finding in findings), told(
        findings
    )
    assert not [finding for finding in findings if finding.level is Level.ERROR], told(findings)


def test_a_clean_scene_has_no_error(tmp_path: Path) -> None:
    errors = errors_of(scene(tmp_path / "scene.zarr", "0.6"))
    assert not errors, told(errors)


@every_version
@pytest.mark.parametrize("base", [minimal_plate, sparse_plate])
def test_a_minimal_or_sparse_plate_has_no_error(
    tmp_path: Path, version: Version, base: Base
) -> None:
    errors = errors_of(base(tmp_path / "plate.zarr", version))
    assert not errors, told(errors)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("name", ODD)
def test_an_odd_but_legal_plate_has_no_error(tmp_path: Path, version: Version, name: str) -> None:
    errors = errors_of(ODD[name](tmp_path / "plate.zarr", version))
    assert not errors, told(errors)


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3"])
def test_a_plate_of_old_may_have_its_rows_below_a_folder(tmp_path: Path, version: Version) -> None:
    errors = errors_of(dated_plate(tmp_path / "plate.zarr", version))
    assert not errors, told(errors)


def test_sharded_arrays_have_no_error(tmp_path: Path) -> None:
    sharded = base_of(Style(sharded=True, labels=("nuclei",)))
    errors = errors_of(sharded(tmp_path / "plate.zarr", "0.5"))
    assert not errors, told(errors)


@pytest.mark.skipif(find_spec("ngff_zarr") is None, reason="the official schemas are absent")
@pytest.mark.parametrize("seed", range(MUTATED))
def test_a_mutated_plate_is_never_called_valid_against_the_schemas(
    tmp_path: Path, seed: int
) -> None:
    version = VERSIONS[3 + seed % 3]
    folder = whole_plate(tmp_path / "plate.zarr", version)
    said = mutate(folder, seed)
    report = validate_store(str(folder))
    reasons = denied(folder, version)
    assert not reasons or report.verdict != "valid", (said, reasons)
