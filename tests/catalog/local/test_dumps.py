"""The programs that write out and read in a database: which are taken, and what they are told."""

import io
from pathlib import Path

import pytest
from django.db import connection

from catalog.local.dumps import DumpFailed, Said, dump_programs, dumped, read_in, variables_of


def programs(folder: Path, major: int, *names: str) -> Path:
    """Programs that say that they are of a version."""
    for name in names or ("pg_dump", "pg_restore", "psql"):
        place = folder / str(major) / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.1'\n")
        place.chmod(0o755)
    return folder / str(major)


def test_the_oldest_are_taken_that_are_no_older_than_the_server(tmp_path: Path) -> None:
    places = [programs(tmp_path, major) for major in (15, 18, 17)]
    assert dump_programs(16, places=places) == tmp_path / "17"
    assert dump_programs(18, places=places) == tmp_path / "18"


def test_a_server_that_is_newer_than_all_is_refused_with_what_to_install(tmp_path: Path) -> None:
    places = [programs(tmp_path, 15), programs(tmp_path, 18, "pg_dump")]
    with pytest.raises(
        DumpFailed, match=r"The server is Postgres 18.* only those of 15"
    ) as refused:
        dump_programs(18, places=places)
    assert "postgresql-client-18" in str(refused.value)
    with pytest.raises(DumpFailed, match="here are none of"):
        dump_programs(18, places=[tmp_path / "none"])


def test_a_password_goes_by_the_environment() -> None:
    told = variables_of({"host": "db", "user": "me", "password": "pw", "dbname": "cat", "x": 1})
    assert told == {"PGHOST": "db", "PGUSER": "me", "PGPASSWORD": "pw", "PGDATABASE": "cat"}


@pytest.mark.django_db
def test_a_program_whose_stream_is_closed_before_its_end_has_said_what_it_had() -> None:
    stream = io.BytesIO(b"never read\n")
    stream.close()
    assert Said(stream).text() == ""


def test_what_fails_says_why() -> None:
    here = dump_programs(connection.pg_version // 10_000)  # type: ignore[attr-defined]
    nowhere = {"host": "127.0.0.1", "port": 1, "dbname": "x", "user": "x"}
    with pytest.raises(DumpFailed, match=r"pg_dump failed .*127\.0\.0\.1"):
        list(dumped(here, nowhere, snapshot="none"))
    with pytest.raises(DumpFailed, match=r"failed .exit code"):
        read_in(here, nowhere, [b"no dump"])
