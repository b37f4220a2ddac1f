"""A pack: the pictures of one store in one file, found by name without reading the others.

A pack is written once, under another name until it is whole. Its end holds where each picture lies.
"""

import os
import struct
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

_MAGIC: Final = b"platecat-pack-1\n"
_TAIL: Final = struct.Struct("<Q16s")
_MAX_INDEX: Final = 64 * 1024**2
_Index = dict[str, tuple[int, int]]


class PackWriter:
    """Writes a pack; what was written is gone unless the block ends well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._aside = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
        self._file = self._aside.open("wb")
        self._index: _Index = {}
        self._at = 0

    def put(self, name: str, content: bytes) -> None:
        """Add a picture."""
        self._file.write(content)
        self._index[name] = (self._at, len(content))
        self._at += len(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                index = msgspec.json.encode(self._index)
                self._file.write(index + _TAIL.pack(len(index), _MAGIC))
                self._file.close()
                self._aside.replace(self._path)
        finally:
            self._file.close()
            self._aside.unlink(missing_ok=True)


def packed_picture(path: Path, name: str) -> bytes | None:
    """A picture of a pack; None if the pack, or the picture in it, is not there."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            place = _index_of(str(path), about.st_ino, about.st_size).get(name)
            if place is None:
                return None
            file.seek(place[0])
            content = file.read(place[1])
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    return content if len(content) == place[1] else None


@lru_cache(maxsize=64)
def _index_of(path: str, inode: int, size: int) -> _Index:
    """The index of a pack; it is asked for again when another file has taken its place."""
    with Path(path).open("rb") as file:
        file.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(file.read(_TAIL.size))
        if magic != _MAGIC or length > min(size, _MAX_INDEX):
            raise ValueError(path)
        file.seek(size - _TAIL.size - length)
        return msgspec.json.decode(file.read(length), type=_Index)
