"""Snapshots of stores that were never on a disk, for Hypothesis."""

import hashlib

import msgspec
from hypothesis import strategies as st

from plates.addresses import AddressError, WellAddress
from plates.omezarr.documents import Acquisition, Axis, Channel, Table
from plates.omezarr.snapshots import (
    FieldSnapshot,
    ImageSnapshot,
    Layout,
    PixelSize,
    PlateSnapshot,
    StoreSnapshot,
    WellSnapshot,
)
from plates.states import StoreKind

PATHS = [f"{row}/{column}" for row in "ABH" for column in (1, 2, 12)] + ["QC/one", "P/24"]


def layout(
    labels: tuple[str, ...] = (),
    tables: tuple[str, ...] = (),
    channels: tuple[str, ...] = ("DAPI",),
) -> Layout:
    """A layout with these labels, tables and channels."""
    return Layout(
        axes=(Axis("c", "channel"), Axis("y", "space", "um"), Axis("x", "space", "um")),
        shape=(len(channels), 16, 16),
        dtype="uint16",
        chunks=(1, 16, 16),
        shards=(),
        codecs=("zstd",),
        pixel_size=PixelSize(0.5, 0.5, None, "um"),
        level_paths=("0",),
        level_shapes=((len(channels), 16, 16),),
        channels=tuple(Channel(label) for label in channels),
        labels=labels,
        tables=tuple(Table(name) for name in tables),
    )


LAYOUTS = [
    layout(),
    layout(labels=("nuclei",)),
    layout(labels=("nuclei", "cells"), tables=("features",)),
    layout(channels=("DAPI", "GFP")),
]
layouts = st.sampled_from([*LAYOUTS, None])


@st.composite
def fields(draw: st.DrawFn, well: str) -> tuple[FieldSnapshot, ...]:
    """The fields of a well."""
    names = draw(st.lists(st.sampled_from("012"), unique=True))
    return tuple(draw(one_field(f"{well}/{name}")) for name in names)


@st.composite
def one_field(draw: st.DrawFn, path: str) -> FieldSnapshot:
    """One field, there or not."""
    if not draw(st.integers(0, 4)):
        return FieldSnapshot(path, None, present=False)
    place = draw(st.sampled_from([None, (0.0, 0.0, 0.0), (0.0, 8.0, 8.0)]))
    run = draw(st.sampled_from([None, 0, 1, 7]))
    return FieldSnapshot(path, run, present=True, layout=draw(layouts), translation=place)


def address_of(path: str) -> WellAddress | None:
    """The address of a path, None if it is no grid's."""
    try:
        return WellAddress.of_names(*path.split("/"))
    except AddressError:
        return None


@st.composite
def wells(draw: st.DrawFn) -> tuple[WellSnapshot, ...]:
    """Some wells of a plate."""
    found = []
    for path in draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=6)):
        row, column = path.split("/")
        present = bool(draw(st.integers(0, 4)))
        found.append(
            WellSnapshot(
                path,
                row,
                column,
                address_of(path),
                present=present,
                fields=draw(fields(path)) if present else (),
            )
        )
    return tuple(found)


runs = st.lists(
    st.builds(Acquisition, st.sampled_from([0, 1]), st.sampled_from(["", "first", "second"])),
    unique_by=lambda run: run.number,
).map(tuple)
names = st.sampled_from(["", "one", "two"])
plates = st.builds(
    PlateSnapshot,
    name=names,
    barcode=names,
    rows=st.just(("A", "B")),
    columns=st.just(("1", "2")),
    field_count=st.none(),
    acquisitions=runs,
    wells=wells(),
)
images = st.lists(
    st.builds(
        ImageSnapshot,
        path=st.sampled_from("0123"),
        name=names,
        present=st.booleans(),
        layout=layouts,
    ),
    unique_by=lambda image: image.path,
).map(tuple)


def snapshot(
    plate: PlateSnapshot | None = None, images: tuple[ImageSnapshot, ...] = ()
) -> StoreSnapshot:
    """A store that shows a plate, or images."""
    content = msgspec.json.encode((plate, images))
    return StoreSnapshot(
        url="/nowhere",
        kind=StoreKind.PLATE if plate else StoreKind.COLLECTION,
        version="0.5",
        zarr_format=3,
        name="store",
        plate=plate,
        images=images,
        documents=1,
        digest=hashlib.sha256(content).hexdigest(),
        problems=(),
    )


snapshots = st.one_of(plates.map(snapshot), images.map(lambda some: snapshot(images=some)))
