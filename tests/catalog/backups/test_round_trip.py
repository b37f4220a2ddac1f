"""What was backed up is there again: over REST, in search, and byte for byte."""

import json
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from catalog.models import Dataset, Job, Version
from catalog.words import Visibility
from plates.models import Plate, PlateMap
from tests import factories, stores
from tests.catalog.services.mapped import applied
from tests.catalog.services.published import published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("versions")]

ASKED = (
    "datasets/",
    "stores/",
    "plates/",
    "wells/?q=compound:Etoposide",
    "wells/?q=concentration:>=3uM",
    "wells/?q=Nutl*",
    "facets/?keys=compound,dataset",
    "keys/",
    "platemaps/",
    "changes/",
    "jobs/",
    "export/wells.csv",
)


@pytest.fixture
def catalog(plate_folder: Path, tmp_path: Path) -> Dataset:
    """A published dataset with a plate map, and a private one."""
    dataset = factories.dataset("open")
    factories.harvested(str(plate_folder), into=dataset)
    applied(dataset)
    published(dataset)
    private = factories.dataset("private", visibility=Visibility.OWNER)
    factories.harvested(str(stores.plate(tmp_path / "p.zarr", wells=["A/1"])), into=private)
    factories.user("ada", superuser=True)
    return dataset


def answers() -> dict[str, Any]:
    """What REST says of everything, to somebody who sees all of it."""
    client = Client()
    assert client.login(username="ada", password="secret")
    found = {}
    for path in ASKED:
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, path
        found[path] = without_cursors(answer.getvalue())
    return found


def without_cursors(content: bytes) -> Any:
    """An answer as it is however often it is asked for: where lists go on is signed anew."""
    text = content.decode()
    if not text.startswith("{"):
        return text
    return {name: said for name, said in json.loads(text).items() if name not in {"next", "cursor"}}


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(*arguments: str) -> str:
    """What a command says."""
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def rebuilt() -> None:
    """Empty tables again, whatever the test left behind."""
    call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def saved(catalog: Dataset, tmp_path: Path) -> Iterator[Path]:
    """A backup of it."""
    place = tmp_path / "saved.tar"
    run("backup", str(place))
    yield place
    connection.close()


def test_a_catalog_that_was_destroyed_is_what_it_was(
    saved: Path, versions: Path, settings: Settings
) -> None:
    before, kept = answers(), files(versions)
    assert len(kept) > 3
    assert before["wells/?q=compound:Etoposide"]["count"] == 1
    rebuilt()
    shutil.rmtree(versions)
    assert not Plate.objects.exists()
    said = run("restore", str(saved))
    assert "Restored: 2 datasets" in said
    assert "Pictures are no part of a backup" in said
    assert files(versions) == kept
    assert answers() == before
    assert Version.objects.get().files
    # And it goes on from there.
    again = stores.plate(saved.parent / "more.zarr", wells=["A/1"], name="more")
    factories.harvested(str(again), into=Dataset.objects.get(slug="open"))
    assert Plate.objects.count() == 3


def test_what_came_after_the_backup_is_gone_and_only_if_one_insists(
    saved: Path, versions: Path
) -> None:
    before, kept = answers(), files(versions)
    factories.dataset("later")
    version = next(versions.glob("*/*/manifest.json"))
    version.chmod(0o600)
    version.write_text("{}")
    with pytest.raises(
        CommandError, match=r"There is a catalog here already \(3 datasets"
    ) as found:
        run("restore", str(saved))
    assert found.value.returncode == 2
    assert Dataset.objects.filter(slug="later").exists()
    run("restore", str(saved), "--force")
    assert not Dataset.objects.filter(slug="later").exists()
    assert answers() == before
    assert files(versions) == kept


def test_tables_that_the_backup_does_not_know_do_not_stay(saved: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE from_tomorrow (plate_id int REFERENCES plates_plate)")
    run("restore", str(saved), "--force")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('from_tomorrow')")
        assert cursor.fetchone() == (None,)


def test_a_database_that_fails_half_way_is_left_as_it_was(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers()

    def broken(*_: object) -> Iterator[bytes]:
        yield saved.read_bytes()[512:20_000]

    monkeypatch.setattr("catalog.backups.restoring._told", broken)
    with pytest.raises(CommandError, match=r"failed \(exit code"):
        run("restore", str(saved), "--force")
    assert answers() == before


def test_a_catalog_that_is_in_use_is_not_replaced(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.backups.restoring._PATIENCE_S", 0.2)
    other = connection.copy()
    try:
        other.ensure_connection()
        with pytest.raises(CommandError, match="1 others are connected to this database"):
            run("restore", str(saved), "--force")
    finally:
        other.close()


def test_pictures_are_queued_where_that_is_asked_for(saved: Path) -> None:
    rebuilt()
    said = run("restore", str(saved), "--draw")
    assert "0 stores are queued" in said
    assert Job.objects.filter(kind="workers.preview").count() == 0
    assert PlateMap.objects.count() == 1


def test_the_secret_key_comes_along_if_it_is_asked_for(
    catalog: Dataset, tmp_path: Path, settings: Settings
) -> None:
    settings.SECRET_KEY = "the key of then"
    run("backup", str(tmp_path / "with.tar"), "--with-secret-key")
    run("restore", str(tmp_path / "with.tar"), "--force", "--secret-key-to", str(tmp_path / "key"))
    assert (tmp_path / "key").read_text() == "the key of then"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
