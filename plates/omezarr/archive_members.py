"""The bytes of the members of a zip archive, stored or deflated.

No input or output here: a reading asks for pieces of the archive, each by its start and length,
and is sent them.
"""

import struct
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

Outcome = TypeVar("Outcome")
Reading: TypeAlias = Generator[tuple[int, int], bytes, Outcome]
"""Yields the start and the length of a piece of the archive, is sent its bytes."""

CUT: Final = "it is cut off or damaged; see that it was copied whole"
OVERLAP: Final = "it lies over another file of the archive; pack it again"
_WRONG_SIZE: Final = "it does not unpack to the size that the archive states; pack it again"
_HEADER: Final = struct.Struct("<4s22x2H")
# The header may be longer than the directory tells by this much without a second request.
_SLACK: Final = 256
_BLOCK: Final = 1024 * 1024
# Deflate without a header, as zip has it.
_RAW: Final = -zlib.MAX_WBITS


class ArchiveFault(Exception):
    """What is wrong with an archive or one member: the second half of a sentence."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive, as the directory describes it.

    `start` is where its header begins, `room` the bytes from there to whatever comes next;
    `packed` and `size` are its bytes in the archive and unpacked.
    """

    name: bytes
    start: int
    room: int
    packed: int
    size: int
    checksum: int
    is_deflated: bool


def ask(start: int, length: int) -> Reading[bytes]:
    """A piece of the archive, whole; ArchiveFault if the archive ends before it."""
    content = yield start, length
    if len(content) != length:
        raise ArchiveFault(CUT)
    return content


def reading_whole(member: Member) -> Reading[bytes]:
    """All bytes of a member, never more than its `size`, held against its checksum."""
    expected = _HEADER.size + len(member.name) + member.packed + _SLACK
    content = yield from ask(member.start, min(expected, member.room))
    begin = _checked_begin(member, content)
    missing = begin + member.packed - len(content)
    if missing > 0:
        content += yield from ask(member.start + len(content), missing)
    packed = content[begin : begin + member.packed]
    unpacked = _inflated(packed, member.size) if member.is_deflated else packed
    if zlib.crc32(unpacked) != member.checksum:
        raise ArchiveFault("its checksum is wrong: it is damaged; copy the archive again")
    return unpacked


def reading_piece(member: Member, start: int, length: int) -> Reading[bytes]:
    """The bytes of a member from a start, at most so many, held against no checksum."""
    stop = min(start + length, member.size)
    if start >= stop:
        return b""
    header = yield from ask(member.start, min(_HEADER.size + len(member.name), member.room))
    begin = member.start + _checked_begin(member, header)
    if member.is_deflated:
        return (yield from _reading_deflated(member, begin, start, stop))
    return (yield from ask(begin + start, stop - start))


def _checked_begin(member: Member, content: bytes) -> int:
    """Where behind its header a member's bytes begin."""
    if len(content) < _HEADER.size or not content.startswith(b"PK\3\4"):
        raise ArchiveFault(CUT)
    _, named, extra = _HEADER.unpack_from(content)
    if content[_HEADER.size :][:named] != member.name:
        raise ArchiveFault("the archive gives it two names; pack it again")
    begin: int = _HEADER.size + named + extra
    if begin + member.packed > member.room:
        raise ArchiveFault(OVERLAP)
    return begin


def _inflated(packed: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj(_RAW)
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise ArchiveFault(CUT) from error
    if len(content) != size or not unpacker.eof:
        raise ArchiveFault(_WRONG_SIZE)
    return content


def _reading_deflated(member: Member, place: int, start: int, stop: int) -> Reading[bytes]:
    """The bytes of a deflated member between two places: all before them has to be inflated."""
    unpacker = zlib.decompressobj(_RAW)
    kept, done, end = bytearray(), 0, place + member.packed
    while done < stop:
        packed = unpacker.unconsumed_tail
        if not packed and place < end:
            packed = yield from ask(place, min(_BLOCK, end - place))
            place += len(packed)
        try:
            content = unpacker.decompress(packed, _BLOCK)
        except zlib.error as error:
            raise ArchiveFault(CUT) from error
        at_end = place == end and not unpacker.unconsumed_tail
        if not content and (at_end or unpacker.eof):
            raise ArchiveFault(_WRONG_SIZE)
        kept += content[max(start - done, 0) : max(stop - done, 0)]
        done += len(content)
    return bytes(kept)
