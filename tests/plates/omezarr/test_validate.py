"""Validation of whole stores: what is told of odd storage, of parts that differ, of versions."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plates.omezarr.findings import Finding, Level
from plates.omezarr.report import Report
from plates.omezarr.rules.book import ALL_RULES
from plates.omezarr.rules.rule import Policy
from plates.omezarr.validate import validate_store
from plates.omezarr.versions.numbers import VERSIONS
from plates.states import Verdict
from tests import servers, stores
from tests.plates.omezarr.planting import (
    FIELD,
    WHOLE,
    copy,
    drop,
    ome_of,
    put,
    put_dtype,
    remove,
    styled_plate,
    whole_plate,
)
from tests.servers import Behaviour
from tests.stores import Version

both_versions = pytest.mark.parametrize("version", ["0.4", "0.5"])


def of_rule(report: Report, rule: str) -> list[Finding]:
    return [one for one in report.findings if one.rule == rule]


def errors(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.level is Level.ERROR]


@both_versions
@pytest.mark.parametrize("status", [401, 403])
def test_storage_that_hides_what_is_not_there_is_walked_through_to_the_end(
    tmp_path: Path, version: Version, status: int
) -> None:
    whole_plate(tmp_path / "p.zarr", version)
    on_disk = validate_store(str(tmp_path / "p.zarr"))
    with servers.http_server(tmp_path, Behaviour(missing_status=status)) as web:
        report = validate_store(f"{web.url}/p.zarr")
    assert (report.verdict, errors(report)) == (Verdict.VALID, [])
    assert report.documents == on_disk.documents
    assert any("not shown by the storage" in remark for remark in report.coverage.remarks)


@both_versions
def test_a_server_with_a_page_for_everything_makes_no_faults(
    tmp_path: Path, version: Version
) -> None:
    whole_plate(tmp_path / "p.zarr", version)
    with servers.http_server(tmp_path, Behaviour(missing_status=200)) as web:
        report = validate_store(f"{web.url}/p.zarr")
    assert (report.verdict, report.findings) == (Verdict.VALID, ())
    assert any("web page" in remark for remark in report.coverage.remarks)


@both_versions
def test_consolidated_metadata_that_cannot_be_had_hides_nothing(
    tmp_path: Path, version: Version
) -> None:
    folder = whole_plate(tmp_path / "p.zarr", version)
    remove("B/03")(folder, version)
    (folder / ".zmetadata").symlink_to("/etc/hostname")
    report = validate_store(str(folder))
    assert [one.node for one in of_rule(report, "HCS-WELL-EXISTS")] == ["B/03"]


def test_each_of_several_things_at_one_place_is_told(tmp_path: Path) -> None:
    folder = whole_plate(tmp_path / "p.zarr", "0.5")
    for name in ("04", "05", "06"):
        copy("B/03", f"B/{name}")(folder, "0.5")
    found = of_rule(validate_store(str(folder)), "HCS-WELL-UNLISTED")
    assert [one.node for one in found] == ["B/04", "B/05", "B/06"]


@both_versions
def test_each_missing_key_is_told(tmp_path: Path, version: Version) -> None:
    folder = whole_plate(tmp_path / "p.zarr", version)
    drop("", "plate", "rows")(folder, version)
    drop("", "plate", "columns")(folder, version)
    found = of_rule(validate_store(str(folder)), "HCS-PLATE-STRUCTURE")
    assert {one.expected for one in found} == {"the key rows", "the key columns"}


def test_levels_of_other_names_are_told_by_their_own(tmp_path: Path) -> None:
    style = replace(WHOLE, labels=(), tables=())
    folder = styled_plate(tmp_path / "p.zarr", "0.5", style)
    with ome_of(folder, "B/03/1") as ome:
        for number, level in enumerate(ome["multiscales"][0]["datasets"]):
            shutil.move(folder / "B/03/1" / str(number), folder / "B/03/1" / f"s{number}")
            level["path"] = f"s{number}"
    for node in (f"{FIELD}/1", "B/03/1/s1"):
        put_dtype(node, "uint32", "<u4")(folder, "0.5")
    found = of_rule(validate_store(str(folder)), "IMG-DTYPE")
    assert [one.node for one in found] == [f"{FIELD}/1", "B/03/1/s1"]


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3"])
def test_a_collection_without_a_version_is_judged_by_that_of_its_images(
    tmp_path: Path, version: Version
) -> None:
    folder = stores.collection(tmp_path / "c.zarr", version)
    report = validate_store(str(folder))
    assert (report.version, errors(report)) == (version, [])


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3"])
def test_a_plate_without_a_version_is_judged_by_that_of_its_wells(
    tmp_path: Path, version: Version
) -> None:
    folder = whole_plate(tmp_path / "p.zarr", version)
    drop("", "plate", "version")(folder, version)
    assert validate_store(str(folder)).version == version


@both_versions
def test_a_version_that_is_a_number_is_an_error_that_can_be_acted_on(
    tmp_path: Path, version: Version
) -> None:
    folder = whole_plate(tmp_path / "p.zarr", version)
    if version == "0.5":
        put("", "version", value=0.5)(folder, version)
    else:
        put("", "plate", "version", value=0.4)(folder, version)
    (found,) = errors(validate_store(str(folder)))
    assert f'has to be the text "{version}"' in found.message


@both_versions
def test_an_array_where_a_group_has_to_be_is_told_as_such(tmp_path: Path, version: Version) -> None:
    folder = whole_plate(tmp_path / "p.zarr", version)
    shutil.rmtree(folder / FIELD)
    shutil.copytree(folder / "B/03/1/0", folder / FIELD)
    report = validate_store(str(folder))
    (found,) = of_rule(report, "HCS-FIELD-EXISTS")
    assert "an array where a group has to be" in found.message
    assert report.verdict is Verdict.INCOMPLETE


def test_what_is_not_shown_is_not_judged(tmp_path: Path) -> None:
    folder = whole_plate(tmp_path / "p.zarr", "0.5")
    with servers.http_server(
        tmp_path, Behaviour(statuses={f"p.zarr/{FIELD}/zarr.json": 403})
    ) as web:
        report = validate_store(f"{web.url}/p.zarr")
    assert folder.is_dir()
    assert [one.rule for one in errors(report)] == ["STORE-READ"]
    assert report.verdict is Verdict.UNCHECKED


def test_images_without_a_list_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = stores.collection(tmp_path / "c.zarr", images=20, series=False, xml=False)
    shutil.rmtree(folder / "11")
    report = validate_store(str(folder))
    assert [one.node for one in of_rule(report, "BF2RAW-CONSEC")] == ["11"]


@pytest.mark.parametrize("policy", Policy)
@both_versions
def test_a_store_with_errors_is_never_valid_under_any_policy(
    tmp_path: Path, version: Version, policy: Policy
) -> None:
    folder = stores.image(tmp_path / "i.zarr", version=version, style=WHOLE, size=(1024, 1024))
    remove("labels/nuclei")(folder, version)
    report = validate_store(str(folder), policy=policy)
    assert report.errors == 0 or report.verdict is not Verdict.VALID


def test_every_rule_has_a_level_under_each_policy_wherever_it_holds() -> None:
    for rule in ALL_RULES:
        for version in VERSIONS:
            held = {rule.level(version, policy) is None for policy in Policy}
            assert len(held) == 1, rule.id
