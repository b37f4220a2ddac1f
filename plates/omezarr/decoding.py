"""Chunks, decoded as far as to tell that they are whole: within bounds, whatever they claim.

A chunk comes from outside: what it inflates to is bounded before a library is asked to inflate it.
"""

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import google_crc32c
from numcodecs import LZ4, Blosc, Zstd

from plates.omezarr.jsonvalues import JsonObject, object_of, text_of

MAX_CHUNK: Final = 256 * 1024**2
"""Bytes of a decoded chunk; a larger one is not decoded here."""

_PREFIX: Final = "numcodecs."
_BLOSC_HEADER: Final = 16
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_ZSTD_BLOCK: Final = 128 * 1024
_SLACK: Final = 1024**2
_CRC: Final = 4
# These change no size: they turn, shuffle or sum up what is there.
_SAME_SIZE: Final = frozenset({"bytes", "transpose", "shuffle", "vlen-bytes"})


class ChunkBroken(Exception):
    """Why a chunk cannot be decoded, as a sentence."""


class ChunkUnknown(Exception):
    """A codec that is not known here; its text is the name."""


def decoded_length(content: bytes, codecs: Sequence[JsonObject], *, expected: int) -> int:
    """How many bytes a chunk decodes to; `codecs` in the order in which they encoded it.

    Stops soon above `expected`. ChunkBroken if it cannot be decoded, ChunkUnknown if that cannot
    be told here.
    """
    if expected > MAX_CHUNK:
        raise ChunkUnknown(f"a chunk of {expected:,} bytes")
    for codec in reversed(codecs):
        name = name_of(codec)
        if name in _SAME_SIZE:
            continue
        decode = _DECODERS.get(name)
        if decode is None:
            raise ChunkUnknown(name or "a codec without a name")
        content = decode(content, expected + _SLACK)
    return len(content)


def name_of(codec: JsonObject) -> str:
    """The name of a codec of Zarr 2 (`id`) or 3 (`name`), without the prefix of numcodecs."""
    return (text_of(codec.get("name")) or text_of(codec.get("id")) or "").removeprefix(_PREFIX)


def parameters_of(codec: JsonObject) -> JsonObject:
    """The parameters of a codec: its configuration in Zarr 3, beside its id in Zarr 2."""
    return object_of(codec["configuration"]) if "configuration" in codec else codec


def check_sum(content: bytes) -> bytes:
    """The content before its checksum (CRC-32C, little-endian); ChunkBroken if they disagree."""
    body, told = content[:-_CRC], content[-_CRC:]
    if len(told) < _CRC or struct.pack("<I", google_crc32c.value(body)) != told:
        raise ChunkBroken("its checksum (crc32c) does not match")
    return body


def _checked(content: bytes, most: int) -> bytes:
    return check_sum(content)


def _blosc(content: bytes, most: int) -> bytes:
    if len(content) < _BLOSC_HEADER:
        raise ChunkBroken("it is shorter than the header of blosc")
    claimed, _, packed = struct.unpack_from("<III", content, 4)
    if packed != len(content):
        raise ChunkBroken(f"its header speaks of {packed:,} bytes, but it has {len(content):,}")
    _refuse_bombs(claimed, most)
    try:
        return bytes(Blosc().decode(content))
    except (RuntimeError, ValueError) as error:
        raise ChunkBroken("blosc cannot decode it") from error


def _zstd(content: bytes, most: int) -> bytes:
    _refuse_bombs(_length_of_zstd(content), most)
    try:
        return bytes(Zstd().decode(content))
    except (RuntimeError, ValueError) as error:
        raise ChunkBroken("zstd cannot decode it") from error


def _length_of_zstd(content: bytes) -> int:
    """What a frame says that it holds, or at most holds. RFC 8878, 3.1.1."""
    if content[:4] != _ZSTD_MAGIC or len(content) < 6:  # noqa: PLR2004 - magic, descriptor, a byte
        raise ChunkBroken("it does not begin as zstd does")
    descriptor = content[4]
    single, width = descriptor & 0x20, (0, 2, 4, 8)[descriptor >> 6]
    width = width or (1 if single else 0)
    at = 5 + (0 if single else 1) + (0, 1, 2, 4)[descriptor & 3]
    if width:
        claimed = int.from_bytes(content[at : at + width], "little")
        return claimed + 256 if width == 2 else claimed  # noqa: PLR2004 - as the RFC has it
    return _most_in_blocks(content, at)


def _most_in_blocks(content: bytes, at: int) -> int:
    """The most that the blocks of a frame can hold that does not say how much it is."""
    most = 0
    while at + 3 <= len(content):
        header = int.from_bytes(content[at : at + 3], "little")
        last, kind, size = header & 1, (header >> 1) & 3, header >> 3
        most += size if kind in (0, 1) else _ZSTD_BLOCK
        at += 3 + (1 if kind == 1 else size)
        if last and len(content) - at > _CRC:
            raise ChunkUnknown("zstd in several frames")
        if last:
            return most
    raise ChunkBroken("it is cut off")


def _lz4(content: bytes, most: int) -> bytes:
    if len(content) < _CRC:
        raise ChunkBroken("it is shorter than the header of lz4")
    _refuse_bombs(int.from_bytes(content[:4], "little"), most)
    try:
        return bytes(LZ4().decode(content))
    except (RuntimeError, ValueError) as error:
        raise ChunkBroken("lz4 cannot decode it") from error


def _refuse_bombs(claimed: int, most: int) -> None:
    if claimed > most:
        raise ChunkBroken(f"it claims to hold {claimed:,} bytes")


def _deflated(content: bytes, most: int) -> bytes:
    stream = zlib.decompressobj(wbits=47)  # gzip or zlib, as its header says
    try:
        decoded = stream.decompress(content, most + 1)
    except zlib.error as error:
        raise ChunkBroken("it cannot be inflated") from error
    return _whole(decoded, most, ended=stream.eof)


def _bz2(content: bytes, most: int) -> bytes:
    stream = bz2.BZ2Decompressor()
    try:
        decoded = stream.decompress(content, most + 1)
    except (OSError, ValueError) as error:
        raise ChunkBroken("bz2 cannot decode it") from error
    return _whole(decoded, most, ended=stream.eof)


def _lzma(content: bytes, most: int) -> bytes:
    stream = lzma.LZMADecompressor(memlimit=MAX_CHUNK)
    try:
        decoded = stream.decompress(content, most + 1)
    except lzma.LZMAError as error:
        raise ChunkBroken("lzma cannot decode it") from error
    return _whole(decoded, most, ended=stream.eof)


def _whole(decoded: bytes, most: int, *, ended: bool) -> bytes:
    if len(decoded) > most:
        raise ChunkBroken(f"it holds more than {most:,} bytes")
    if not ended:
        raise ChunkBroken("it is cut off")
    return decoded


_DECODERS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "blosc": _blosc,
    "bz2": _bz2,
    "crc32c": _checked,
    "gzip": _deflated,
    "lz4": _lz4,
    "lzma": _lzma,
    "zlib": _deflated,
    "zstd": _zstd,
}
