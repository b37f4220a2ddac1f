"""The names of data types and codecs that readers of images know, for Zarr 2 and 3."""

from collections.abc import Mapping
from typing import Final

BYTES_OF_TYPE: Final[Mapping[str, int]] = {
    "bool": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "uint8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
"""The types that a pixel can have, by numpy's name, with the bytes of one."""

# The registry of numcodecs.
_NUMCODECS: Final = frozenset(
    {
        "adler32",
        "astype",
        "bitround",
        "blosc",
        "bz2",
        "crc32",
        "crc32c",
        "delta",
        "fixedscaleoffset",
        "fletcher32",
        "gzip",
        "jenkins_lookup3",
        "lz4",
        "lzma",
        "packbits",
        "pcodec",
        "quantize",
        "shuffle",
        "zfpy",
        "zlib",
        "zstd",
    }
)

# Zarr 3 core, its registered extensions, and numcodecs under its prefix.
_ZARR_3: Final = frozenset(
    {
        "blosc",
        "bytes",
        "bz2",
        "cast_value",
        "crc32c",
        "gzip",
        "lz4",
        "packbits",
        "pcodec",
        "scale_offset",
        "sharding_indexed",
        "transpose",
        "zfp",
        "zlib",
        "zstd",
        *(f"numcodecs.{name}" for name in _NUMCODECS),
    }
)

KNOWN_CODECS: Final[Mapping[int, frozenset[str]]] = {2: _NUMCODECS, 3: _ZARR_3}
"""The codecs by the number of the Zarr format."""
