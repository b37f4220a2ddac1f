"""One way to read or draw the fields of a plate, in a process of its own: what previews.py runs."""

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.abc import MetaPathFinder
from pathlib import Path

import zarr

from plates.addresses import WellAddress
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.pixels.crew import Crew
from plates.pixels.hands import DRAWING
from plates.pixels.image_tasks import ImageTasks
from plates.pixels.pictured import PicturedImage
from plates.pixels.planes import Packed, planes_of
from plates.pixels.previews import Grid, draw_previews
from plates.pixels.statistics_table import parquet_of
from tests.benchmarks.measuring import peak_mib


def images_of(url: str, options: StoreOptions) -> list[PicturedImage]:
    """The fields of a plate as its rows tell them."""
    snapshot = read_store(url, options=options)
    assert snapshot.plate is not None
    images = []
    for well in snapshot.plate.wells:
        address = WellAddress.of_names(*well.path.split("/"))
        assert address is not None
        where = (address.label, address.row, address.column)
        images += [
            PicturedImage(one.path, *where, one.acquisition, layout=one.layout)
            for one in well.fields
        ]
    return images


def read_bytes(url: str, images: list[PicturedImage], options: StoreOptions) -> None:
    """Ask for the chunks and do nothing with them."""
    _read(url, images, options, lambda _, packed: len(packed.chunks))


def read_unpacked(url: str, images: list[PicturedImage], options: StoreOptions) -> None:
    """Ask for the chunks and unpack them."""
    _read(url, images, options, lambda _, packed: planes_of(packed).pixels.shape[0])


def read_divided(url: str, images: list[PicturedImage], options: StoreOptions) -> None:
    """Ask for the chunks and unpack them, in as many processes as draw."""
    part = replace(options, concurrency=max(1, options.concurrency // DRAWING))
    readers = [
        multiprocessing.get_context("fork").Process(
            target=read_unpacked, args=(url, images[number::DRAWING], part)
        )
        for number in range(DRAWING)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert not any(reader.exitcode for reader in readers)


def _read(
    url: str,
    images: list[PicturedImage],
    options: StoreOptions,
    work: Callable[[PicturedImage, Packed], int],
) -> None:
    crew = Crew(url, options)
    crew.each(ImageTasks(3).of(images), work, lambda _: None)


def read_with_zarr(url: str, images: list[PicturedImage], options: StoreOptions) -> None:
    """Read the smallest level of each field with the reference implementation."""

    def read(image: PicturedImage) -> None:
        assert image.layout is not None
        zarr.open_array(f"{url}/{image.path}/{image.layout.level_paths[-1]}", mode="r")[:]

    with ThreadPoolExecutor(DRAWING) as pool:
        for _ in pool.map(read, images):
            pass


def draw(url: str, images: list[PicturedImage], options: StoreOptions) -> None:
    """Draw all that a job draws."""
    with tempfile.TemporaryDirectory() as folder:
        made = draw_previews(
            url,
            images,
            Path(folder) / "a.pack",
            options=options,
            zarr_format=3,
            grid=Grid(16, 24),
        )
        parquet_of(made.drawn.measured)
        assert (made.drawn.images, made.drawn.failed) == (len(images), 0)


WAYS = {
    "bytes": read_bytes,
    "unpacked": read_unpacked,
    "divided": read_divided,
    "zarr": read_with_zarr,
    "drawn": draw,
}


class WithoutPandas(MetaPathFinder):
    """pyarrow imports pandas where it is, which is with the tests and not with a worker."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """No such module."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main(way: str, url: str, concurrency: str) -> None:
    """Measure one way and tell."""
    sys.meta_path.insert(0, WithoutPandas())
    options = StoreOptions(concurrency=int(concurrency))
    images = images_of(url, options)
    began = time.perf_counter()
    WAYS[way](url, images, options)
    seconds = time.perf_counter() - began
    # The largest of the processes that help to draw, as many times as there are.
    helping = DRAWING - 1 if way == "drawn" else DRAWING
    hands = helping * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = {"seconds": seconds, "peak_mib": peak_mib() + hands}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
