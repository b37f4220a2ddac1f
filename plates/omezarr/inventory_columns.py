"""The columns of an inventory: by their names, or by what they hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import unquote_plus

from plates.omezarr.inventory_rows import InventoryRow, size_told, time_of, time_told

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "bucket": ("Bucket", "bucket name"),
    "key": ("Key", "path", "object", "object key", "object name", "file path", "name"),
    "size": ("Size", "size in bytes", "bytes", "content length"),
    "changed": ("LastModifiedDate", "last modified", "mtime", "modified", "mod time", "updated"),
    "storage_class": ("StorageClass", "tier"),
    "etag": ("ETag", "e_tag"),
    "latest": ("IsLatest",),
    "deleted": ("IsDeleteMarker",),
}
"""What is read of an inventory, and the names of its columns, whatever their case and blanks."""

_NOT_PLAIN: Final = re.compile(r"[\W_]+")
_ETAG: Final = re.compile(r"[0-9a-fA-F]{32}(?:-\d+)?")
_CLASSES: Final = re.compile(
    r"STANDARD|STANDARD_IA|ONEZONE_IA|REDUCED_REDUNDANCY|INTELLIGENT_TIERING|GLACIER|GLACIER_IR|"
    r"DEEP_ARCHIVE|OUTPOSTS|SNOW|EXPRESS_ONEZONE|NEARLINE|COLDLINE|ARCHIVE"
)
_BOOLEANS: Final = frozenset({"true", "false"})
_TENS_OF_MILLENNIA: Final = 10**11
"""More seconds than that are milliseconds."""


def _plain(name: str) -> str:
    return _NOT_PLAIN.sub("", name.lower())


_FIELD_OF: Final = {_plain(one): field for field, names in COLUMNS.items() for one in names}


def named_columns(names: Sequence[str]) -> dict[str, int]:
    """The number of each known column, by its name; the first of those that say the same."""
    found: dict[str, int] = {}
    for number, name in enumerate(names):
        field = _FIELD_OF.get(_plain(name))
        if field is not None:
            found.setdefault(field, number)
    return found


def guessed_columns(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The number of each column of rows without header, in the order of S3 Inventory.

    Bucket and key come first there; what follows, and what is left out, is told by content.
    """
    found = {"bucket": 0, "key": 1}
    for number in range(2, min(map(len, rows), default=0)):
        cells = [row[number] for row in rows if row[number]]
        field = next((name for name, fits in _TELLS if cells and all(map(fits, cells))), None)
        if field == "flag":
            # An old version's two flags follow its id; a later one says how it was uploaded.
            field = {3: "latest", 4: "deleted"}.get(number)
        if field is not None:
            found.setdefault(field, number)
    return found


def _is_moment(text: str) -> bool:
    return time_told(text) is not None


_TELLS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("size", lambda text: size_told(text) is not None),
    ("changed", _is_moment),
    ("etag", lambda text: _ETAG.fullmatch(text) is not None),
    ("storage_class", lambda text: _CLASSES.fullmatch(text) is not None),
    ("flag", lambda text: text.lower() in _BOOLEANS),
)


class RowMaker:
    """Makes rows of the cells of a table whose columns are known."""

    def __init__(self, columns: Mapping[str, int], *, encoded: bool) -> None:
        """`encoded` says whether keys are escaped as in a URL, as S3 Inventory does in CSV."""
        self._at = columns
        self._encoded = encoded
        self._width = max(columns.values()) + 1
        self._is_key = "bucket" in columns

    def row(self, number: int, cells: Sequence[str]) -> InventoryRow | str:
        """The row, or what is wrong with it as a sentence."""
        if len(cells) < self._width:
            return f"The row has {len(cells)} columns instead of {self._width}."
        if not self._is_current(cells):
            return InventoryRow(number, "", is_current=False)
        key, size = cells[self._at["key"]], 0
        if "size" in self._at:
            told = size_told(cells[self._at["size"]].strip())
            if told is None:
                return f"{cells[self._at['size']][:40]!r} is no size in bytes."
            size = told
        if self._encoded and ("%" in key or "+" in key):
            try:
                key = unquote_plus(key, errors="strict")
            except UnicodeDecodeError:
                return f"The key {key[:80]} is no UTF-8. Rename the object."
        return InventoryRow(
            number,
            key,
            size,
            self._moment(cells),
            self._text("storage_class", cells),
            self._text("etag", cells).strip('"'),
            self._text("bucket", cells),
            self._is_key,
        )

    def _text(self, field: str, cells: Sequence[str]) -> str:
        return cells[self._at[field]][:256] if field in self._at else ""

    def _moment(self, cells: Sequence[str]) -> datetime | None:
        return moment_of(cells[self._at["changed"]]) if "changed" in self._at else None

    def _is_current(self, cells: Sequence[str]) -> bool:
        return not (
            ("latest" in self._at and cells[self._at["latest"]].lower() == "false")
            or ("deleted" in self._at and cells[self._at["deleted"]].lower() == "true")
        )


def moment_of(text: str) -> datetime | None:
    """The moment that a cell tells: ISO 8601 with a time zone, or seconds or milliseconds since 1970."""
    size = size_told(text)
    if size is None:
        return time_told(text)
    return time_of(size / 1000 if size > _TENS_OF_MILLENNIA else size)
