"""How much a chunk packed with zstd may hold, told from its headers alone. RFC 8878, 3.1."""

from typing import Final, NamedTuple

from plates.omezarr.errors import ChunkBroken

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_SKIPPABLE: Final = b"\x2a\x4d\x18"
"""The last three bytes of the magic number of a frame that holds nothing."""
_LARGEST_BLOCK: Final = 128 * 1024
_RAW, _RLE = 0, 1
_OF_LENGTH: Final = (0, 2, 4, 8)
_OF_DICTIONARY: Final = (0, 1, 2, 4)


class Bound(NamedTuple):
    """How many bytes at most; exactly so many if every frame says it."""

    length: int
    is_exact: bool = True


class _Frame(NamedTuple):
    """A frame: where it ends, and what it may hold."""

    end: int
    bound: Bound


def bound_of_zstd(content: bytes) -> Bound:
    """What all frames of a chunk hold together at most; ChunkBroken where they are no frames."""
    at, length, is_exact = 0, 0, True
    while at < len(content):
        if content[at + 1 : at + 4] == _SKIPPABLE and content[at] >> 4 == 5:  # noqa: PLR2004
            at += 8 + int.from_bytes(content[at + 4 : at + 8], "little")
            continue
        frame = _frame(content, at)
        at, length = frame.end, length + frame.bound.length
        is_exact = is_exact and frame.bound.is_exact
    if at > len(content) or not content:
        raise ChunkBroken("it is cut off")
    return Bound(length, is_exact)


def _frame(content: bytes, start: int) -> _Frame:
    if content[start : start + 4] != _MAGIC or len(content) < start + 6:
        raise ChunkBroken("it does not begin as zstd does")
    descriptor = content[start + 4]
    is_single = bool(descriptor & 0x20)
    width = _OF_LENGTH[descriptor >> 6] or (1 if is_single else 0)
    at = start + 5 + (not is_single) + _OF_DICTIONARY[descriptor & 3]
    told = int.from_bytes(content[at : at + width], "little")
    block = _LARGEST_BLOCK if is_single else min(_LARGEST_BLOCK, _window(content[start + 5]))
    end, most = _blocks(content, at + width, block)
    end += 4 if descriptor & 4 else 0  # a checksum
    if not width:
        return _Frame(end, Bound(most, is_exact=False))
    return _Frame(end, Bound(told + 256 if width == 2 else told))  # noqa: PLR2004 - as the RFC has it


def _window(byte: int) -> int:
    base = 1 << (10 + (byte >> 3))
    return base + base // 8 * (byte & 7)


def _blocks(content: bytes, at: int, largest: int) -> tuple[int, int]:
    """Where the blocks of a frame end, and what they hold at most."""
    most = 0
    while at + 3 <= len(content):
        header = int.from_bytes(content[at : at + 3], "little")
        kind, size = (header >> 1) & 3, header >> 3
        most += size if kind in (_RAW, _RLE) else largest
        at += 3 + (1 if kind == _RLE else size)
        if header & 1:
            return at, most
    raise ChunkBroken("it is cut off")
