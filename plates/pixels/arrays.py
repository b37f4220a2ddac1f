"""Arrays as they have to be known to be unpacked: types, order of bytes and axes, codecs."""

from collections.abc import Sequence
from math import prod
from typing import Final

import msgspec
import numpy as np

from plates.omezarr.chunk_plans import ChunkPlan, plan_of
from plates.omezarr.decoding import name_of, parameters_of
from plates.omezarr.jsonvalues import (
    JsonFault,
    JsonObject,
    JsonValue,
    decode_document,
    integer_of,
    list_of,
    object_of,
)
from plates.omezarr.versions.dialect import Storage
from plates.omezarr.versions.zarr2 import ZARR2
from plates.omezarr.versions.zarr3 import ZARR3
from plates.pixels.errors import PixelsBroken, PixelsUnknown

MAX_CHUNK: Final = 64 * 1024**2
"""Bytes of a chunk when it is unpacked; a larger one is not drawn."""
MAX_LENGTH: Final = 2**40
_TYPES: Final = frozenset(
    {
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
    }
)
_BYTES: Final = "bytes"
_TRANSPOSE: Final = "transpose"
_ZARR_2: Final = 2


class PixelArray(msgspec.Struct, frozen=True):
    """An array of pixels: its plan of chunks, and how the bytes of one become numbers.

    `dtype` is numpy's with its order of bytes, `order` the axes in the order in which a chunk has
    them, `packing` the codecs that make bytes of bytes, in the order in which they encoded.
    """

    plan: ChunkPlan
    dtype: str
    order: tuple[int, ...]
    packing: tuple[JsonObject, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How long each axis is."""
        return self.plan.grid.shape


def storage_of(zarr_format: int | None) -> Storage:
    """How a store of this format of Zarr is laid out."""
    return ZARR2 if zarr_format == _ZARR_2 else ZARR3


def array_of(content: bytes, storage: Storage) -> PixelArray:
    """The array that a document describes; PixelsRefused if it cannot be drawn."""
    try:
        document = object_of(decode_document(content))
    except JsonFault as fault:
        raise PixelsBroken(f"The document of an array cannot be read: {fault}.") from fault
    array = storage.parse_array(document)
    if array.dtype not in _TYPES:
        raise PixelsUnknown(f"Pixels of the type {array.dtype[:40] or 'unknown'} are not drawn.")
    plan = plan_of(document, array)
    if plan is None or not array.shape or max(array.shape) > MAX_LENGTH:
        raise PixelsBroken("The document of an array does not tell how its chunks lie.")
    rank = len(array.shape)
    if array.zarr_format == _ZARR_2:
        is_turned = document.get("order") == "F"
        order = tuple(range(rank))[::-1] if is_turned else tuple(range(rank))
        is_big = str(document.get("dtype"))[:1] == ">"
        return PixelArray(plan, _typed(array.dtype, is_big=is_big), order, plan.codecs)
    order, is_big, packing = _unlaced(plan.codecs, rank)
    return PixelArray(plan, _typed(array.dtype, is_big=is_big), order, packing)


def _typed(name: str, *, is_big: bool) -> str:
    return np.dtype(name).newbyteorder(">" if is_big else "<").str


def _unlaced(
    codecs: Sequence[JsonObject], rank: int
) -> tuple[tuple[int, ...], bool, tuple[JsonObject, ...]]:
    """The codecs of Zarr 3 as an order of axes, an order of bytes and what packs bytes."""
    order, is_big = tuple(range(rank)), False
    for number, codec in enumerate(codecs):
        name = name_of(codec)
        if name == _TRANSPOSE:
            turned = _turned(parameters_of(codec).get("order"), rank)
            order = tuple([order[axis] for axis in turned])
        elif name == _BYTES:
            is_big = parameters_of(codec).get("endian") == "big"
            return order, is_big, tuple(codecs[number + 1 :])
        else:
            raise PixelsUnknown(f"Chunks packed with {name[:40] or 'no name'} are not drawn.")
    raise PixelsUnknown("Chunks without the codec 'bytes' are not drawn.")


def _turned(value: JsonValue, rank: int) -> tuple[int, ...]:
    if value == "F":
        return tuple(range(rank))[::-1]
    axes = tuple([axis for one in list_of(value) if (axis := integer_of(one)) is not None])
    if value != "C" and sorted(axes) != list(range(rank)):
        raise PixelsBroken("The document of an array turns its axes in a way that is none.")
    return axes or tuple(range(rank))


def unpacked_bytes(array: PixelArray) -> int:
    """The bytes of a chunk when it is unpacked."""
    return prod(array.plan.grid.chunks) * np.dtype(array.dtype).itemsize
