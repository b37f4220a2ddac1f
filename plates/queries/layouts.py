"""Layouts as the reader knows them, from their rows."""

from collections.abc import Mapping

import msgspec

from plates.models import Layout as LayoutRow
from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.documents import Axis, Channel, Table
from plates.omezarr.snapshots import LabelLayout, Layout, PixelSize


def layout_of(row: LayoutRow) -> Layout:
    """The layout that a row was made of."""
    return Layout(
        axes=tuple(Axis(one["name"], one["type"] or "", one["unit"] or "") for one in row.axes),
        shape=tuple(row.shape),
        dtype=row.dtype,
        chunks=tuple(row.chunks),
        shards=tuple(row.shards),
        codecs=tuple(row.codecs),
        pixel_size=PixelSize(row.pixel_size_x, row.pixel_size_y, row.pixel_size_z, row.pixel_unit),
        level_paths=tuple(row.level_paths),
        level_shapes=tuple(map(tuple, row.level_shapes)),
        channels=tuple(map(channel_of, row.channels)),
        labels=tuple(row.labels),
        tables=tuple(Table(one["name"], one["type"] or "") for one in row.tables),
        grids=msgspec.convert(row.grids, tuple[ChunkGrid | None, ...]),
        label_layouts=msgspec.convert(row.label_layouts, tuple[LabelLayout, ...]),
    )


def channel_of(told: "Mapping[str, object]") -> Channel:
    """A channel as its JSON tells it."""
    window = told["window"]
    by_bound = window if isinstance(window, dict) else {}
    return msgspec.convert(
        {
            "label": told["label"] or "",
            "color": told["color"] or "",
            "active": told["active"],
            **{f"window_{bound}": value for bound, value in by_bound.items()},
        },
        Channel,
    )
