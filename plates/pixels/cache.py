"""Pictures on disk, within bounds: what was looked at least lately goes first."""

import os
import time
from pathlib import Path
from typing import Final, NamedTuple

from plates.pixels.packs import packed_picture

_PACKS, _VIEWS = "packs", "views"
_SUFFIX: Final = ".pack"
_REMEMBERED_S: Final = 60.0
"""So long a look need not be written down again."""
_COUNTED_S: Final = 60.0
"""So long the number of bytes that are kept is not counted anew."""
_ABANDONED_S: Final = 24 * 3600.0
_ROOM: Final = 0.9
"""What is left of the bound after something had to go, so that it need not go one by one."""
_LOOKS: Final = 64
"""After so many new views it is seen to that they stay within the bound."""


class _Kept(NamedTuple):
    """A file of the cache: when it was looked at last, its size, and where it lies."""

    looked_at: float
    size: int
    path: str


class PictureCache:
    """A folder of packs and rendered views that together take at most so many bytes."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        self._fresh = 0
        self._held = 0
        self._counted_at = float("-inf")

    def pack_of(self, store: str, mark: str) -> Path:
        """Where the pack of a store lies that was drawn under this mark."""
        return self._folder / _PACKS / store[-2:] / f"{store}-{mark}{_SUFFIX}"

    def packed(self, store: str, mark: str, name: str) -> bytes | None:
        """A picture of a pack, None if it is not there any more."""
        path = self.pack_of(store, mark)
        content = packed_picture(path, name)
        if content is not None:
            _looked_at(path)
        return content

    def drop_others(self, store: str, mark: str) -> None:
        """Forget what was drawn of a store under other marks."""
        kept = self.pack_of(store, mark)
        for path in kept.parent.glob(f"{store}-*{_SUFFIX}"):
            if path != kept:
                path.unlink(missing_ok=True)

    def view(self, digest: str) -> bytes | None:
        """A rendered view by the digest of all that decides what it shows."""
        path = self._view(digest)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        _looked_at(path)
        return content

    def keep_view(self, digest: str, content: bytes) -> None:
        """Keep a rendered view; a disk that is full or read-only is no fault of who looks."""
        path = self._view(digest)
        aside = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(content)
            aside.replace(path)
        except OSError:
            return
        self._fresh += 1
        if self._fresh >= _LOOKS:
            self._fresh = 0
            self.trim()

    def trim(self) -> int:
        """Delete what was looked at least lately until the rest fits; the bytes that went."""
        files = sorted(self._files())
        held = sum(file.size for file in files)
        if held <= self._most:
            return 0
        gone = 0
        for file in files:
            if held - gone <= self._most * _ROOM:
                break
            Path(file.path).unlink(missing_ok=True)
            gone += file.size
        return gone

    def held(self) -> int:
        """The bytes of all that is kept, counted a moment ago at most."""
        now = time.monotonic()
        if now - self._counted_at > _COUNTED_S:
            self._held = sum(file.size for file in self._files())
            self._counted_at = now
        return self._held

    def _files(self) -> list[_Kept]:
        found = []
        now = time.time()
        for kind in (_PACKS, _VIEWS):
            for path in (self._folder / kind).glob("*/*"):
                try:
                    about = path.stat()
                except OSError:  # gone meanwhile
                    continue
                if path.suffix == ".unfinished" and now - about.st_mtime > _ABANDONED_S:
                    path.unlink(missing_ok=True)
                    continue
                found.append(_Kept(about.st_mtime, about.st_size, str(path)))
        return found

    def _view(self, digest: str) -> Path:
        return self._folder / _VIEWS / digest[:2] / digest


def _looked_at(path: Path) -> None:
    """Write down that a file was looked at: its time of change, as others are often not kept."""
    try:
        if time.time() - path.stat().st_mtime > _REMEMBERED_S:
            os.utime(path)
    except OSError:
        return
