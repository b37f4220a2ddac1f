from collections.abc import Iterable, Iterator

import msgspec

from plates.models import Layout as LayoutRow
from plates.omezarr.documents import Channel
from plates.omezarr.snapshots import Layout, StoreSnapshot


def ensure_layouts(snapshot: StoreSnapshot) -> dict[str, int]:
    """The row of each layout of a snapshot, by digest; missing rows are made.

    Called before the store's own transaction and committed at once: plates that load side by side
    share layouts, and must not wait for each other's whole load.
    """
    layouts = {layout.digest: layout for layout in layouts_of(snapshot)}
    known = rows_of(layouts)
    fresh = [layout_row(layout) for digest, layout in layouts.items() if digest not in known]
    if not fresh:
        return known
    LayoutRow.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return rows_of(layouts)


def layouts_of(snapshot: StoreSnapshot) -> Iterator[Layout]:
    """Every layout that the snapshot's images and fields have."""
    for image in snapshot.images:
        if image.layout:
            yield image.layout
    for well in snapshot.plate.wells if snapshot.plate else ():
        for field in well.fields:
            if field.layout:
                yield field.layout


def rows_of(digests: Iterable[str]) -> dict[str, int]:
    """The rows that are there, by digest."""
    found = LayoutRow.objects.filter(digest__in=list(digests))
    return dict(found.order_by().values_list("digest", "id"))


def layout_row(layout: Layout) -> LayoutRow:
    """A layout as its row."""
    return LayoutRow(
        digest=layout.digest,
        axes=[
            {"name": a.name, "type": a.type or None, "unit": a.unit or None} for a in layout.axes
        ],
        shape=list(layout.shape),
        chunks=list(layout.chunks),
        shards=list(layout.shards),
        codecs=list(layout.codecs),
        dtype=layout.dtype[:32],
        pixel_size_x=layout.pixel_size.x,
        pixel_size_y=layout.pixel_size.y,
        pixel_size_z=layout.pixel_size.z,
        pixel_unit=layout.pixel_size.unit[:32],
        levels=layout.levels,
        level_paths=list(layout.level_paths),
        level_shapes=[list(shape) for shape in layout.level_shapes],
        channels=[channel_told(channel) for channel in layout.channels],
        labels=list(layout.labels),
        tables=[{"name": table.name, "type": table.type or None} for table in layout.tables],
        grids=msgspec.to_builtins(layout.grids),
        label_layouts=msgspec.to_builtins(layout.label_layouts),
    )


def channel_told(channel: Channel) -> dict[str, object]:
    """A channel as JSON."""
    return {
        "label": channel.label or None,
        "color": channel.color or None,
        "window": {
            "start": channel.window_start,
            "end": channel.window_end,
            "min": channel.window_min,
            "max": channel.window_max,
        },
        "active": channel.active,
    }
