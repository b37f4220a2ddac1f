import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import pytest
from psycopg.conninfo import conninfo_to_dict

from catalog.local.folder import LONGEST_SOCKET_PATH, DataFolder
from catalog.local.refusals import DataFolderRefused, SocketFolderTaken


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough to hold sockets."""
    with TemporaryDirectory(prefix="pc-", dir="/tmp") as made:
        yield Path(made)


def test_sockets_lie_in_the_data_folder_if_its_path_is_short() -> None:
    assert DataFolder("/srv/platecat").sockets == Path("/srv/platecat/run")


@pytest.mark.parametrize(
    "root",
    ["/srv/" + "long" * 30, "/srv/with space", "/srv/a,b", "/srv/50%", "/srv/größe", "/srv/a?b#c"],
)
def test_sockets_of_a_long_or_odd_path_lie_in_tmp(root: str) -> None:
    folder = DataFolder(root)
    assert folder.sockets.parent == Path("/tmp")
    assert folder.sockets == DataFolder(root).sockets != DataFolder(root + "2").sockets
    assert len(os.fsencode(folder.postgres_socket)) <= LONGEST_SOCKET_PATH


def test_every_way_to_name_a_folder_leads_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert DataFolder("x") == DataFolder(tmp_path / "x") == DataFolder(tmp_path / "link" / "x")


def test_urls_name_the_sockets() -> None:
    folder = DataFolder("/srv/platecat")
    assert conninfo_to_dict(folder.database_url) == {
        "dbname": "platecat",
        "host": "/srv/platecat/run",
        "port": "5432",
        "user": "platecat",
    }
    assert unquote(urlsplit(folder.broker_url).path) == "/srv/platecat/run/broker.sock"


def test_only_the_owner_enters_what_is_private(short: Path) -> None:
    folder = DataFolder(short / "new")
    folder.make()
    folder.make_sockets(owner=os.geteuid())
    for part in (folder.broker, folder.logs, folder.starters, folder.sockets):
        assert stat.S_IMODE(part.stat().st_mode) == 0o700


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    key = folder.secret_key()
    assert len(key) >= 50
    assert folder.secret_key() == key
    assert stat.S_IMODE(folder.secret_key_file.stat().st_mode) == 0o600


def test_a_link_in_place_of_the_socket_folder_is_refused(short: Path) -> None:
    folder = DataFolder(short)
    folder.sockets.symlink_to("/tmp")
    with pytest.raises(SocketFolderTaken, match="belongs to"):
        folder.make_sockets(owner=os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_socket_folder_of_somebody_else_is_refused(short: Path) -> None:
    folder = DataFolder(short)
    folder.sockets.mkdir()
    os.chown(folder.sockets, 12345, -1)
    with pytest.raises(SocketFolderTaken, match="12345"):
        folder.make_sockets(owner=os.geteuid())


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderRefused, match="PLATECAT_DATA"):
        DataFolder(tmp_path / "file" / "data").make()
