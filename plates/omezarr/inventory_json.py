"""Inventories in JSON, one object on each line: `rclone lsjson` and `mc ls --json`."""

from collections.abc import Iterator
from typing import Final

import msgspec

from plates.omezarr.inventory_columns import moment_of
from plates.omezarr.inventory_lines import Part, lines_of
from plates.omezarr.inventory_rows import MAX_SIZE, InventoryRow, OpenPart, Rows
from plates.omezarr.row_problems import RowProblems

_BRACKETS: Final = "[], \t\r"


class _RcloneFile(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    path: str
    size: int
    is_dir: bool = False
    mod_time: str = ""
    tier: str = ""


class _MinioObject(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    key: str
    size: int
    type: str = "file"
    last_modified: str = ""
    etag: str = ""
    storage_class: str = ""
    is_delete_marker: bool = False


_rclone = msgspec.json.Decoder(_RcloneFile)
_minio = msgspec.json.Decoder(_MinioObject)


def is_json_listing(line: str) -> bool:
    """Whether a line holds an object as one of these tools writes it."""
    return _row(0, line) is not None


def json_rows(open_part: OpenPart, part: Part) -> Rows:
    """Reads one object from each line; brackets and commas of a list around them are forgiven."""

    def rows(problems: RowProblems) -> Iterator[InventoryRow]:
        for number, line in lines_of(open_part, part, problems):
            if not line.strip(_BRACKETS):
                continue
            row = _row(number, line)
            if row is None:
                problems.add(
                    number, f"The line holds no object with a path and a size: {line[:80]!r}."
                )
            else:
                yield row

    return rows


def _row(number: int, line: str) -> InventoryRow | None:
    """The row of a line, None if it holds none; a folder ends with a slash."""
    start, end = line.find("{"), line.rfind("}")
    if start < 0 or line[:start].strip(_BRACKETS) or line[end + 1 :].strip(_BRACKETS):
        return None
    text = line[start : end + 1]
    try:
        one = _rclone.decode(text)
        row = InventoryRow(
            number, _folder(one.path, one.is_dir), one.size, moment_of(one.mod_time), one.tier
        )
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        found = _minio_row(number, text)
        if found is None:
            return None
        row = found
    is_folder = row.path.endswith("/")
    return row if is_folder or 0 <= row.size <= MAX_SIZE else None


def _minio_row(number: int, text: str) -> InventoryRow | None:
    try:
        one = _minio.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return InventoryRow(
        number,
        _folder(one.key, one.type == "folder"),
        one.size,
        moment_of(one.last_modified),
        one.storage_class,
        one.etag,
        is_current=not one.is_delete_marker,
    )


def _folder(path: str, is_folder: bool) -> str:  # noqa: FBT001 - the two belong together
    return f"{path}/" if is_folder and not path.endswith("/") else path
