"""What plants a single fault in a whole plate that has none."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests import stores
from tests.stores import Json, Style, Version

Plant = Callable[[Path, Version], None]
Base = Callable[[Path, Version], Path]
Step = str | int

FIELD = "B/03/0"
LABEL = f"{FIELD}/labels/nuclei"
WHOLE = Style(labels=("nuclei",), tables=("rois",))
ACQUISITIONS: tuple[Json, ...] = (
    {"id": 0, "name": "first", "maximumfieldcount": 1},
    {"id": 1, "name": "second", "maximumfieldcount": 1},
)


def whole_plate(folder: Path, version: Version) -> Path:
    """A plate of 2 x 3 wells with all that a plate may have, and no fault."""
    return styled_plate(folder, version, WHOLE)


def styled_plate(folder: Path, version: Version, style: Style) -> Path:
    """The whole plate, spelt in some style."""
    return stores.plate(
        folder,
        version=version,
        shape=(2, 3),
        fields=2,
        size=(1024, 1024),
        acquisitions=ACQUISITIONS,
        style=style,
    )


@dataclass(frozen=True)
class Planted:
    """One fault, the rule that it breaks, and where it has to be reported.

    `node` is the node of the document at fault or, for a list that names nodes, the one that is
    named; `or_at` are others at which a reader would look for it as well. The finding's pointer
    ends at `pointer_end` or goes on below it. `extra` are further rules that the same fault
    breaks. `times` is how many findings it makes, None if that is a matter of taste.
    """

    rule: str
    sentence: str
    versions: tuple[Version, ...]
    node: str
    plant: Plant
    pointer_end: str = ""
    extra: frozenset[str] = frozenset()
    or_at: tuple[str, ...] = ()
    times: int | None = 1
    base: Base = whole_plate

    def write(self, folder: Path, version: Version) -> Path:
        """Write the store with its fault and give its folder back."""
        self.base(folder, version)
        self.plant(folder, version)
        return folder


@contextmanager
def changed(path: Path) -> Iterator[Json]:
    """A document, to be changed in place."""
    document: Json = json.loads(path.read_bytes())
    yield document
    path.write_text(json.dumps(document))


@contextmanager
def ome_of(folder: Path, node: str) -> Iterator[Json]:
    """The OME attributes of a group, to be changed in place."""
    new = folder / node / "zarr.json"
    with changed(new if new.exists() else folder / node / ".zattrs") as document:
        yield document["attributes"]["ome"] if new.exists() else document


@contextmanager
def array_of(folder: Path, node: str) -> Iterator[Json]:
    """The document of an array, to be changed in place."""
    new = folder / node / "zarr.json"
    with changed(new if new.exists() else folder / node / ".zarray") as document:
        yield document


def at(document: Json, steps: Sequence[Step]) -> Any:
    """What lies at some steps of a document."""
    place: Any = document
    for step in steps:
        place = place[step]
    return place


def put(node: str, *steps: Step, value: object) -> Plant:
    """A plant that sets one value of the OME attributes of a group."""

    def plant(folder: Path, version: Version) -> None:
        with ome_of(folder, node) as ome:
            at(ome, steps[:-1])[steps[-1]] = value

    return plant


def drop(node: str, *steps: Step) -> Plant:
    """A plant that drops one key or member of the OME attributes of a group."""

    def plant(folder: Path, version: Version) -> None:
        with ome_of(folder, node) as ome:
            del at(ome, steps[:-1])[steps[-1]]

    return plant


def add(node: str, *steps: Step, value: object) -> Plant:
    """A plant that adds a member to a list of the OME attributes of a group."""

    def plant(folder: Path, version: Version) -> None:
        with ome_of(folder, node) as ome:
            at(ome, steps).append(value)

    return plant


def swap(node: str, *steps: Step) -> Plant:
    """A plant that turns a list of the OME attributes of a group around."""

    def plant(folder: Path, version: Version) -> None:
        with ome_of(folder, node) as ome:
            at(ome, steps).reverse()

    return plant


def put_array(node: str, key: str, value: object) -> Plant:
    """A plant that sets one key of the document of an array."""

    def plant(folder: Path, version: Version) -> None:
        with array_of(folder, node) as array:
            array[key] = value

    return plant


def drop_array(node: str, key: str) -> Plant:
    """A plant that drops one key of the document of an array."""

    def plant(folder: Path, version: Version) -> None:
        with array_of(folder, node) as array:
            del array[key]

    return plant


def put_dtype(node: str, name: str, code: str) -> Plant:
    """A plant that gives an array another type, as Zarr 3 and as Zarr 2 spell it."""

    def plant(folder: Path, version: Version) -> None:
        key, value = ("data_type", name) if version >= "0.5" else ("dtype", code)
        put_array(node, key, value)(folder, version)

    return plant


def put_shape(node: str, shape: Sequence[int]) -> Plant:
    """A plant that gives an array another shape, all of it one chunk."""

    def plant(folder: Path, version: Version) -> None:
        put_array(node, "shape", list(shape))(folder, version)
        put_chunk(node, shape)(folder, version)

    return plant


def put_chunk(node: str, chunk: Sequence[int]) -> Plant:
    """A plant that gives an array other chunks."""

    def plant(folder: Path, version: Version) -> None:
        with array_of(folder, node) as array:
            if version >= "0.5":
                array["chunk_grid"]["configuration"]["chunk_shape"] = list(chunk)
            else:
                array["chunks"] = list(chunk)

    return plant


def put_text(path: str, content: str) -> Plant:
    """A plant that writes one file."""

    def plant(folder: Path, version: Version) -> None:
        (folder / path).write_text(content)

    return plant


def remove(path: str) -> Plant:
    """A plant that removes a file, or a folder with all that it holds."""

    def plant(folder: Path, version: Version) -> None:
        if (folder / path).is_dir():
            shutil.rmtree(folder / path)
        else:
            (folder / path).unlink()

    return plant


def move(path: str, to: str) -> Plant:
    """A plant that moves a folder; folders on its way become groups."""

    def plant(folder: Path, version: Version) -> None:
        parent = (folder / to).parent
        if not parent.exists():
            shutil.copytree(folder / "A", parent, ignore=shutil.ignore_patterns("0*"))
        shutil.move(folder / path, folder / to)

    return plant


def copy(path: str, to: str) -> Plant:
    """A plant that copies a folder."""

    def plant(folder: Path, version: Version) -> None:
        shutil.copytree(folder / path, folder / to)

    return plant


def then(*plants: Plant) -> Plant:
    """A plant that does several things in turn."""

    def plant(folder: Path, version: Version) -> None:
        for one in plants:
            one(folder, version)

    return plant


def base_of(style: Style) -> Base:
    """The whole plate in some style, as the base of a fault."""

    def base(folder: Path, version: Version) -> Path:
        return styled_plate(folder, version, replace(style, tables=("rois",)))

    return base
