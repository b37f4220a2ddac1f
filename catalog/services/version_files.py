"""The files of versions on disk: written under a temporary name, digested, renamed, never changed.

A version has a folder of its own, named after its id, in the folder of its dataset. What bears the
name of a version is whole; what is being written begins with `.making-`.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from catalog.models import Dataset, Version

MAKING: Final = ".making-"
MANIFEST: Final = "manifest.json"
_READ_ONLY: Final = 0o444
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of a version: its name, size in bytes, SHA-256, and rows if it is a table."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None

    def told(self) -> dict[str, object]:
        """As the row of a version and its manifest keep it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class VersionFault:
    """A file of a version that is not what it was, and in what."""

    name: str
    sentence: str


def folder_of_dataset(dataset_id: UUID) -> Path:
    """Where the versions of a dataset are."""
    return Path(settings.VERSIONS) / str(dataset_id)


def path_of_file(version: Version, name: str) -> Path:
    """Where a file of a version lies; `name` is one of those that its row lists."""
    return folder_of_dataset(version.dataset.id) / str(version.id) / name


def begin_folder(dataset: Dataset, version_id: UUID) -> Path:
    """A new folder to write a version in; what earlier attempts left behind is swept away.

    Only who holds the lease of the dataset's publication may ask: nobody else is writing then.
    """
    whole = folder_of_dataset(dataset.id)
    whole.mkdir(parents=True, exist_ok=True)
    known = {str(one) for one in dataset.versions.values_list("id", flat=True)}
    for left in whole.iterdir():
        if left.name not in known:
            shutil.rmtree(left, ignore_errors=True)
    folder = whole / f"{MAKING}{version_id}"
    folder.mkdir()
    return folder


def write_file(folder: Path, name: str, chunks: Iterable[bytes]) -> WrittenFile:
    """Write a file that was not there, and digest it on the way; it can only be read after."""
    counted, size = hashlib.sha256(), 0
    path = folder / name
    with path.open("xb") as file:
        for chunk in chunks:
            counted.update(chunk)
            size += file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(_READ_ONLY)
    return WrittenFile(name, size, counted.hexdigest())


def finish_folder(folder: Path) -> Path:
    """Give a folder that is whole the name of its version."""
    whole = folder.with_name(folder.name.removeprefix(MAKING))
    folder.rename(whole)
    _sync(whole.parent)
    return whole


def discard_folder(folder: Path) -> None:
    """Take away what no version came of, under either name."""
    for one in (folder, folder.with_name(folder.name.removeprefix(MAKING))):
        shutil.rmtree(one, ignore_errors=True)


def faults_of_files(version: Version) -> Iterator[VersionFault]:
    """The files of a version that are not what they were, each read to its end."""
    if not any(told["name"] == MANIFEST for told in version.files):
        yield VersionFault(MANIFEST, "is not among its files")
    for told in version.files:
        path = path_of_file(version, told["name"])
        if not path.is_file():
            yield VersionFault(told["name"], "is not there")
            continue
        size, digest = path.stat().st_size, _digest_of(path)
        if size != told["bytes"]:
            yield VersionFault(told["name"], f"has {size:,} bytes and had {told['bytes']:,}")
        elif digest != told["sha256"]:
            yield VersionFault(told["name"], f"has the digest {digest} and had {told['sha256']}")


def _digest_of(path: Path) -> str:
    counted = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            counted.update(piece)
    return counted.hexdigest()


def _sync(folder: Path) -> None:
    # The new name itself is only safe once the folder that holds it is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
