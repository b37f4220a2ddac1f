"""Rows of an inventory, and which of them speak of an object below a root."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from plates.omezarr.addressing import RootUrl
from plates.omezarr.row_problems import RowProblems

MAX_PATH: Final = 4_096
MAX_SIZE: Final = 2**63 - 1

OpenPart: TypeAlias = Callable[[str], BinaryIO]
"""Opens one file of an inventory by its name, at its beginning."""


class InventoryRow(NamedTuple):
    """One row as an inventory has it. `path` is a key of a bucket if `is_key`, else that of a file.

    `is_current` is False for old versions and for marks of what was deleted.
    """

    row: int
    path: str
    size: int = 0
    changed_at: datetime | None = None
    storage_class: str = ""
    etag: str = ""
    bucket: str = ""
    is_key: bool = False
    is_current: bool = True


Rows: TypeAlias = Callable[[RowProblems], Iterator[InventoryRow]]
"""Reads an inventory once more from its beginning."""

# Names that lead elsewhere, and characters that some client might read as more than a name.
_UNSAFE: Final = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\x00-\x1f\x7f\\]")
_OF_BUCKETS: Final = frozenset({"s3", "gs", "gcs"})
_LATEST: Final = 253_402_300_799
"""The last second of the year 9999."""


def fault_of(path: str) -> str:
    """What is wrong with a path below a root, as a sentence; empty if nothing is."""
    if len(path) > MAX_PATH:
        return f"The path is longer than {MAX_PATH:,} characters."
    if _UNSAFE.search(path) is not None:
        return (
            f"The path {path[:80]!r} is refused: it may hold neither empty names, '.' and '..' nor "
            "backslashes, line breaks and other control characters."
        )
    return ""


def time_of(seconds: float) -> datetime | None:
    """The moment so many seconds after the epoch, in UTC; None if it is none."""
    if not 0 <= seconds <= _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def time_told(text: str) -> datetime | None:
    """The moment that a text tells: ISO 8601 with a time zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def size_told(text: str) -> int | None:
    """The bytes that a text tells; None if it is no number of bytes."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:  # noqa: PLR2004 - as 2**63 has
        return None
    size = int(text)
    return size if size <= MAX_SIZE else None


class Ground:
    """Where in an inventory the objects of a root lie.

    `listed_as` is what the root is called there, if not as in its address: a prefix of keys, or
    the folder that `find` was given.
    """

    def __init__(self, root: RootUrl, listed_as: str = "") -> None:
        named = listed_as.strip()
        self._place = root.place if root.scheme in _OF_BUCKETS and not named else ""
        self._path = named.rstrip("/") or (root.path.rstrip("/") if root.is_local else "")
        self._keys = named.strip("/") or _keys_of(root)
        self._is_web = not named and root.scheme in {"http", "https"}
        self._is_named = bool(named)

    @property
    def bucket(self) -> str:
        """The bucket that rows have to be of; empty if any will do."""
        return self._place

    def path_of(self, row: InventoryRow) -> str | None:
        """The path of a row's object relative to the root; None if it lies elsewhere."""
        path, bucket, is_key = row.path, row.bucket, row.is_key
        if "://" in path[:8]:
            bucket, _, path = path.partition("://")[2].partition("/")
            is_key = True
        if is_key:
            if self._place and bucket and bucket != self._place:
                return None
            return _below(path, self._prefix(bucket))
        path = _without_dots(path)
        if path.startswith("/"):
            return _below(path, self._path) if self._path or self._is_named else None
        return _below(path, _without_dots(self._path)) if self._is_named else path

    def _prefix(self, bucket: str) -> str:
        """What keys of a bucket begin with; behind http its name may stand in the path or not."""
        if self._is_web and bucket and f"{self._keys}/".startswith(f"{bucket}/"):
            return self._keys[len(bucket) + 1 :]
        return self._keys


def _keys_of(root: RootUrl) -> str:
    if root.is_local:
        return ""
    return unquote(root.path) if root.scheme in {"http", "https"} else root.path


def _without_dots(path: str) -> str:
    return path.removeprefix("./")


def _below(path: str, prefix: str) -> str | None:
    if not prefix:
        return path
    below = path.removeprefix(prefix)
    return below[1:] if below.startswith("/") and len(below) < len(path) else None
