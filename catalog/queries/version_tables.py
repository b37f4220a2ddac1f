"""What a version keeps of a dataset as tables: each with its columns, read in bounded memory.

All of them are read within one view of the database (queries.snapshot), so that they agree.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

import msgspec
import pyarrow as pa
from django.db.models import Prefetch

from catalog.models import Dataset
from catalog.queries.found_table import FoundTable
from catalog.queries.table_columns import Rows
from catalog.queries.table_wells import layout_told
from catalog.queries.visible import within
from plates.models import Image, Location, Plate, Store
from plates.queries.annotation import AnnotatedValue, annotation_of

MOST_TREATMENTS: Final = 200
"""A version keeps wells whole that an export refuses; past this a table has columns no more."""
_AT_ONCE: Final = 2_000
_IMAGES_AT_ONCE: Final = 500
Cells = dict[str, object]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class VersionTable:
    """A table of a version: what its file is called, its columns, and its rows, once."""

    name: str
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


WELLS: Final = "wells.parquet"
FIELDS: Final = "fields.parquet"
IMAGES: Final = "images.parquet"
STORES: Final = "stores.parquet"
PLATES: Final = "plates.parquet"
TABLES: Final[Mapping[str, str]] = {
    WELLS: "a row for each well, with its annotation, as an export has it",
    FIELDS: "a row for each field of view, without annotation",
    IMAGES: "a row for each image that is no field, its annotation as JSON",
    STORES: "a row for each store, with where it lay and the digest of its documents",
    PLATES: "a row for each plate",
}
"""The tables of a version by the names of their files, and what each holds."""

_STORE: Final = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("version", pa.string()),
        ("zarr_format", pa.int64()),
        ("url", pa.string()),
        ("urls", pa.list_(pa.string())),
        ("digest", pa.string()),
        ("verdict", pa.string()),
        ("plate_id", pa.string()),
        ("wells", pa.int64()),
        ("fields", pa.int64()),
        ("images", pa.int64()),
    ]
)
_PLATE: Final = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("barcode", pa.string()),
        ("batch", pa.string()),
        ("rows", pa.int64()),
        ("columns", pa.int64()),
        ("wells", pa.int64()),
    ]
)
_IMAGE: Final = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("store_id", pa.string()),
        ("path", pa.string()),
        ("axes", pa.string()),
        ("shape", pa.string()),
        ("dtype", pa.string()),
        ("pixel_size_x", pa.float64()),
        ("pixel_size_y", pa.float64()),
        ("pixel_size_z", pa.float64()),
        ("pixel_size_unit", pa.string()),
        ("levels", pa.int64()),
        ("channels", pa.string()),
        ("annotation", pa.string()),
    ]
)


def tables_of(dataset: Dataset) -> Iterator[VersionTable]:
    """The tables of a dataset, each to be read before the next is asked for."""
    yield _found(WELLS, dataset, Rows.WELLS, keys=None)
    yield _found(FIELDS, dataset, Rows.FIELDS, keys=[])
    yield VersionTable(IMAGES, _IMAGE, _batches(_IMAGE, images_told(dataset)))
    yield VersionTable(STORES, _STORE, _batches(_STORE, stores_told(dataset)))
    yield VersionTable(PLATES, _PLATE, _batches(_PLATE, plates_told(dataset)))


def _found(name: str, dataset: Dataset, rows: Rows, *, keys: Sequence[str] | None) -> VersionTable:
    table = FoundTable(
        "", within(dataset), rows=rows, keys=keys, most_treatments=MOST_TREATMENTS, patient=True
    )
    return VersionTable(name, table.schema, table.batches())


def _batches(schema: pa.Schema, rows: Iterator[Cells]) -> Iterator[pa.RecordBatch]:
    while some := list(islice(rows, _AT_ONCE)):
        yield pa.RecordBatch.from_pylist(some, schema=schema)


def stores_told(dataset: Dataset) -> Iterator[Cells]:
    """The stores of a dataset that are there, the oldest first."""
    lying = Location.objects.filter(gone_at=None).order_by("id")
    rows = Store.objects.filter(scope=dataset.pk, vanished_at=None).exclude(read_at=None)
    rows = rows.select_related("plate").defer("bare_wells", "problems").order_by("serial")
    rows = rows.prefetch_related(Prefetch("locations", queryset=lying))
    for store in rows.iterator(chunk_size=_AT_ONCE):
        urls = [location.url for location in store.locations.all()]
        yield {
            "id": str(store.id),
            "name": store.name,
            "kind": store.kind,
            "version": store.version,
            "zarr_format": store.zarr_format,
            "url": urls[0] if urls else None,
            "urls": urls,
            "digest": store.digest,
            "verdict": store.verdict,
            "plate_id": str(store.plate.id) if store.plate else None,
            "wells": store.well_count,
            "fields": store.field_count,
            "images": store.image_count,
        }


def plates_told(dataset: Dataset) -> Iterator[Cells]:
    """The plates of a dataset that are there, the oldest first."""
    rows = Plate.objects.filter(scope=dataset.pk, vanished_at=None).order_by("serial")
    for plate in rows.iterator(chunk_size=_AT_ONCE):
        yield {
            "id": str(plate.id),
            "name": plate.name,
            "barcode": plate.barcode,
            "batch": plate.batch,
            "rows": plate.rows,
            "columns": plate.columns,
            "wells": plate.well_count,
        }


def images_told(dataset: Dataset) -> Iterator[Cells]:
    """The images of a dataset that are no fields and are there, with their annotation."""
    rows = Image.objects.filter(scope=dataset.pk, present=True, store__vanished_at=None)
    rows = rows.select_related("store", "layout").order_by("serial")
    for some in _in_parts(rows.iterator(chunk_size=_IMAGES_AT_ONCE), _IMAGES_AT_ONCE):
        spots = [(image.store.carrier_id or 0, image.position) for image in some]
        said = annotation_of(spots)
        for image, spot in zip(some, spots, strict=True):
            pixels = layout_told(image.layout) if image.layout else (None,) * len(_PIXELS)
            yield {
                "id": str(image.id),
                "name": image.name,
                "store_id": str(image.store.id),
                "path": image.path,
                **dict(zip(_PIXELS, pixels, strict=True)),
                "annotation": _annotation(said.get(spot, {})),
            }


_PIXELS: Final = tuple(_IMAGE.names[4:-1])


def _in_parts(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while some := list(islice(rows, size)):
        yield some


def _annotation(said: Mapping[str, Sequence[AnnotatedValue]]) -> str | None:
    if not said:
        return None
    told = {key: [_value(value) for value in said[key]] for key in sorted(said)}
    return msgspec.json.encode(told).decode()


def _value(value: AnnotatedValue) -> Cells:
    return {
        "value": value.value,
        "number": value.number,
        "unit": value.unit,
        "curie": value.curie,
        "group": value.group,
    }


Told = Callable[[Dataset], Iterator[Cells]]
LISTED: Final[Mapping[str, Told]] = {"plates": plates_told, "stores": stores_told}
"""What the manifest lists as well."""


def metadata_of(dataset: Dataset) -> dict[str, object]:
    """What a dataset says of itself, as it is cited; nobody's e-mail address."""
    parent = dataset.parent
    return {
        "id": str(dataset.id),
        "slug": dataset.slug,
        "title": dataset.title,
        "summary": dataset.summary,
        "licence": dataset.licence,
        "organisms": list(dataset.organisms),
        "methods": list(dataset.methods),
        "keywords": list(dataset.keywords),
        "doi": dataset.doi,
        # By its id alone: it may be closed.
        "parent": str(parent.id) if parent else None,
        "people": list(dataset.people.values("name", "role", "affiliation", "orcid")),
        "publications": list(
            dataset.publications.values("title", "authors", "doi", "pubmed", "year")
        ),
        "funding": list(dataset.funding.values("funder", "award")),
        "external_ids": list(dataset.external_ids.values("kind", "value", "url")),
    }
