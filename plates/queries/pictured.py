"""What of a store is drawn, from its rows alone."""

from collections.abc import Iterator

from plates.addresses import WellAddress
from plates.models import Field, Image, Layout, Store
from plates.omezarr.snapshots import Layout as KnownLayout
from plates.pixels.pictured import PicturedImage
from plates.pixels.previews import Grid
from plates.queries.layouts import layout_of

_AT_ONCE = 5_000


def pictured_of(store: Store) -> list[PicturedImage]:
    """The fields of a store well by well, wells that are listed only, and its other images."""
    layouts = _layouts_of(store)
    images = Image.objects.filter(store=store, listed=True).order_by("position")
    return [
        *_fields(store, layouts),
        *_bare_wells(store),
        *(
            PicturedImage(path, layout=layouts.get(layout))
            for path, layout in images.values_list("path", "layout_id")
        ),
    ]


def grid_of(store: Store) -> Grid | None:
    """How many rows and columns the plate of a store has; None if it shows none."""
    return None if store.plate is None else Grid(store.plate.rows, store.plate.columns)


def _fields(store: Store, layouts: dict[int, KnownLayout]) -> list[PicturedImage]:
    rows = Field.objects.filter(store=store, listed=True).order_by("well__position", "path")
    told = rows.values_list(
        "path",
        "well__label",
        "well__row",
        "well__column",
        "acquisition__number",
        "x",
        "y",
        "layout_id",
    )
    return [
        PicturedImage(path, label, row, column, run, x, y, layouts.get(layout))
        for path, label, row, column, run, x, y, layout in told.iterator(chunk_size=_AT_ONCE)
    ]


def _bare_wells(store: Store) -> Iterator[PicturedImage]:
    for paths in Store.objects.filter(pk=store.pk).values_list("bare_wells", flat=True):
        for path in paths:
            row, _, column = path.partition("/")
            address = WellAddress.of_names(row, column)
            if address is None:
                yield PicturedImage(path, path)
            else:
                yield PicturedImage(path, address.label, address.row, address.column)


def _layouts_of(store: Store) -> dict[int, KnownLayout]:
    used: set[int] = set()
    for rows in (Field.objects.filter(store=store), Image.objects.filter(store=store)):
        used |= {
            pk
            for pk in rows.order_by().values_list("layout_id", flat=True).distinct()
            if pk is not None
        }
    return {row.pk: layout_of(row) for row in Layout.objects.filter(pk__in=used)}
