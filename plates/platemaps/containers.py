"""From files as people have them to tables, whatever their names end in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plates.platemaps.delimited import delimited_grid
from plates.platemaps.encodings import READ_ERRORS, TextFile, text_file, unpacked_start
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.exported_headers import is_export
from plates.platemaps.grids import Grid
from plates.platemaps.header_rows import header_table, sample_of
from plates.platemaps.limits import MAX_FILE_BYTES, MAX_FILES
from plates.platemaps.matrices import matrix_table
from plates.platemaps.tables import Table
from plates.platemaps.workbooks import sheet_grids

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = (
    (b"PAR1", "It is a Parquet file; export it as CSV."),
    (b"version https://git-lfs", "It is a Git LFS pointer: the file itself was never downloaded."),
    (b"%PDF", "It is a PDF; save the table as CSV."),
    (b"PK\x05\x06", "It is an empty archive."),
    (b"BZh", "It is packed with bzip2; unpack it, or pack it with gzip."),
    (b"\xfd7zXZ", "It is packed with xz; unpack it, or pack it with gzip."),
    (b"\x28\xb5\x2f\xfd", "It is packed with zstd; unpack it, or pack it with gzip."),
    (b"\x89HDF", "It is an HDF5 file; export the table as CSV."),
)
_PAGES: Final = (b"<!doctype", b"<html", b"<?xml", b'{"')
_START: Final = 64
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OLE_DIRECTORY: Final = 1 << 20
"""How far the names of the parts of an OLE file are looked for."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of an import: the name under which it came, and where it lies now."""

    name: str
    path: Path


def open_tables(files: Sequence[SourceFile]) -> tuple[Table, ...]:
    """The tables in some files, in their order, sheets in the order of their workbook.

    PlateMapRefused for what is no table, is damaged, means harm, or is too large.
    """
    if len(files) > MAX_FILES:
        raise PlateMapRefused(f"These are {len(files)} files; at most {MAX_FILES} are one import.")
    return tuple(table for file in files for table in _tables(file))


def _tables(file: SourceFile) -> list[Table]:
    grids = _grids(file)
    tables = [table for grid in grids if (table := _table(grid)) is not None]
    if not tables:
        raise PlateMapRefused(f"{file.name} holds nothing but comments: there is no table in it.")
    return tables


def _table(grid: Grid) -> Table | None:
    sample = sample_of(grid)
    if is_export(sample[0].cells):
        return header_table(grid, sample)
    return matrix_table(grid, sample) or header_table(grid, sample)


def _grids(file: SourceFile) -> tuple[Grid, ...]:
    start = _start(file)
    if start.startswith(_ZIP):
        return sheet_grids(file.name, file.path)
    return (delimited_grid(open_text(file)),)


def open_text(file: SourceFile) -> TextFile:
    """The text of a file, unpacked if need be; PlateMapRefused for files that are none."""
    start = _start(file)
    packed = start.startswith(_GZIP)
    if packed:
        start = unpacked_start(file.name, file.path, _START)
    _refuse_others(file, start, packed=packed)
    return text_file(file.name, file.path, packed=packed)


def _start(file: SourceFile) -> bytes:
    try:
        size = file.path.stat().st_size
        with file.path.open("rb") as binary:
            start = binary.read(_START)
    except READ_ERRORS as error:
        raise PlateMapRefused(f"{file.name} cannot be opened. Upload it again.") from error
    if not size:
        raise PlateMapRefused(f"{file.name} is empty: there is no table in it.")
    if size > MAX_FILE_BYTES:
        raise PlateMapRefused(
            f"{file.name} is larger than {MAX_FILE_BYTES >> 20} MiB. Split it, or pack it with "
            "gzip."
        )
    return start


def _refuse_others(file: SourceFile, start: bytes, *, packed: bool) -> None:
    if packed and start.startswith((_GZIP, _ZIP)):
        raise PlateMapRefused(f"{file.name} is packed twice. Unpack it once.")
    if start.startswith(_OLE):
        raise PlateMapRefused(f"{file.name} {_why_ole(file)}")
    for signature, advice in _OTHERS:
        if start.startswith(signature):
            raise PlateMapRefused(f"{file.name} is no table. {advice}")
    if start.lstrip().lower().startswith(_PAGES):
        raise PlateMapRefused(
            f"{file.name} is no table but a web page or a document in XML or JSON. Save the table "
            "as CSV."
        )


def _why_ole(file: SourceFile) -> str:
    """Excel keeps both its old workbooks and its encrypted ones in OLE files."""
    with file.path.open("rb") as binary:
        beginning = binary.read(_OLE_DIRECTORY)
        binary.seek(max(0, file.path.stat().st_size - _OLE_DIRECTORY))
        if _ENCRYPTED in beginning or _ENCRYPTED in binary.read():
            return "is protected by a password. Save it without, or as CSV."
    return "is a workbook of an old Excel (xls). Save it as xlsx or CSV."
