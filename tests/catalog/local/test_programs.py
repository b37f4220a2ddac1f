from pathlib import Path

import pytest

from catalog.local.programs import PostgresPrograms, find_postgres, find_valkey
from catalog.local.refusals import ProgramsMissing


def program(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    (folder / "postgres").chmod(0o755)
    return folder


def test_the_wheel_comes_first(tmp_path: Path) -> None:
    wheel = program(tmp_path / "wheel/pginstall/bin", "18.6")
    program(tmp_path / "system/17/bin", "17.2")
    found = find_postgres(wheel=tmp_path / "wheel", system=tmp_path / "system")
    assert found == PostgresPrograms(wheel, 18)


def test_without_the_wheel_the_newest_of_the_system_serves(tmp_path: Path) -> None:
    for version in ("9", "15", "16", "17"):
        program(tmp_path / version / "bin", f"{version}.1 (Debian)")
    (tmp_path / "19" / "bin").mkdir(parents=True)
    found = find_postgres(wheel=tmp_path / "none", system=tmp_path)
    assert found == PostgresPrograms(tmp_path / "17" / "bin", 17)


def test_a_wheel_for_another_machine_is_passed_over(tmp_path: Path) -> None:
    wheel = program(tmp_path / "wheel/pginstall/bin", "18.6")
    (wheel / "postgres").write_bytes(b"\x7fELF of another kind")
    program(tmp_path / "system/16/bin", "16.2")
    assert find_postgres(wheel=tmp_path / "wheel", system=tmp_path / "system").major == 16


def test_a_postgres_that_is_too_old_is_refused(tmp_path: Path) -> None:
    program(tmp_path / "14" / "bin", "14.1")
    with pytest.raises(ProgramsMissing, match="DATABASE_URL"):
        find_postgres(wheel=tmp_path / "none", system=tmp_path)


@pytest.mark.parametrize(
    ("major", "flags"),
    [
        (15, ("--locale=C.UTF-8",)),
        (16, ("--locale=C.UTF-8",)),
        (17, ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")),
        (18, ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")),
    ],
)
def test_each_version_gets_the_locale_flags_that_it_knows(
    major: int, flags: tuple[str, ...]
) -> None:
    assert PostgresPrograms(Path("/x"), major).locale_flags == flags


def test_the_wheels_of_this_machine_are_found() -> None:
    assert find_postgres().major >= 15
    assert find_valkey().is_file()
