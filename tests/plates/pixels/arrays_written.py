"""Arrays that real Zarr wrote, and the layouts that a harvest would know of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import zarr
from numpy.typing import NDArray

from plates.omezarr.documents import Axis, Channel
from plates.omezarr.options import StoreOptions
from plates.omezarr.snapshots import Layout, PixelSize
from plates.pixels.arrays import storage_of
from plates.pixels.levels import levels_of
from plates.pixels.planes import Planes, Wanted, planes_of
from plates.pixels.reading import level_steps, read_within

KINDS = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


def written(
    folder: Path,
    pixels: NDArray[Any],
    *,
    zarr_format: Literal[2, 3] = 3,
    chunks: Sequence[int] | None = None,
    path: str = "0",
    **options: Any,
) -> NDArray[Any]:
    """Write an array as Zarr does, and give it back."""
    if zarr_format == 2:
        options.setdefault("chunk_key_encoding", {"name": "v2", "separator": "/"})
    array = zarr.create_array(
        str(folder / path),
        shape=pixels.shape,
        chunks=tuple(chunks or pixels.shape),
        dtype=pixels.dtype,
        zarr_format=zarr_format,
        overwrite=True,
        config={"write_empty_chunks": True},
        **options,
    )
    array[...] = pixels
    return pixels


def layout(
    axes: str,
    *shapes: Sequence[int],
    dtype: str = "uint16",
    channels: Sequence[Channel] = (),
) -> Layout:
    """What is known of an image whose levels are called 0, 1, ..."""
    where = axes.index("c") if "c" in axes else None
    count = 1 if where is None else shapes[0][where]
    return Layout(
        axes=tuple(Axis(name, KINDS.get(name, "")) for name in axes),
        shape=tuple(shapes[0]),
        dtype=dtype,
        chunks=(),
        shards=(),
        codecs=(),
        pixel_size=PixelSize(None, None, None, ""),
        level_paths=tuple(str(number) for number in range(len(shapes))),
        level_shapes=tuple(tuple(shape) for shape in shapes),
        channels=(*channels, *[Channel()] * (count - len(channels))),
        labels=(),
        tables=(),
    )


def read(
    folder: Path | str,
    axes: str,
    shape: Sequence[int],
    wanted: Wanted,
    *,
    zarr_format: int = 3,
    options: StoreOptions | None = None,
) -> Planes:
    """Planes of the array `0` of a store."""
    (level,) = levels_of(layout(axes, shape))
    steps = level_steps("", level, storage_of(zarr_format), wanted)
    url = str(folder)
    return planes_of(read_within(url, steps, options=options or StoreOptions(), seconds=30))


def noise(shape: Sequence[int], dtype: str = "uint16", *, seed: int = 0) -> NDArray[Any]:
    """Pixels of any type, all different from each other as far as the type allows."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return rng.random(shape) > 0.5
    if kind.kind == "f":
        return rng.normal(0, 100, shape).astype(kind)
    bounds = np.iinfo(kind)
    drawn = rng.integers(bounds.min, bounds.max, shape, dtype=kind.newbyteorder("="), endpoint=True)
    return drawn.astype(kind)
