"""Writes Zarr as it lies on a disk, documents and chunks, one file after the other.

By hand, since a demo has thousands of tiny arrays and the library takes its time over each.
"""

from abc import ABC, abstractmethod
from itertools import product
from math import prod
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numcodecs import Blosc, blosc

from catalog.demo.light import Pixels
from plates.omezarr.jsonvalues import JsonObject, JsonValue

# Threads of the compressor put blocks in the order in which they finish: other bytes each time.
blosc.use_threads = False
_BLOSC: Final = Blosc(cname="zstd", clevel=3, shuffle=Blosc.BITSHUFFLE)
_TILE: Final = 512
_SMALL: Final = 2 * 128 * 128
"""So many pixels are not worth more than one file."""


class Format(ABC):
    """A version of OME-Zarr and the Zarr below it."""

    array_name: str
    """The document of an array."""
    prefix: str
    """Between an array and its chunks."""

    @abstractmethod
    def group(self, folder: Path, parts: JsonObject) -> None:
        """Write a group whose parts are what OME-Zarr says of it."""

    @abstractmethod
    def array_document(self, pixels: Pixels, axes: str) -> JsonObject:
        """What Zarr says of an array."""

    def array(self, folder: Path, pixels: Pixels, *, axes: str) -> None:
        """Write an array and its chunks, which lie as `0/0/0` below its folder."""
        write_document(folder / self.array_name, self.array_document(pixels, axes))
        chunks = chunks_of(pixels.shape)
        counts = (
            range(-(-size // chunk)) for size, chunk in zip(pixels.shape, chunks, strict=True)
        )
        for place in product(*counts):
            corner = zip(place, chunks, strict=True)
            part = pixels[tuple(slice(at * size, (at + 1) * size) for at, size in corner)]
            # At the edges of an array chunks are as large as everywhere.
            chunk = np.zeros(chunks, dtype="<u2")
            chunk[tuple(map(slice, part.shape))] = part
            path = folder.joinpath(self.prefix, *map(str, place))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_BLOSC.encode(chunk))


class OmeZarr05(Format):
    """OME-Zarr 0.5 on Zarr 3."""

    array_name = "zarr.json"
    prefix = "c"

    def group(self, folder: Path, parts: JsonObject) -> None:
        """Write a group; what OME-Zarr says lies under `ome`, beside the version."""
        attributes: JsonObject = {"ome": {"version": "0.5", **parts}} if parts else {}
        document: JsonObject = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
        write_document(folder / "zarr.json", document)

    def array_document(self, pixels: Pixels, axes: str) -> JsonObject:
        """What Zarr 3 says of an array."""
        grid: JsonObject = {"chunk_shape": list(chunks_of(pixels.shape))}
        packing: JsonObject = {"cname": "zstd", "clevel": 3, "shuffle": "bitshuffle", "typesize": 2}
        return {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(pixels.shape),
            "data_type": "uint16",
            "chunk_grid": {"name": "regular", "configuration": grid},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": 0,
            "codecs": [
                {"name": "bytes", "configuration": {"endian": "little"}},
                {"name": "blosc", "configuration": {**packing, "blocksize": 0}},
            ],
            "dimension_names": list(axes),
            "attributes": {},
        }


class OmeZarr04(Format):
    """OME-Zarr 0.4 on Zarr 2."""

    array_name = ".zarray"
    prefix = ""

    def group(self, folder: Path, parts: JsonObject) -> None:
        """Write a group; each part carries the version itself."""
        write_document(folder / ".zgroup", {"zarr_format": 2})
        if parts:
            stamped: JsonObject = {key: _stamped(part) for key, part in parts.items()}
            write_document(folder / ".zattrs", stamped)

    def array_document(self, pixels: Pixels, axes: str) -> JsonObject:
        """What Zarr 2 says of an array; it knows no names of axes."""
        packing: JsonObject = {"id": "blosc", "cname": "zstd", "clevel": 3, "shuffle": 2}
        return {
            "zarr_format": 2,
            "shape": list(pixels.shape),
            "chunks": list(chunks_of(pixels.shape)),
            "dtype": "<u2",
            "compressor": {**packing, "blocksize": 0},
            "fill_value": 0,
            "order": "C",
            "filters": None,
            "dimension_separator": "/",
        }


def _stamped(part: JsonValue) -> JsonValue:
    if isinstance(part, list):
        return [_stamped(member) for member in part]
    return {**part, "version": "0.4"} if isinstance(part, dict) else part


def chunks_of(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Chunks of one plane each, or of a tile of it; what is small is one chunk."""
    if prod(shape) <= _SMALL:
        return shape
    tile = tuple(min(size, _TILE) for size in shape[-2:])
    return (1,) * (len(shape) - 2) + tile


def write_document(path: Path, document: JsonObject) -> None:
    """Write a JSON document that people can read too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2))
