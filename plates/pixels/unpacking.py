"""Chunks as numbers: unpacked within bounds, their bytes and axes put in order."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plates.omezarr.decoding import decoded_by, keeps_type, name_of, parameters_of
from plates.omezarr.errors import ChunkBroken, ChunkUnknown
from plates.omezarr.jsonvalues import JsonObject, integer_of
from plates.pixels.arrays import PixelArray, unpacked_bytes
from plates.pixels.errors import PixelsBroken, PixelsUnknown

Numbers: TypeAlias = NDArray[np.uint16]
"""Pixels of any type that is drawn: numpy's types have no word for that, so the usual one stands here."""

# These round what they encode; there is nothing to undo.
_LOSSY: Final = frozenset({"bitround", "quantize"})


def unpacked(content: bytes, array: PixelArray) -> Numbers:
    """A chunk as an array of its own shape, in the order of the axes; PixelsRefused if it is none.

    What it inflates to is bounded before it is inflated.
    """
    expected = unpacked_bytes(array)
    try:
        for codec in reversed(array.packing):
            content = _undone(codec, content, array, expected)
    except ChunkBroken as broken:
        raise PixelsBroken(f"A chunk cannot be decoded: {broken}.") from broken
    except ChunkUnknown as unknown:
        raise PixelsUnknown(f"Chunks packed with {unknown} are not drawn.") from unknown
    if len(content) != expected:
        sentence = f"A chunk decodes to {len(content):,} bytes; its array says {expected:,}."
        raise PixelsBroken(sentence)
    lengths = array.plan.grid.chunks
    flat = np.frombuffer(content, dtype=array.dtype)
    turned = flat.reshape([lengths[axis] for axis in array.order])
    if array.order == tuple(range(len(lengths))):
        return turned
    return turned.transpose(np.argsort(array.order))


def _undone(codec: JsonObject, content: bytes, array: PixelArray, expected: int) -> bytes:
    name, parameters = name_of(codec), parameters_of(codec)
    if name in _LOSSY and keeps_type(parameters):
        return content
    if name == "shuffle":
        return _unshuffled(content, integer_of(parameters.get("elementsize")) or 4)
    if name == "delta" and keeps_type(parameters):
        if len(content) != expected:
            raise ChunkBroken("its differences are cut off")
        steps = np.frombuffer(content, dtype=array.dtype)
        return np.cumsum(steps, dtype=array.dtype).astype(array.dtype).tobytes()
    return decoded_by(codec, content, expected=expected)


def _unshuffled(content: bytes, size: int) -> bytes:
    """Bytes that were sorted by their place in each number, as they were; the rest stays last."""
    whole = len(content) - len(content) % size if 0 < size <= len(content) else 0
    if not whole:
        return content
    sorted_bytes = np.frombuffer(content[:whole], dtype=np.uint8).reshape(size, -1)
    return sorted_bytes.T.tobytes() + content[whole:]
