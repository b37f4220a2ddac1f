"""What lies in a zip archive and where: the directory at its end.

No input or output here: a reading asks for pieces of the archive. Nothing that an archive says
of itself is believed: sizes, places and names are checked before anything is asked for. The
format is that of PKWARE's APPNOTE.TXT 6.3.
"""

import re
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Final

from plates.omezarr.archive_members import CUT, OVERLAP, ArchiveFault, Member, Reading, ask

MAX_MEMBERS: Final = 2_000_000
MAX_DIRECTORY_BYTES: Final = 256 * 1024 * 1024
MAX_NAME_BYTES: Final = 4_096

_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_ENTRY: Final = struct.Struct("<4s4xHH4x3L3H8xL")
_LENGTHS: Final = struct.Struct("<4s24x3H8xL")
_EXTRA: Final = struct.Struct("<2H")
_ENDS_WITHIN: Final = _END.size + 0xFFFF + _LOCATOR.size + _END_64.size
_FULL: Final = 0xFFFFFFFF
_ZIP_64: Final = 1
_UTF_8: Final = 0x800
# Encrypted, patched, strongly encrypted, with masked headers.
_LOCKED: Final = 0x1 | 0x20 | 0x40 | 0x2000
_STORED, _DEFLATED = 0, 8

_MARKS: Final = (b"zarr.json", b".zattrs", b".zgroup", b".zarray", b".zmetadata")
# Beside the folder that it packs, macOS puts one with its own notes on the files.
_NOTES: Final = "__MACOSX"
# What nearly all names look like: no more has to be looked at.
_PLAIN: Final = re.compile(rb"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/|\Z))+")
_UNSAFE: Final = re.compile(rb"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f\\]")
_NO_ARCHIVE: Final = (
    "it is no zip archive, or only the beginning of one; see that it was copied whole"
)


class Directory:
    """The directory of an archive: what it holds, by paths within the store.

    The store's root is the top of the archive; or the only folder there, if no document of Zarr
    lies beside it.
    """

    def __init__(self, content: bytes, places: dict[bytes, int], starts: "array[int]") -> None:
        self._content = content
        self._places = places
        self._starts = starts
        self._top = b""
        if not any(mark in places for mark in _MARKS):
            tops = (name for name in self._folders("") if name != _NOTES)
            inner = list(islice(tops, 2))
            if len(inner) == 1:
                self._top = inner[0].encode() + b"/"

    def has(self, path: str) -> bool:
        """Whether there is a file at a path."""
        return self._name(path) in self._places

    def member(self, path: str) -> Member | None:
        """The file at a path, None if there is none; ArchiveFault if it cannot be read.

        Of several files of one name the last one counts: zarr's own ZipStore appends a document
        anew whenever attributes change.
        """
        place = self._places.get(self._name(path))
        return None if place is None else self._described(place)

    def _described(self, place: int) -> Member:
        content = self._content
        _, flags, method, checksum, packed, size, named, extra, _, start = _ENTRY.unpack_from(
            content, place
        )
        begin = place + _ENTRY.size + named
        size, packed, start = _widened(content[begin : begin + extra], size, packed, start)
        if flags & _LOCKED:
            raise ArchiveFault("it is encrypted in the archive; pack it without a password")
        if method not in {_STORED, _DEFLATED}:
            raise ArchiveFault(
                f"it is packed by method {method}, which is not read here; pack it stored "
                "or deflated"
            )
        if packed > size + size // 8 + 1024 or (method == _STORED and packed != size):
            raise ArchiveFault("the archive contradicts itself about its size; pack it again")
        room = self._room(start)
        raw = content[place + _ENTRY.size : begin]
        return Member(raw, start, room, packed, size, checksum, method == _DEFLATED)

    def _name(self, path: str) -> bytes:
        # What cannot be written in UTF-8 is the name of nothing.
        return self._top + path.encode(errors="surrogatepass")

    def _room(self, start: int) -> int:
        after = bisect_right(self._starts, start)
        if after - bisect_left(self._starts, start) > 1:
            raise ArchiveFault(OVERLAP)
        return self._starts[after] - start

    def files(self) -> Iterator[tuple[str, int]]:
        """The path in the store and the size, unpacked, of each file, sorted by path."""
        content, top = self._content, self._top
        for name in self._names:
            if name.endswith(b"/") or not name.startswith(top):
                continue
            place = self._places[name]
            *_, packed, size, named, extra, _, start = _ENTRY.unpack_from(content, place)
            begin = place + _ENTRY.size + named
            size = _widened(content[begin : begin + extra], size, packed, start)[0]
            yield name[len(top) :].decode(errors="replace"), size

    def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; none if there is no such folder."""
        return tuple(sorted(self._folders(path)))

    def _folders(self, path: str) -> Iterator[str]:
        base = self._name(f"{path}/") if path else self._top
        names = self._names
        at = bisect_left(names, base)
        while at < len(names) and names[at].startswith(base):
            name, slash, _ = names[at][len(base) :].partition(b"/")
            if slash and name:
                yield name.decode()
                # "0" comes after "/": on to the first name that is not in this folder.
                at = bisect_left(names, base + name + b"0", at)
            else:
                at += 1

    @cached_property
    def _names(self) -> list[bytes]:
        return sorted(self._places)


def reading_directory(size: int) -> Reading[Directory]:
    """The directory of an archive of so many bytes; ArchiveFault if it has none to be trusted."""
    begin = max(0, size - _ENDS_WITHIN)
    tail = yield from ask(begin, size - begin)
    members, start, length = yield from _reading_end(tail, begin)
    if members > MAX_MEMBERS or length > MAX_DIRECTORY_BYTES:
        raise ArchiveFault(_crowded())
    if start + length > size:
        raise ArchiveFault(CUT)
    if start >= begin:
        content = tail[start - begin :][:length]
    else:
        content = yield from ask(start, length)
    places, starts = _indexed(content)
    starts = array("Q", sorted(starts))
    if starts and starts[-1] >= start:
        raise ArchiveFault(CUT)
    starts.append(start)
    return Directory(content, places, starts)


def _reading_end(tail: bytes, begin: int) -> Reading[tuple[int, int, int]]:
    """The number of members, and where the directory starts and how long it is."""
    at = _place_of_end(tail)
    _, disk, _, _, members, length, start, _ = _END.unpack_from(tail, at)
    if disk not in {0, 0xFFFF}:
        raise ArchiveFault("it is one part of an archive in several; join the parts")
    locator = tail[max(0, at - _LOCATOR.size) : at]
    if locator.startswith(b"PK\6\7") and len(locator) == _LOCATOR.size:
        place = _LOCATOR.unpack(locator)[2]
        if place + _END_64.size > begin + at:
            raise ArchiveFault(CUT)
        if place >= begin:
            record = tail[place - begin :][: _END_64.size]
        else:
            record = yield from ask(place, _END_64.size)
        mark, *_, members, length, start = _END_64.unpack(record)
        if mark != b"PK\6\6":
            raise ArchiveFault(CUT)
    return members, start, length


def _place_of_end(tail: bytes) -> int:
    """Where the last record begins: it ends with a comment that reaches to the archive's end."""
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if at + _END.size <= len(tail):
            comment = _END.unpack_from(tail, at)[-1]
            if at + _END.size + comment == len(tail):
                return at
        at = tail.rfind(b"PK\5\6", 0, at + 3)
    raise ArchiveFault(_NO_ARCHIVE)


def _indexed(content: bytes) -> tuple[dict[bytes, int], "array[int]"]:
    """Where in the directory each name stands, and where in the archive each member starts."""
    places: dict[bytes, int] = {}
    starts = array("Q")
    place = 0
    while place < len(content):
        if place + _ENTRY.size > len(content) or len(starts) == MAX_MEMBERS:
            raise ArchiveFault(CUT if len(starts) < MAX_MEMBERS else _crowded())
        mark, named, extra, comment, start = _LENGTHS.unpack_from(content, place)
        begin = place + _ENTRY.size
        after = begin + named + extra + comment
        if mark != b"PK\1\2" or after > len(content):
            raise ArchiveFault(CUT)
        if start == _FULL:
            *_, packed, size, _, _, _, start = _ENTRY.unpack_from(content, place)
            fields = content[begin + named : begin + named + extra]
            start = _widened(fields, size, packed, start)[2]
        starts.append(start)
        places[_name(content[begin : begin + named], content[place + 9] << 8)] = place
        place = after
    return places, starts


def _name(raw: bytes, flags: int) -> bytes:
    """The name of a member as UTF-8."""
    if _PLAIN.fullmatch(raw) is not None and len(raw) <= MAX_NAME_BYTES:
        return raw
    name = raw
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            if flags & _UTF_8:
                raise ArchiveFault(f"it holds a name that is no UTF-8: {raw[:80]!r}") from error
            name = raw.decode("cp437").encode()
    if _UNSAFE.search(name.removesuffix(b"/")) is not None or len(name) > MAX_NAME_BYTES:
        raise ArchiveFault(
            f"it holds the unsafe name {name[:80].decode(errors='replace')!r}; pack it again with "
            "plain names divided by '/'"
        )
    return name


def _widened(extra: bytes, size: int, packed: int, start: int) -> tuple[int, int, int]:
    """Size, packed size and start, each from the ZIP64 field if it did not fit in its own."""
    values = [size, packed, start]
    if _FULL not in values:
        return size, packed, start
    place = 0
    while place + _EXTRA.size <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, place)
        place += _EXTRA.size
        if kind == _ZIP_64:
            wide = iter(struct.unpack(f"<{length // 8}Q", extra[place:][: length // 8 * 8]))
            values = [next(wide, value) if value == _FULL else value for value in values]
            break
        place += length
    return values[0], values[1], values[2]


def _crowded() -> str:
    return (
        f"it holds more than {MAX_MEMBERS:,} files, or a directory of more than "
        f"{MAX_DIRECTORY_BYTES:,} bytes; unpack it, or pack it with larger chunks or shards"
    )
