"""A backup is one file, whole or not there, and says what is wrong with what it holds."""

import tarfile
from pathlib import Path

import msgspec
import pytest
from django.core.management import CommandError
from pytest_django import Settings

from catalog.backups.archive import Backup, BackupRefused, Manifest
from catalog.models import Dataset
from catalog.services.version_files import path_of_file
from tests import factories
from tests.catalog.backups.test_round_trip import run
from tests.catalog.services.published import published

pytestmark = pytest.mark.django_db(transaction=True)


def manifest_of(path: Path) -> Manifest:
    with tarfile.open(path) as tar:
        found = tar.extractfile("manifest.json")
        assert found is not None
        return msgspec.json.decode(found.read(), type=Manifest)


def test_it_says_what_is_in_it_and_any_tar_reads_it(
    open_dataset: Dataset, plate_folder: Path, versions: Path, tmp_path: Path
) -> None:
    factories.harvested(str(plate_folder), into=open_dataset)
    version = published(open_dataset)
    place = tmp_path / "one.tar"
    assert str(place) in run("backup", str(place))
    manifest = manifest_of(place)
    assert (manifest.counts["plates"], manifest.counts["versions"]) == (1, 1)
    assert ("catalog", "0001_initial") in manifest.migrations
    names = [one.name for one in manifest.files]
    assert names[0] == "database.dump"
    folder = f"versions/{open_dataset.id}/{version.id}"
    assert set(names[1:]) == {f"{folder}/{told['name']}" for told in version.files}
    assert "secret-key" not in names
    assert place.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".making*")] == []


def test_in_a_folder_it_is_named_by_the_time(open_dataset: Dataset, tmp_path: Path) -> None:
    run("backup", str(tmp_path))
    (place,) = tmp_path.glob("platecat-*.tar")
    assert manifest_of(place).counts["datasets"] == 1


def test_what_is_there_is_never_overwritten(db: None, tmp_path: Path) -> None:
    (tmp_path / "one.tar").write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        run("backup", str(tmp_path / "one.tar"))
    with pytest.raises(CommandError, match="There is no folder"):
        run("backup", str(tmp_path / "none" / "one.tar"))
    assert (tmp_path / "one.tar").read_text() == "mine"


def test_files_that_are_not_what_was_published_are_told(
    open_dataset: Dataset, plate_folder: Path, versions: Path, tmp_path: Path
) -> None:
    factories.harvested(str(plate_folder), into=open_dataset)
    version = published(open_dataset)
    first, second = (path_of_file(version, told["name"]) for told in version.files[:2])
    first.unlink()
    second.chmod(0o600)
    second.write_bytes(b"another")
    with pytest.raises(CommandError, match="2 files of versions") as found:
        run("backup", str(tmp_path / "one.tar"))
    assert found.value.returncode == 1
    faults = manifest_of(tmp_path / "one.tar").faults
    assert f"{first} is not there" in faults
    assert any(fault.startswith(f"{second} has the digest") for fault in faults)


def test_a_backup_that_breaks_off_leaves_nothing(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("catalog.backups.contents.schema", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("backup", str(tmp_path / "one.tar"))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def whole(open_dataset: Dataset, tmp_path: Path) -> bytes:
    run("backup", str(tmp_path / "whole.tar"))
    return (tmp_path / "whole.tar").read_bytes()


def test_a_byte_that_changed_is_seen_before_anything_is_touched(
    whole: bytes, tmp_path: Path, open_dataset: Dataset
) -> None:
    damaged = bytearray(whole)
    damaged[5_000] ^= 1
    (tmp_path / "damaged.tar").write_bytes(damaged)
    factories.dataset("later")
    with pytest.raises(CommandError, match="is not what was written"):
        run("restore", str(tmp_path / "damaged.tar"), "--force")
    assert Dataset.objects.filter(slug="later").exists()


@pytest.mark.parametrize("left", [0, 100, 512, 20_000, -2_000])
def test_what_was_cut_off_is_no_backup(whole: bytes, tmp_path: Path, left: int) -> None:
    (tmp_path / "cut.tar").write_bytes(whole[:left])
    with pytest.raises(BackupRefused, match="is no whole backup"):
        Backup(tmp_path / "cut.tar")


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "versions/x/y/z", "versions/../../evil", "other"],
)
def test_a_file_with_strange_members_is_refused(whole: bytes, tmp_path: Path, name: str) -> None:
    place = tmp_path / "strange.tar"
    (tmp_path / "evil").write_text("x")
    with tarfile.open(tmp_path / "whole.tar") as old, tarfile.open(place, "w") as new:
        new.add(tmp_path / "evil", arcname=name, recursive=False)
        for member in old.getmembers():
            new.addfile(member, old.extractfile(member))
    with pytest.raises(BackupRefused, match="does not hold what its manifest says"):
        Backup(place)


def test_a_link_is_no_file_of_a_backup(whole: bytes, tmp_path: Path) -> None:
    place = tmp_path / "link.tar"
    with tarfile.open(tmp_path / "whole.tar") as old, tarfile.open(place, "w") as new:
        link = tarfile.TarInfo("database.dump")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        new.addfile(link)
        manifest = old.getmember("manifest.json")
        new.addfile(manifest, old.extractfile(manifest))
    with pytest.raises(BackupRefused, match="does not hold what its manifest says"):
        Backup(place)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"format": 99}, "is of the form 99"),
        ({"migrations": [("catalog", "0099_later")]}, "was made by a newer Platecat"),
        ({"postgres": 99}, "was made of Postgres 99"),
    ],
)
def test_what_this_platecat_cannot_restore_is_refused_in_a_sentence(
    whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object],
    sentence: str,
) -> None:  # fmt: skip
    told = msgspec.structs.replace(manifest_of(tmp_path / "whole.tar"), **changed)
    monkeypatch.setattr(Backup, "_read_manifest", lambda _: told)
    with pytest.raises(CommandError, match=sentence):
        run("restore", str(tmp_path / "whole.tar"), "--force")
