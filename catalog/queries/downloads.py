"""What of the stores that show found wells is to be downloaded: documents, folders and objects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from django.db import connection

from catalog.errors import DownloadTooLarge, NotUnderstood
from catalog.queries.hits import Search
from catalog.queries.subjects import subjects_of
from catalog.queries.table_wells import wells_of
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from plates.models import Layout, Store
from plates.omezarr.array_cuts import ArrayCut, cut_of
from plates.omezarr.snapshots import Layout as KnownLayout
from plates.queries.declared import path_of_well
from plates.queries.layouts import layout_of
from plates.queries.said import array_text

MOST_WELLS: Final = 20_000
_FIELDS: Final = """
    SELECT f.store_id, f.path, f.layout_id, w.label, w."row" IS NOT NULL
      FROM unnest(%s::integer[]) AS s (well)
      JOIN plates_well w ON w.id = s.well
      JOIN plates_field f ON f.well_id = w.id AND f.present AND f.listed
      JOIN plates_store o ON o.serial = f.store_id
     WHERE o.scope = ANY(%s) AND o.vanished_at IS NULL
     ORDER BY f.store_id, w.position, f.id
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of each well is wanted; None is everything."""

    fields: frozenset[int] | None = None
    """By their places in the well, from 0."""
    channels: tuple[str, ...] | None = None
    """By their labels, in lower case."""
    levels: frozenset[int] | None = None
    """From 0, the largest."""

    @property
    def cuts_images(self) -> bool:
        """Whether only a part of each field is wanted."""
        return self.channels is not None or self.levels is not None


@dataclass(frozen=True, slots=True)
class ArrayPart:
    """What is wanted of one array."""

    path: str
    cut: ArrayCut | None
    """None: the whole of it, and it is not known how it is cut into objects."""


@dataclass(frozen=True, slots=True)
class FieldPart:
    """What is wanted of one field."""

    path: str
    levels: tuple[str, ...]
    """The paths of those that are wanted, below the field."""
    arrays: tuple[ArrayPart, ...]
    is_cut: bool
    """Whether levels or channels are left out."""


@dataclass(frozen=True, slots=True)
class WellPart:
    """What is wanted of one well."""

    path: str
    fields: tuple[FieldPart, ...]
    is_cut: bool
    """Whether fields are left out."""


@dataclass(slots=True)
class StorePart:
    """What is wanted of one store."""

    store: Store
    url: str
    wells: tuple[WellPart, ...]
    notes: list[str] = field(default_factory=list)
    """What whoever downloads it should know."""

    @property
    def arrays(self) -> Iterator[ArrayPart]:
        """All arrays that are wanted."""
        return (array for well in self.wells for one in well.fields for array in one.arrays)

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole store."""
        parts = [one for well in self.wells for one in well.fields]
        return len(parts) == self.store.field_count and not any(
            (*(one.is_cut for one in parts), *(well.is_cut for well in self.wells))
        )

    @property
    def objects(self) -> int:
        """How many chunk objects that are at most, as far as it is known how arrays are cut."""
        return sum(array.cut.objects for array in self.arrays if array.cut)

    @property
    def pixel_bytes(self) -> int:
        """The bytes of all pixels, unpacked."""
        return sum(array.cut.pixel_bytes for array in self.arrays if array.cut)

    @property
    def bytes(self) -> tuple[int | None, str]:
        """How many bytes that are, and how that is known: counted, estimated or unknown."""
        count = getattr(self.store, "count", None)
        if count is None:
            return None, "unknown"
        if self.is_whole:
            return count.stored_bytes, "counted"
        if not count.declared:
            return None, "unknown"
        return count.bytes * self.objects // count.declared, "estimated"


class Download:
    """What a query finds, to be downloaded by one viewer; made and read within one_snapshot."""

    def __init__(self, text: str, viewer: Viewer, selection: Selection) -> None:
        """Find the wells.

        QueryError, NotUnderstood and SearchTooCostly as a search refuses; DownloadTooLarge.
        """
        self.viewer = viewer
        self.selection = selection
        with time_limit():
            self.search = Search(text, viewer)
            hits = self.search.carriers()
        subjects = [subject for one in hits for subject in subjects_of(one)]
        if len(subjects) > MOST_WELLS:
            raise DownloadTooLarge(f"{len(subjects):,} wells", f"{MOST_WELLS:,}")
        self.wells = wells_of(viewer, subjects)
        self.layouts: dict[int, KnownLayout] = {}

    def stores(self) -> list[StorePart]:
        """The stores that have fields of the wells, with what is wanted of each; oldest first."""
        with connection.cursor() as cursor:
            wells = array_text([well.id for well in self.wells])
            cursor.execute(_FIELDS, [wells, list(self.viewer.scopes)])
            rows = cursor.fetchall()
        self.learn({row[2] for row in rows if row[2] is not None})
        self.refuse_unknown_channels()
        stores = Store.objects.select_related("count", "plate").in_bulk({row[0] for row in rows})
        urls = urls_of(stores)
        return [
            self.store_part(stores[serial], urls.get(serial, ""), list(some))
            for serial, some in groupby(rows, lambda row: row[0])
        ]

    def store_part(
        self, store: Store, url: str, rows: Sequence[tuple[int, str, int | None, str, bool]]
    ) -> StorePart:
        """What is wanted of one store."""
        wells = []
        notes: dict[str, None] = {}
        for path, some in groupby(rows, lambda row: path_of_well(row[1], row[3], on_grid=row[4])):
            fields = list(some)
            wanted = [
                self.field_part(row[1], row[2], notes)
                for number, row in enumerate(fields)
                if self.selection.fields is None or number in self.selection.fields
            ]
            if wanted:
                wells.append(WellPart(path, tuple(wanted), len(wanted) < len(fields)))
        return StorePart(store, url, tuple(wells), list(notes))

    def field_part(self, path: str, layout: int | None, notes: dict[str, None]) -> FieldPart:
        """What is wanted of one field; what should be known of it is noted."""
        known = self.layouts.get(layout) if layout is not None else None
        if known is None:
            if self.selection.cuts_images:
                notes["Of some fields it is not known how they are built: they come whole."] = None
            return FieldPart(path, (), (), is_cut=False)
        levels = [
            number
            for number in range(known.levels)
            if self.selection.levels is None or number in self.selection.levels
        ]
        if not levels:
            notes["Some fields have none of these levels: their smallest one comes."] = None
            levels = [known.levels - 1]
        axis, planes = self.planes_of(known)
        if self.selection.channels is not None and axis is None:
            notes["Some fields have none of these channels: they come with all of theirs."] = None
        arrays = tuple(self.array_part(known, level, axis, planes, notes) for level in levels)
        is_cut = len(levels) < known.levels or any(
            array.cut is not None and not array.cut.is_whole for array in arrays
        )
        return FieldPart(path, tuple(known.level_paths[one] for one in levels), arrays, is_cut)

    def array_part(
        self,
        layout: KnownLayout,
        level: int,
        axis: int | None,
        planes: frozenset[int],
        notes: dict[str, None],
    ) -> ArrayPart:
        """What is wanted of one level."""
        path = layout.level_paths[level]
        grid = layout.grids[level] if level < len(layout.grids) else None
        if grid is None:
            notes["Of some arrays it is not known into how many objects they are cut."] = None
            return ArrayPart(path, None)
        cut = cut_of(grid, axis=axis, planes=planes)
        if axis is not None and cut.is_whole and len(planes) < grid.shape[axis]:
            notes["Chunks of some arrays hold several channels: all of these come."] = None
        return ArrayPart(path, cut)

    def planes_of(self, layout: KnownLayout) -> tuple[int | None, frozenset[int]]:
        """The axis of channels, and which of its planes are wanted; None for all of them."""
        wanted = self.selection.channels
        if wanted is None:
            return None, frozenset()
        axes = [number for number, axis in enumerate(layout.axes) if axis.name == "c"]
        planes = frozenset(
            number for number, one in enumerate(layout.channels) if one.label.casefold() in wanted
        )
        return (axes[0], planes) if axes and planes else (None, planes)

    def refuse_unknown_channels(self) -> None:
        """NotUnderstood where no field that was found has a channel of one of the labels."""
        labels = {one.label for layout in self.layouts.values() for one in layout.channels}
        known = {label.casefold() for label in labels}
        for wanted in self.selection.channels or ():
            if known and wanted not in known:
                raise NotUnderstood(
                    "channels",
                    f"No field that is found has a channel {wanted[:60]!r}. "
                    f"There are: {', '.join(sorted(labels)[:20])}.",
                )

    def learn(self, layouts: Iterable[int]) -> None:
        """Look up layouts."""
        rows = Layout.objects.in_bulk(list(layouts))
        self.layouts = {pk: layout_of(row) for pk, row in rows.items()}


def urls_of(stores: Iterable[int]) -> dict[int, str]:
    """Where stores lie; the oldest place of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (store_id) store_id, url FROM plates_location "
            "WHERE gone_at IS NULL AND store_id = ANY(%s) ORDER BY store_id, id",
            [list(stores)],
        )
        return dict(cursor.fetchall())
