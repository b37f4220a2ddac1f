"""What a store declares to hold, from its rows alone: no document of it is read again."""

from collections.abc import Iterator

from django.db.models import QuerySet

from plates.models import Field, Image, Layout, Store
from plates.omezarr.declared import DeclaredImage
from plates.omezarr.snapshots import Layout as KnownLayout
from plates.queries.layouts import layout_of

_AS_WRITTEN = " (as written)"
_AT_ONCE = 5_000


def declared_of(store: Store) -> list[DeclaredImage]:
    """The fields of a store well by well in row-major order, wells without any, other images.

    The same as `declared_images` gives of its snapshot, but for the order. What the store named
    once and does not name any more is left out.
    """
    layouts: dict[int, KnownLayout] = {}
    return [*_fields(store, layouts), *_bare_wells(store), *_images(store, layouts)]


def _fields(store: Store, layouts: dict[int, KnownLayout]) -> Iterator[DeclaredImage]:
    rows = Field.objects.filter(store=store, listed=True)
    _keep(layouts, rows)
    told = rows.order_by("well__position", "path").values_list(
        "path", "well__label", "well__row", "layout_id"
    )
    for path, label, row, layout in told.iterator(chunk_size=_AT_ONCE):
        yield DeclaredImage(
            path, path_of_well(path, label, on_grid=row is not None), layouts.get(layout)
        )


def path_of_well(path: str, label: str, *, on_grid: bool) -> str:
    """The path of the well of a field: a row and a column, or else what its label says."""
    if on_grid:
        return "/".join(path.split("/", 2)[:2])
    return label.removesuffix(_AS_WRITTEN)


def _bare_wells(store: Store) -> Iterator[DeclaredImage]:
    for paths in Store.objects.filter(pk=store.pk).values_list("bare_wells", flat=True):
        yield from (DeclaredImage(path, path) for path in paths)


def _images(store: Store, layouts: dict[int, KnownLayout]) -> Iterator[DeclaredImage]:
    rows = Image.objects.filter(store=store, listed=True)
    _keep(layouts, rows)
    for path, layout in rows.order_by("position").values_list("path", "layout_id"):
        yield DeclaredImage(path, "", layouts.get(layout))


def _keep(layouts: dict[int, KnownLayout], rows: "QuerySet[Field] | QuerySet[Image]") -> None:
    """Take up the layouts of some rows, each once."""
    used = rows.order_by().exclude(layout=None).values_list("layout_id", flat=True).distinct()
    for row in Layout.objects.filter(pk__in=[pk for pk in used if pk not in layouts]):
        layouts[row.pk] = layout_of(row)
