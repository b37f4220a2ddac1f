"""A dataset as the files of a version: the same content makes the same bytes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
from django.db.models import Sum

from catalog.models import Dataset
from catalog.queries.publication_facts import coverage_of
from catalog.queries.snapshot import one_snapshot
from catalog.queries.table_files import parquet_of
from catalog.queries.version_tables import (
    FIELDS,
    IMAGES,
    LISTED,
    PLATES,
    STORES,
    TABLES,
    WELLS,
    VersionTable,
    metadata_of,
    tables_of,
)
from catalog.services.version_files import MANIFEST, WrittenFile, write_file
from plates.models import Plate, Store

FORMAT: Final = "platecat-version/1"
Alive = Callable[[int, int], None]
"""Takes how many rows are written, of about so many; raises where the work is to be given up."""


@dataclass(frozen=True, slots=True)
class WrittenVersion:
    """What was written of a dataset, the manifest last."""

    files: list[WrittenFile]
    counts: dict[str, int]
    metadata: dict[str, object]

    @property
    def digest(self) -> str:
        """That of the manifest, which names those of all others."""
        return self.files[-1].sha256


def write_version_files(dataset: Dataset, folder: Path, *, alive: Alive) -> WrittenVersion:
    """Write all that a version keeps of a dataset, of one moment, in bounded memory.

    Nothing of it depends on when or how often that is done. NotUnderstood where a well has more
    treatments than a table has columns for.
    """
    with one_snapshot():
        fresh = Dataset.objects.select_related("parent").get(pk=dataset.pk)
        total = _rows_expected(fresh)
        files: list[WrittenFile] = []
        schemas: dict[str, pa.Schema] = {}
        done = 0
        for table in tables_of(fresh):
            written = _write_table(folder, table, _Counted(alive, done, total))
            done += written.rows or 0
            files.append(written)
            schemas[table.name] = table.schema
        metadata = metadata_of(fresh)
        counts = _counts(fresh, files)
        head = _head(metadata, counts, files, schemas)
        manifest = write_file(folder, MANIFEST, _manifest(head, fresh))
    return WrittenVersion([*files, manifest], counts, metadata)


class _Counted:
    """Counts the rows of a table as they pass, and tells of them and of those before."""

    def __init__(self, alive: Alive, before: int, total: int) -> None:
        self.alive = alive
        self.before = before
        self.total = total
        self.rows = 0

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.alive(self.before + self.rows, self.total)
            self.rows += batch.num_rows
            yield batch


def _write_table(folder: Path, table: VersionTable, counted: _Counted) -> WrittenFile:
    written = write_file(folder, table.name, parquet_of(table.schema, counted(table.batches)))
    return replace(written, rows=counted.rows)


def _rows_expected(dataset: Dataset) -> int:
    """About how many rows the two long tables have: for the progress alone."""
    wells = Plate.objects.filter(scope=dataset.pk).aggregate(n=Sum("well_count"))["n"]
    fields = Store.objects.filter(scope=dataset.pk).aggregate(n=Sum("field_count"))["n"]
    return (wells or 0) + (fields or 0)


def _counts(dataset: Dataset, files: list[WrittenFile]) -> dict[str, int]:
    rows = {file.name: file.rows or 0 for file in files}
    _, annotated, _ = coverage_of(dataset)
    return {
        "stores": rows[STORES],
        "plates": rows[PLATES],
        "wells": rows[WELLS],
        "annotated_wells": annotated,
        "fields": rows[FIELDS],
        "images": rows[IMAGES],
    }


def _head(
    metadata: Mapping[str, object],
    counts: Mapping[str, int],
    files: list[WrittenFile],
    schemas: Mapping[str, pa.Schema],
) -> dict[str, object]:
    return {
        "format": FORMAT,
        "dataset": metadata,
        "counts": counts,
        "files": [
            {
                **file.told(),
                "holds": TABLES[file.name],
                "columns": [
                    {"name": column.name, "type": _type(column.type)}
                    for column in schemas[file.name]
                ],
            }
            for file in files
        ],
    }


def _type(kind: pa.DataType) -> str:
    # A dictionary is how Arrow holds it here; the file holds its values.
    return str(kind.value_type if pa.types.is_dictionary(kind) else kind)


def _manifest(head: Mapping[str, object], dataset: Dataset) -> Iterator[bytes]:
    """The manifest as JSON, a line for each plate and store: however many, it is never held whole."""
    text = msgspec.json.format(msgspec.json.encode(head), indent=1)
    yield text.rstrip(b"}\n")
    for name, told in LISTED.items():
        yield b',\n "' + name.encode() + b'": ['
        between = b"\n  "
        for row in told(dataset):
            yield between + msgspec.json.encode(row)
            between = b",\n  "
        yield b"\n ]"
    yield b"\n}\n"
