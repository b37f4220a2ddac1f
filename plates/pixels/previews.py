"""All that is drawn of a store at a time, into one pack."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from plates.omezarr.options import StoreOptions
from plates.pixels.contact_sheets import ContactSheets
from plates.pixels.contrast import ShownChannel
from plates.pixels.drawing import Face, Faces
from plates.pixels.errors import PixelsTooLarge
from plates.pixels.hands import hands_for
from plates.pixels.packs import PackWriter
from plates.pixels.pictured import PicturedImage
from plates.pixels.plotter import Drawn, Plotter, Progress
from plates.pixels.reading import Stop
from plates.pixels.sheets import sheet_plan


class Grid(NamedTuple):
    """How many rows and columns a plate has."""

    rows: int
    columns: int


class Previews(NamedTuple):
    """What was drawn, and of which acquisitions there are contact sheets."""

    drawn: Drawn
    runs: list[int | None]


def draw_previews(
    url: str,
    images: Sequence[PicturedImage],
    pack: Path,
    *,
    options: StoreOptions,
    zarr_format: int | None,
    grid: Grid | None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Previews:
    """Draw thumbnails, contact sheets (of a plate, whose grid is given) and statistics.

    The pack is there when all is drawn, or not at all. StoreError if the storage is away,
    ReadCancelled when `stop` says yes; what cannot be drawn for itself is told in the answer.
    """
    with hands_for(images, zarr_format, options) as hands:
        plotter = Plotter(
            url,
            images,
            options=options,
            zarr_format=zarr_format,
            hands=hands,
            progress=progress,
            stop=stop,
        )
        channels = plotter.choose_channels()
        sheets = _sheets_of(images, channels, grid)

        def show(image: PicturedImage, face: Face) -> None:
            if sheets is not None:
                sheets.show(image, face)

        faces = sheets.faces if sheets is not None else Faces()
        with PackWriter(pack) as writer:
            drawn = plotter.draw(channels, faces, writer, show)
            if sheets is not None:
                sheets.put_into(writer)
    return Previews(drawn, sheets.runs if sheets is not None else [])


def _sheets_of(
    images: Sequence[PicturedImage], channels: Sequence[ShownChannel], grid: Grid | None
) -> ContactSheets | None:
    """Empty contact sheets; None without a grid, or with one that no plate has."""
    if grid is None:
        return None
    odd = {image.label for image in images if image.label and image.row is None}
    try:
        return ContactSheets(sheet_plan(*grid, odd), images, channels)
    except PixelsTooLarge:
        return None
