"""Chunks are decoded within bounds, whatever they claim."""

import bz2
import gzip
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import google_crc32c
import numcodecs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.decoding import (
    MAX_CHUNK,
    check_sum,
    decoded_length,
    name_of,
)
from plates.omezarr.errors import ChunkBroken, ChunkUnknown
from plates.omezarr.jsonvalues import JsonObject

CODECS: dict[str, Callable[[bytes], bytes]] = {
    "blosc": lambda raw: bytes(numcodecs.Blosc().encode(raw)),
    "bz2": lambda raw: bytes(numcodecs.BZ2().encode(raw)),
    "gzip": lambda raw: bytes(numcodecs.GZip().encode(raw)),
    "lz4": lambda raw: bytes(numcodecs.LZ4().encode(raw)),
    "lzma": lambda raw: bytes(numcodecs.LZMA().encode(raw)),
    "zlib": lambda raw: bytes(numcodecs.Zlib().encode(raw)),
    "zstd": lambda raw: bytes(numcodecs.Zstd().encode(raw)),
    "crc32c": lambda raw: raw + struct.pack("<I", google_crc32c.value(raw)),
}
MIB = 1024**2
every_codec = pytest.mark.parametrize("name", CODECS)


def decode(content: bytes, *names: str, expected: int = MIB) -> int:
    codecs: list[JsonObject] = [{"name": name} for name in names]
    return decoded_length(content, codecs, expected=expected)


@every_codec
@given(raw=st.binary(min_size=1, max_size=4096))
def test_what_a_codec_encodes_decodes_to_its_length(name: str, raw: bytes) -> None:
    assert decode(CODECS[name](raw), name) == len(raw)


@every_codec
@given(content=st.binary(max_size=300))
def test_random_bytes_are_broken_or_decode_within_the_bound(name: str, content: bytes) -> None:
    with suppress(ChunkBroken, ChunkUnknown):
        assert decode(content, name, expected=1000) <= 1000 + MIB


@every_codec
@given(data=st.data())
def test_a_chunk_that_is_cut_off_is_broken(name: str, data: st.DataObject) -> None:
    whole = CODECS[name](bytes(range(256)) * 16)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ChunkBroken):
        decode(whole[:end], name)


def test_codecs_are_undone_from_the_last_to_the_first() -> None:
    packed = CODECS["crc32c"](CODECS["gzip"](b"x" * 100))
    assert decode(packed, "transpose", "bytes", "gzip", "crc32c") == 100


def test_without_a_codec_the_bytes_themselves_count() -> None:
    assert decode(b"1234", "bytes") == 4


@pytest.mark.parametrize("codec", ["pcodec", "astype", "", "numcodecs.pcodec", "vlen-utf8"])
def test_a_codec_that_is_not_known_is_named(codec: str) -> None:
    with pytest.raises(ChunkUnknown):
        decode(b"1234", codec)


@pytest.mark.parametrize(
    "codec", [{"id": "zstd"}, {"name": "zstd"}, {"name": "numcodecs.zstd", "configuration": {}}]
)
def test_a_codec_has_one_name_in_both_formats(codec: JsonObject) -> None:
    assert name_of(codec) == "zstd"


def test_a_chunk_too_large_to_be_decoded_is_left_alone() -> None:
    with pytest.raises(ChunkUnknown, match="bytes"):
        decode(b"", "gzip", expected=MAX_CHUNK + 1)


@pytest.mark.parametrize("name", ["gzip", "bz2", "lzma", "zstd"])
def test_several_members_count_together(name: str) -> None:
    one = CODECS[name](b"x" * 100)
    assert decode(one + one, name) == 200


def test_what_follows_a_blosc_chunk_does_not_count() -> None:
    assert decode(CODECS["blosc"](b"x" * 100) + b"left over", "blosc") == 100


def test_a_skippable_frame_of_zstd_holds_nothing() -> None:
    skipped = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    assert decode(skipped + CODECS["zstd"](b"x" * 100), "zstd") == 100


def test_lzma_without_a_header_is_not_known() -> None:
    with pytest.raises(ChunkUnknown):
        decoded_length(b"x", [{"id": "lzma", "format": 3}], expected=10)


@pytest.mark.parametrize(("astype", "known"), [(None, True), ("<u2", True), ("<u4", False)])
def test_a_filter_keeps_the_size_if_it_keeps_the_type(astype: str | None, *, known: bool) -> None:
    codec: JsonObject = {"id": "delta", "dtype": "<u2", "astype": astype}
    if known:
        assert decoded_length(b"1234", [codec], expected=4) == 4
        return
    with pytest.raises(ChunkUnknown):
        decoded_length(b"1234", [codec], expected=4)


GIB = 1024**3


def _blosc_of(claimed: int) -> bytes:
    body = bytes(32)
    return struct.pack("<BBBBIII", 2, 1, 1, 1, claimed, 1024, 16 + len(body)) + body


def _zstd_bomb() -> bytes:
    """A frame of unknown length whose blocks each repeat one byte 128 Ki times."""
    block = ((128 * 1024) << 3) | (1 << 1)
    last = block | 1
    blocks = (block.to_bytes(3, "little") + b"\0") * 8191 + last.to_bytes(3, "little") + b"\0"
    return b"\x28\xb5\x2f\xfd" + bytes([0, 0x58]) + blocks


@pytest.mark.parametrize(
    ("name", "bomb"),
    [
        ("gzip", gzip.compress(bytes(256 * MIB))),
        ("zlib", zlib.compress(bytes(256 * MIB))),
        ("bz2", bz2.compress(bytes(64 * MIB))),
        ("zstd", CODECS["zstd"](bytes(256 * MIB))),
        ("zstd", CODECS["zstd"](b"x") + CODECS["zstd"](bytes(256 * MIB))),
        ("lz4", GIB.to_bytes(4, "little") + b"x" * 20),
        ("blosc", _blosc_of(GIB)),
    ],
)
def test_a_bomb_is_broken_and_takes_little_memory(name: str, bomb: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ChunkBroken):
            decode(bomb, name, expected=MIB)
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
    finally:
        tracemalloc.stop()


def test_zstd_that_does_not_say_how_much_it_holds_is_left_alone_if_it_may_be_much() -> None:
    for bomb in (_zstd_bomb(), CODECS["zstd"](b"x") + _zstd_bomb()):
        with pytest.raises(ChunkUnknown):
            decode(bomb, "zstd", expected=MIB)


def test_a_checksum_that_does_not_match_is_broken() -> None:
    with pytest.raises(ChunkBroken, match="checksum"):
        check_sum(b"pixels" + bytes(4))
