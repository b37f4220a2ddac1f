import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from catalog.local import identity as subject
from catalog.local.identity import Identity, identity_for, wrapped
from catalog.local.refusals import NoUserForPostgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights")
with_setpriv = pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")


@with_setpriv
def test_a_command_is_wrapped_for_its_user_and_its_parents_death() -> None:
    command = wrapped(["a", "b"], identity=Identity(101, 104, None), dies_by="INT")
    assert command[1:] == [
        *("--pdeathsig", "INT", "--reuid", "101", "--regid", "104", "--clear-groups"),
        *("--", "a", "b"),
    ]


def test_a_command_without_wishes_stays_as_it_is() -> None:
    assert wrapped(["a", "b"]) == ["a", "b"]


def test_without_setpriv_a_command_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert wrapped(["a"], dies_by="TERM") == ["a"]


def test_an_ordinary_user_runs_postgres_as_himself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert identity_for(cluster=tmp_path / "postgres", programs=tmp_path) is None


def test_root_without_setpriv_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NoUserForPostgres, match="util-linux"):
        identity_for(cluster=tmp_path / "postgres", programs=tmp_path)


@as_root
def test_a_folder_that_everybody_enters_needs_no_capability() -> None:
    found = identity_for(cluster=Path("/usr/postgres"), programs=Path("/usr/bin"))
    assert found is not None
    assert (found.uid != 0, found.capability) == (True, None)


@as_root
def test_below_a_private_folder_a_capability_is_granted(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    found = identity_for(cluster=tmp_path / "postgres", programs=Path("/usr/bin"))
    assert found is not None
    assert found.capability in {"dac_read_search", "dac_override"}


@as_root
@pytest.mark.parametrize(
    ("permitted", "capability"), [(0b110, "dac_read_search"), (0b010, "dac_override")]
)
def test_the_lesser_capability_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, permitted: int, capability: str
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(subject, "_permitted_capabilities", lambda: permitted)
    found = identity_for(cluster=tmp_path / "postgres", programs=tmp_path)
    assert found is not None
    assert found.capability == capability


@as_root
def test_a_container_that_grants_no_reading_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(subject, "_permitted_capabilities", lambda: 0)
    with pytest.raises(NoUserForPostgres, match="everybody may enter"):
        identity_for(cluster=tmp_path / "postgres", programs=tmp_path)


@as_root
@with_setpriv
def test_access_2_honours_the_capability(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "file").touch(mode=0o600)
    command = ["test", "-r", str(tmp_path / "file")]
    nobody = Identity(65534, 65534, None)
    seeing = Identity(65534, 65534, subject._reading_capability(pwd.getpwuid(65534), tmp_path))
    assert subprocess.run(wrapped(command, identity=nobody), check=False).returncode == 1
    assert subprocess.run(wrapped(command, identity=seeing), check=False).returncode == 0
