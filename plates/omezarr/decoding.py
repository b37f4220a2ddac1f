"""Chunks, decoded as far as to tell that they are whole: within bounds, whatever they claim.

A chunk comes from outside: what it inflates to is bounded before a library is asked to inflate it.
"""

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import google_crc32c
from numcodecs import LZ4, Blosc, Zstd

from plates.omezarr.decoding_zstd import bound_of_zstd
from plates.omezarr.errors import ChunkBroken, ChunkUnknown
from plates.omezarr.jsonvalues import JsonObject, object_of, text_of

MAX_CHUNK: Final = 256 * 1024**2
"""Bytes of a decoded chunk; a larger one is not decoded here."""

_PREFIX: Final = "numcodecs."
_BLOSC_HEADER: Final = 16
_LZ4_HEADER: Final = 4
_SLACK: Final = 1024**2
_CRC: Final = 4
# These change no size: they turn or shuffle what is there, or round it.
_SAME_SIZE: Final = frozenset({"bytes", "transpose", "shuffle", "bitround"})
# Nor do these, unless they change the type too.
_SAME_TYPE: Final = frozenset({"delta", "quantize", "fixedscaleoffset"})
_SELF_TELLING: Final = (None, lzma.FORMAT_AUTO, lzma.FORMAT_XZ, lzma.FORMAT_ALONE)


def decoded_length(content: bytes, codecs: Sequence[JsonObject], *, expected: int) -> int:
    """How many bytes a chunk decodes to; `codecs` in the order in which they encoded it.

    Stops soon above `expected`. ChunkBroken if it cannot be decoded, ChunkUnknown if that cannot
    be told here.
    """
    if expected > MAX_CHUNK:
        raise ChunkUnknown(f"a chunk of {expected:,} bytes")
    for codec in reversed(codecs):
        name, parameters = name_of(codec), parameters_of(codec)
        if name in _SAME_SIZE or (name in _SAME_TYPE and keeps_type(parameters)):
            continue
        content = decoded_by(codec, content, expected=expected)
    return len(content)


def decoded_by(codec: JsonObject, content: bytes, *, expected: int) -> bytes:
    """What a codec that packs bytes had packed, within the bounds of `decoded_length`."""
    name = name_of(codec)
    decode = _DECODERS.get(name)
    if decode is None:
        raise ChunkUnknown(name or "a codec without a name")
    return decode(content, expected + _SLACK, parameters_of(codec))


def keeps_type(parameters: JsonObject) -> bool:
    """Whether a codec of numbers gives the type that it was given."""
    return parameters.get("astype") in (None, parameters.get("dtype"))


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


def _checked(content: bytes, most: int, codec: JsonObject) -> bytes:
    return check_sum(content)


def _blosc(content: bytes, most: int, codec: JsonObject) -> bytes:
    if len(content) < _BLOSC_HEADER:
        raise ChunkBroken("it is shorter than the header of blosc")
    claimed, _, packed = struct.unpack_from("<III", content, 4)
    if packed > len(content):
        raise ChunkBroken(f"its header speaks of {packed:,} bytes, but it has {len(content):,}")
    _refuse_bombs(claimed, most)
    try:
        return bytes(Blosc().decode(content))
    except (RuntimeError, ValueError) as error:
        raise ChunkBroken("blosc cannot decode it") from error


def _zstd(content: bytes, most: int, codec: JsonObject) -> bytes:
    bound = bound_of_zstd(content)
    if bound.is_exact:
        _refuse_bombs(bound.length, most)
    elif bound.length > MAX_CHUNK:
        raise ChunkUnknown("zstd that does not say how much it holds")
    try:
        return bytes(Zstd().decode(content))
    except (RuntimeError, ValueError) as error:
        raise ChunkBroken("zstd cannot decode it") from error


def _lz4(content: bytes, most: int, codec: JsonObject) -> bytes:
    if len(content) < _LZ4_HEADER:
        raise ChunkBroken("it is shorter than the header of lz4")
    _refuse_bombs(int.from_bytes(content[:_LZ4_HEADER], "little"), most)
    try:
        return bytes(LZ4().decode(content))
    except (RuntimeError, ValueError) as error:
        raise ChunkBroken("lz4 cannot decode it") from error


def _refuse_bombs(claimed: int, most: int) -> None:
    if claimed > most:
        raise ChunkBroken(f"it claims to hold {claimed:,} bytes")


class _Stream(Protocol):
    """What a decompressor of the standard library is like."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _deflated(content: bytes, most: int, codec: JsonObject) -> bytes:
    # gzip or zlib, as its header says
    return _streamed(content, most, lambda: zlib.decompressobj(wbits=47))


def _bz2(content: bytes, most: int, codec: JsonObject) -> bytes:
    return _streamed(content, most, bz2.BZ2Decompressor)


def _lzma(content: bytes, most: int, codec: JsonObject) -> bytes:
    if codec.get("format") not in _SELF_TELLING:
        raise ChunkUnknown("lzma without a header")
    return _streamed(content, most, lambda: lzma.LZMADecompressor(memlimit=MAX_CHUNK))


def _streamed(content: bytes, most: int, begin: Callable[[], _Stream]) -> bytes:
    """What one stream after the other holds; what follows and is none does not count."""
    decoded = b""
    while True:
        stream = begin()
        try:
            decoded += stream.decompress(content, most - len(decoded) + 1)
        except (zlib.error, lzma.LZMAError, OSError, ValueError) as error:
            if decoded:
                return decoded
            raise ChunkBroken("it cannot be decompressed") from error
        if len(decoded) > most:
            raise ChunkBroken(f"it holds more than {most:,} bytes")
        if not stream.eof:
            raise ChunkBroken("it is cut off")
        content = stream.unused_data
        if not content:
            return decoded


_DECODERS: Final[Mapping[str, Callable[[bytes, int, JsonObject], bytes]]] = {
    "blosc": _blosc,
    "bz2": _bz2,
    "crc32c": _checked,
    "gzip": _deflated,
    "lz4": _lz4,
    "lzma": _lzma,
    "zlib": _deflated,
    "zstd": _zstd,
}
