"""What packs stores into zip archives, and spoils these."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from plates.omezarr.errors import StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.report import Report
from plates.omezarr.validate import validate_store
from tests import stores

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
QUICK = StoreOptions(retries=0, timeout_s=5, connect_timeout_s=2)
ROOT = b'{"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5"}}}'

Change = Callable[[bytearray], None]


def pack(
    folder: Path, target: Path, *, method: int = STORED, top: str = "", folders: bool = False
) -> Path:
    """Pack a folder into an archive, with entries for folders if wanted."""
    with zipfile.ZipFile(target, "w", method) as packed:
        packed.comment = b'{"ome":{"version":"0.5"}}'
        for path in sorted(folder.rglob("*")):
            if path.is_file() or folders:
                packed.write(path, top + str(path.relative_to(folder)))
    return target


def pack_files(target: Path, files: dict[str, bytes], method: int = STORED) -> Path:
    """Pack files that need not be on disk."""
    with zipfile.ZipFile(target, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target


def plate_files(tmp_path: Path, wells: tuple[str, ...] = ("A01", "B02")) -> dict[str, bytes]:
    """The files of a plate by their paths in it."""
    folder = stores.plate(tmp_path / "unpacked.zarr", shape=(2, 2), wells=wells, fields=1)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def spoil(target: Path, change: Change) -> Path:
    """Change the bytes of an archive."""
    content = bytearray(target.read_bytes())
    change(content)
    target.write_bytes(content)
    return target


def entry_of(content: bytearray, name: bytes) -> int:
    """Where the entry of a member stands in the directory."""
    at = content.find(b"PK\1\2")
    while at >= 0:
        if content[at + 46 :].startswith(name) and content[at + 28] == len(name):
            return at
        at = content.find(b"PK\1\2", at + 1)
    raise AssertionError(name)


def header_of(content: bytearray, name: bytes) -> int:
    return int.from_bytes(content[(at := entry_of(content, name) + 42) : at + 4], "little")


def set_at(name: bytes, offset: int, value: bytes) -> Change:
    """Overwrite a field of a member's entry in the directory."""

    def change(content: bytearray) -> None:
        at = entry_of(content, name) + offset
        content[at : at + len(value)] = value

    return change


def told(report: Report) -> list[tuple[object, ...]]:
    """What the findings say, but for the address of the store."""
    return [
        (one.rule, one.level, one.node, one.document, one.pointer, one.expected, one.found)
        for one in report.findings
    ]


def error_of(target: Path | str, options: StoreOptions = QUICK) -> StoreError:
    """Why a store is refused as a whole."""
    with pytest.raises(StoreError) as refusal:
        read_store(str(target), options=options)
    return refusal.value


def findings_at(target: Path, node: str) -> list[str]:
    return [
        f"{one.rule} {one.message}"
        for one in validate_store(str(target)).findings
        if one.node == node
    ]
