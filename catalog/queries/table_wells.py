"""What a table of wells or fields says of them, besides annotation: where they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

import pyarrow as pa
from django.db import connection

from catalog.queries.subjects import Subject
from catalog.queries.table_annotation import Column, text_of
from catalog.queries.table_columns import TEXT, WHOLE
from catalog.queries.visible import Viewer
from plates.models import Layout
from plates.platemaps.exported_cells import joined
from plates.queries.declared import path_of_well
from plates.queries.said import array_text
from plates.queries.told_cells import Spots

_AT_ONCE: Final = 8_192
_WELLS: Final = """
    SELECT w.id, p.serial, s.carrier, w.position, w.label, w."row", w."column"
      FROM unnest(%s::integer[], %s::integer[]) WITH ORDINALITY AS s (carrier, position, number)
      JOIN plates_plate p ON p.carrier_id = s.carrier
      JOIN plates_well w ON w.plate_id = p.serial AND w.position = s.position
     WHERE p.scope = ANY(%s)
     ORDER BY s.number
"""
_PLATES: Final = """
    SELECT p.serial, p.id, p.name, p.barcode, d.slug
      FROM plates_plate p JOIN catalog_dataset d ON d.serial = p.scope
     WHERE p.serial = ANY(%s)
"""
_STORES: Final = """
    SELECT s.serial, s.id,
           (SELECT l.url FROM plates_location l
             WHERE l.store_id = s.serial AND l.gone_at IS NULL ORDER BY l.id LIMIT 1)
      FROM plates_store s WHERE s.serial = ANY(%s)
"""
_STORES_OF_WELLS: Final = """
    SELECT s.number::integer - 1, f.store_id, count(*), min(f.path),
           string_agg(DISTINCT a.number::text, E'\n' ORDER BY a.number::text)
      FROM unnest(%s::integer[]) WITH ORDINALITY AS s (well, number)
      JOIN plates_field f ON f.well_id = s.well AND f.present
      LEFT JOIN plates_acquisition a ON a.id = f.acquisition_id
     GROUP BY 1, 2
     ORDER BY 1, 2
"""
_FIELDS: Final = """
    SELECT s.number::integer - 1, f.store_id, f.path, f.layout_id, a.number
      FROM unnest(%s::integer[]) WITH ORDINALITY AS s (well, number)
      JOIN plates_field f ON f.well_id = s.well AND f.present
      LEFT JOIN plates_acquisition a ON a.id = f.acquisition_id
     ORDER BY s.number, f.path, f.store_id
"""


class TableWell(NamedTuple):
    """A well of the table."""

    id: int
    plate: int
    carrier: int
    position: int
    label: str
    row: int | None
    column: int | None


class _Plate(NamedTuple):
    id: UUID
    name: str
    barcode: str
    dataset: str


class _Store(NamedTuple):
    id: UUID
    url: str | None


class _Shown(NamedTuple):
    """A store that shows a well."""

    store: int
    fields: int
    path: str
    runs: str | None
    """The numbers of its acquisitions, a line each."""


class _Field(NamedTuple):
    well: int
    """Its number among the wells."""
    store: int
    path: str
    layout: int | None
    acquisition: int | None


def wells_of(viewer: Viewer, subjects: Sequence[Subject]) -> list[TableWell]:
    """The visible wells that some subjects are, in their order; one statement."""
    carriers = array_text([one.carrier for one in subjects])
    positions = array_text([one.position for one in subjects])
    with connection.cursor() as cursor:
        cursor.execute(_WELLS, [carriers, positions, list(viewer.scopes)])
        return list(map(TableWell._make, cursor.fetchall()))


def spots_of(wells: Sequence[TableWell]) -> Spots:
    """Where wells are."""
    return Spots([well.carrier for well in wells], [well.position for well in wells])


@dataclass
class WellCells:
    """Makes the columns of what wells and fields are; remembers plates, stores and layouts."""

    plates: dict[int, _Plate] = field(default_factory=dict)
    stores: dict[int, _Store] = field(default_factory=dict)
    layouts: dict[int, Layout] = field(default_factory=dict)

    def of_wells(self, wells: Sequence[TableWell]) -> list[Column]:
        """The columns of OF_WELL up to the store."""
        self.learn_plates({well.plate for well in wells})
        numbers = {plate: number for number, plate in enumerate(self.plates)}
        which = pa.array([numbers[well.plate] for well in wells], pa.int32())
        plates = list(self.plates.values())
        told = (
            [str(plate.id) for plate in plates],
            [plate.name or None for plate in plates],
            [plate.barcode or None for plate in plates],
            [plate.dataset for plate in plates],
        )
        return [
            *(text_of(one).take(which) for one in told),
            text_of([well.label for well in wells]),
            pa.array([well.row for well in wells], WHOLE),
            pa.array([well.column for well in wells], WHOLE),
        ]

    def of_stores(self, wells: Sequence[TableWell]) -> list[Column]:
        """The other columns of OF_WELL, and those of OF_STORES."""
        shown = self.stores_showing(wells)
        first = [self.first_that_lies(shown.get(number, ())) for number in range(len(wells))]
        paths = [
            path_of_well(one.path, well.label, on_grid=well.row is not None) if one else None
            for one, well in zip(first, wells, strict=True)
        ]
        counts = [shown.get(number, ()) for number in range(len(wells))]
        return [
            *self.places([one.store if one else None for one in first], paths),
            pa.array(map(len, counts), WHOLE),
            pa.array((sum(one.fields for one in some) for some in counts), WHOLE),
            text_of([one.runs if one else None for one in first]),
        ]

    def stores_showing(self, wells: Sequence[TableWell]) -> dict[int, list[_Shown]]:
        """The stores that show wells, the oldest first, by the number of the well."""
        shown: dict[int, list[_Shown]] = {}
        with connection.cursor() as cursor:
            cursor.execute(_STORES_OF_WELLS, [array_text([well.id for well in wells])])
            for number, *told in cursor.fetchall():
                shown.setdefault(number, []).append(_Shown(*told))
        self.learn_stores({one.store for some in shown.values() for one in some})
        return shown

    def first_that_lies(self, shown: Sequence[_Shown]) -> _Shown | None:
        """The oldest store that lies somewhere; the oldest if none does."""
        if not shown:
            return None
        return next((one for one in shown if self.stores[one.store].url), shown[0])

    def of_fields(self, wells: Sequence[TableWell]) -> Iterator[tuple[list[int], list[Column]]]:
        """Batches of fields: the number of the well of each, the other columns of OF_WELL, OF_FIELD."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(_FIELDS, [array_text([well.id for well in wells])])
            while rows := cursor.fetchmany(_AT_ONCE):
                fields = list(map(_Field._make, rows))
                self.learn_stores({one.store for one in fields})
                self.learn_layouts({one.layout for one in fields if one.layout is not None})
                yield [one.well for one in fields], self.fields_told(fields)

    def fields_told(self, fields: Sequence[_Field]) -> list[Column]:
        """The columns of some fields."""
        layouts = {None: _NO_LAYOUT} | {pk: layout_told(row) for pk, row in self.layouts.items()}
        told = list(zip(*(layouts[one.layout] for one in fields), strict=True))
        kinds = (TEXT, TEXT, TEXT, pa.float64(), pa.float64(), pa.float64(), TEXT, WHOLE, TEXT)
        return [
            *self.places([one.store for one in fields], [one.path for one in fields]),
            pa.array([one.acquisition for one in fields], WHOLE),
            *(
                text_of(one) if kind == TEXT else pa.array(one, kind)
                for one, kind in zip(told, kinds, strict=True)
            ),
        ]

    def places(self, stores: Sequence[int | None], paths: Sequence[str | None]) -> list[Column]:
        """Store, its URL, path and URL of each row."""
        known = [None if store is None else self.stores[store] for store in stores]
        urls = [one.url if one else None for one in known]
        whole = [
            f"{url.rstrip('/')}/{path}" if url and path is not None else None
            for url, path in zip(urls, paths, strict=True)
        ]
        ids = [str(one.id) if one else None for one in known]
        return [text_of(ids), text_of(urls), text_of(paths), text_of(whole)]

    def learn_plates(self, serials: set[int]) -> None:
        """Keep the plates of a batch, and no others."""
        with connection.cursor() as cursor:
            cursor.execute(_PLATES, [sorted(serials)])
            self.plates = {serial: _Plate(*told) for serial, *told in cursor}

    def learn_stores(self, serials: set[int]) -> None:
        """Keep the stores of a batch, and no others."""
        with connection.cursor() as cursor:
            cursor.execute(_STORES, [sorted(serials)])
            self.stores = {serial: _Store(*told) for serial, *told in cursor}

    def learn_layouts(self, serials: set[int]) -> None:
        """Keep the layouts of a batch, and no others."""
        self.layouts = {pk: row for pk, row in self.layouts.items() if pk in serials}
        missing = serials - set(self.layouts)
        heavy = ("grids", "label_layouts", "tables", "codecs")
        self.layouts |= Layout.objects.defer(*heavy).in_bulk(missing) if missing else {}


LayoutTold = tuple[
    str | None, str | None, str | None, float | None, float | None, float | None,
    str | None, int | None, str | None,
]  # fmt: skip
_NO_LAYOUT: Final[LayoutTold] = (None,) * 9


def layout_told(layout: Layout) -> LayoutTold:
    """What a table says of a layout, in the order of the columns of OF_FIELD."""
    names = [str(axis["name"]) for axis in layout.axes]
    return (
        "".join(names) if all(len(name) == 1 for name in names) else " ".join(names),
        "x".join(map(str, layout.shape)) or None,
        layout.dtype or None,
        layout.pixel_size_x,
        layout.pixel_size_y,
        layout.pixel_size_z,
        layout.pixel_unit or None,
        layout.levels,
        joined([str(channel["label"] or "") for channel in layout.channels]) or None,
    )
