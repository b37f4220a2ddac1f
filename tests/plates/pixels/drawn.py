"""Stores that were drawn, as a job does it, without any database."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from plates.addresses import WellAddress
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.pixels.packs import packed_picture
from plates.pixels.pictured import PicturedImage
from plates.pixels.previews import Grid, Previews, draw_previews
from plates.pixels.reading import Stop

GRID = Grid(2, 3)


def pictured(url: str) -> tuple[list[PicturedImage], int | None]:
    """What of a store is drawn, and its format of Zarr."""
    snapshot = read_store(url, options=StoreOptions())
    images = [PicturedImage(image.path, layout=image.layout) for image in snapshot.images]
    for well in snapshot.plate.wells if snapshot.plate else ():
        address = WellAddress.of_names(*well.path.split("/"))
        label, row, column = well.path, None, None
        if address is not None:
            label, row, column = address.label, address.row, address.column
        images += [
            PicturedImage(one.path, label, row, column, one.acquisition, layout=one.layout)
            for one in well.fields
        ]
        if not well.fields:
            images.append(PicturedImage(well.path, label, row, column))
    return images, snapshot.zarr_format


def drawn(
    url: str | Path,
    pack: Path,
    *,
    known: tuple[list[PicturedImage], int | None] | None = None,
    stop: Stop | None = None,
) -> Previews:
    """The previews of a store."""
    images, zarr_format = known or pictured(str(url))
    return draw_previews(
        str(url),
        images,
        pack,
        options=StoreOptions(),
        zarr_format=zarr_format,
        grid=GRID if any(image.label for image in images) else None,
        stop=stop,
    )


def picture(pack: Path, name: str) -> NDArray[np.uint8]:
    """A picture of a pack as colours."""
    content = packed_picture(pack, name)
    assert content is not None, name
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
