"""The file of a backup: a tar whose last member tells the size and digest of every other one."""

import hashlib
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from catalog.errors import CatalogError

FORMAT: Final = 1
DATABASE: Final = "database.dump"
SECRET_KEY: Final = "secret-key"  # noqa: S105 - the name of a file
MANIFEST: Final = "manifest.json"
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
VERSION_FILE: Final = re.compile(
    rf"versions/({_UUID})/({_UUID})/([A-Za-z0-9_][A-Za-z0-9._-]{{0,99}})"
)
_PIECE: Final = 1024 * 1024
_BLOCK: Final = 512
_LARGEST_MANIFEST: Final = 256 * 1024 * 1024
_OWNER_ONLY: Final = 0o600

Tell = Callable[[str, int], None]
"""Told of a member's name, and the bytes of it that are done."""


class BackupRefused(CatalogError):
    """A backup that is not made, or not restored: what is wrong, and what to do."""


class Member(msgspec.Struct, frozen=True):
    """A file of a backup: its name, size in bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    format: int
    made_at: str
    postgres: int
    migrations: list[tuple[str, str]]
    schema: str
    """SHA-256 of the names and types of all columns."""
    counts: dict[str, int]
    faults: list[str]
    """Files of versions that were not what their rows said when the backup was made."""
    files: list[Member]


class Making:
    """A backup that is being written, under a name of its own until it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path.with_name(f".making-{os.getpid()}-{path.name}")
        handle = os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        self._file = os.fdopen(handle, "wb")
        self.members: list[Member] = []

    def add(self, name: str, pieces: Iterable[bytes], tell: Tell) -> Member:
        """Append a file whose size is only known at its end; its head is written twice."""
        begins, size, counted = self._file.tell(), 0, hashlib.sha256()
        self._file.write(_head(name, 0))
        for piece in pieces:
            counted.update(piece)
            size += self._file.write(piece)
            tell(name, size)
        self._file.write(b"\0" * (-size % _BLOCK))
        ends = self._file.tell()
        self._file.seek(begins)
        self._file.write(_head(name, size))
        self._file.seek(ends)
        member = Member(name, size, counted.hexdigest())
        self.members.append(member)
        return member

    def finish(self, manifest: Manifest) -> None:
        """Append the manifest and give the file its name; one that is there already is kept."""
        self.add(MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1)], _unheard)
        self._file.write(b"\0" * (2 * _BLOCK))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self.path.exists():
            raise BackupRefused(f"{self.path} is there already. Choose another name.")
        self._aside.rename(self.path)

    def discard(self) -> None:
        """Leave nothing behind of what was not finished."""
        self._file.close()
        self._aside.unlink(missing_ok=True)


class Backup:
    """A backup that was made: its manifest, and the pieces of its files."""

    def __init__(self, path: Path) -> None:
        """Look into a file; BackupRefused for what is no whole backup."""
        self.path = path
        try:
            self._tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed by close()
        except (OSError, tarfile.TarError) as error:
            raise self._no_backup(error) from error
        try:
            self._members = {one.name: one for one in self._tar.getmembers()}
            self.manifest = self._read_manifest()
            self._refuse_strange_members()
        except (OSError, tarfile.TarError, msgspec.DecodeError, ValueError) as error:
            self.close()
            raise self._no_backup(error) from error
        except BackupRefused:
            self.close()
            raise

    def _no_backup(self, error: Exception) -> BackupRefused:
        return BackupRefused(
            f"{self.path} is no whole backup of Platecat: {error}. Take another one."
        )

    def close(self) -> None:
        """Let go of the file."""
        self._tar.close()

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file of the backup."""
        found = self._tar.extractfile(self._members[name])
        if found is None:
            raise BackupRefused(f"{name} of {self.path} is no file.")
        with found:
            while piece := found.read(_PIECE):
                yield piece

    def verify(self, tell: Tell) -> None:
        """Read all files to their end; BackupRefused if one is not what the manifest says."""
        for told in self.manifest.files:
            counted, size = hashlib.sha256(), 0
            for piece in self.pieces(told.name):
                counted.update(piece)
                size += len(piece)
                tell(told.name, size)
            if (size, counted.hexdigest()) != (told.bytes, told.sha256):
                raise BackupRefused(
                    f"{told.name} of {self.path} is not what was written: it has the digest "
                    f"{counted.hexdigest()} and had {told.sha256}. Nothing was changed; take "
                    "another backup."
                )

    def version_files(self) -> Iterator[tuple[str, str, str, Member]]:
        """Dataset, version and name of each kept file of a version."""
        for told in self.manifest.files:
            found = VERSION_FILE.fullmatch(told.name)
            if found is not None:
                yield found[1], found[2], found[3], told

    def has(self, name: str) -> bool:
        """Whether it holds this file."""
        return any(told.name == name for told in self.manifest.files)

    def _read_manifest(self) -> Manifest:
        last = list(self._members)[-1:]
        if last != [MANIFEST] or self._members[MANIFEST].size > _LARGEST_MANIFEST:
            raise ValueError("it does not end with its manifest, so it was cut off")
        return msgspec.json.decode(b"".join(self.pieces(MANIFEST)), type=Manifest)

    def _refuse_strange_members(self) -> None:
        told = {one.name: one.bytes for one in self.manifest.files}
        found = {name: one.size for name, one in self._members.items() if name != MANIFEST}
        strange = [
            name
            for name, one in self._members.items()
            if not one.isreg()
            or not (name in {DATABASE, SECRET_KEY, MANIFEST} or VERSION_FILE.fullmatch(name))
        ]
        if strange or told != found or DATABASE not in found:
            differing = {name for name, _ in told.items() ^ found.items()}
            wrong = strange or sorted(differing) or [DATABASE]
            raise BackupRefused(
                f"{self.path} does not hold what its manifest says: {wrong[0]}. Nothing was "
                "changed; take another backup."
            )


def _head(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, _OWNER_ONLY
    return info.tobuf(tarfile.GNU_FORMAT)


def _unheard(name: str, done: int) -> None:
    """Nobody is told of it."""
