"""Inventories in Parquet: the only file of the reader that knows pyarrow."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import BinaryIO, Final, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventory_columns import moment_of, named_columns
from plates.omezarr.inventory_lines import Part
from plates.omezarr.inventory_rows import MAX_SIZE, InventoryRow, OpenPart, Rows
from plates.omezarr.row_problems import RowProblems

MAX_GROUP_BYTES: Final = 2**32
"""Of one row group, unpacked; S3 Inventory writes far smaller ones."""
_BATCH: Final = 4_096
_BUFFER: Final = 1024 * 1024
_MOMENT: Final = pa.timestamp("us", tz="UTC")


class _Cells(NamedTuple):
    """The cells of one row; what there is no column of is None."""

    bucket: object
    key: object
    size: object
    changed: object
    storage_class: object
    etag: object
    latest: object
    deleted: object


def parquet_columns(open_part: OpenPart, part: Part) -> dict[str, int]:
    """The columns of a file in Parquet by what they are; InventoryMalformed if it has no keys."""
    with _opened(open_part, part) as file:
        names: list[str] = file.schema_arrow.names
        return _columns(names, part)


def parquet_rows(open_part: OpenPart, part: Part) -> Rows:
    """Reads a file in Parquet, a few thousand rows at a time; its keys are not escaped."""

    def rows(problems: RowProblems) -> Iterator[InventoryRow]:
        with _opened(open_part, part) as file:
            names: list[str] = file.schema_arrow.names
            fields = {field: names[at] for field, at in _columns(names, part).items()}
            number = 0
            for batch in file.iter_batches(_BATCH, columns=[*fields.values()], use_threads=False):
                for cells in zip(*_cells(batch, fields), strict=True):
                    number += 1
                    row = _row(number, _Cells(*cells), sized="size" in fields)
                    if isinstance(row, str):
                        problems.add(number, row)
                    else:
                        yield row

    return rows


@contextmanager
def _opened(open_part: OpenPart, part: Part) -> Iterator[parquet.ParquetFile]:
    """A file that is closed at the end, with every fault in it told in one way."""
    with closing(open_part(part.name)) as stream:
        _check_size(stream, part)
        try:
            file = parquet.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
            _check_groups(file, part)
            yield file
        except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
            raise InventoryMalformed(
                f"The inventory's file {part.name} cannot be read to its end: it is no Parquet, "
                "damaged or cut off. Fetch it again."
            ) from error


def _check_size(stream: BinaryIO, part: Part) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    if part.size is not None and part.size != size:
        raise InventoryMalformed(
            f"The inventory's file {part.name} has {size:,} bytes instead of {part.size:,}. "
            "Fetch it again."
        )


def _check_groups(file: parquet.ParquetFile, part: Part) -> None:
    # Not column by column: pyarrow ends the whole process at a column whose statistics are damaged.
    for group in range(file.metadata.num_row_groups):
        if file.metadata.row_group(group).total_byte_size > MAX_GROUP_BYTES:
            raise InventoryMalformed(
                f"The inventory's file {part.name} has a row group of more than "
                f"{MAX_GROUP_BYTES >> 30} GiB; write smaller ones."
            )


def _columns(names: Sequence[str], part: Part) -> dict[str, int]:
    columns = named_columns(names)
    if "key" not in columns:
        raise InventoryMalformed(
            f"The inventory {part.name} has no column of keys; it has {', '.join(names[:20])[:200]}."
        )
    if any(names.count(names[at]) > 1 for at in columns.values()):
        raise InventoryMalformed(
            f"The inventory {part.name} has two columns of one name; write each once."
        )
    return columns


def _cells(batch: pa.RecordBatch, fields: Mapping[str, str]) -> Iterator[list[object]]:
    nothing: list[object] = [None] * batch.num_rows
    for field in _Cells._fields:
        yield _values(batch.column(fields[field])) if field in fields else nothing


def _values(column: pa.Array) -> list[object]:
    if pa.types.is_timestamp(column.type):
        # Python's moments have no nanoseconds, and a time without a zone is in UTC there.
        column = column.cast(pa.timestamp("us"), safe=False).cast(_MOMENT)
    values: list[object] = column.to_pylist()
    return values


def _row(number: int, cells: _Cells, *, sized: bool) -> InventoryRow | str:
    if cells.latest is False or cells.deleted is True:
        return InventoryRow(number, "", is_current=False)
    key, size = _text(cells.key), cells.size
    if key is None:
        return "The row has no key, or one that is no UTF-8."
    if not isinstance(size, int) or not 0 <= size <= MAX_SIZE:
        if sized:
            return f"{size!r} is no size in bytes."
        size = 0
    return InventoryRow(
        number,
        key,
        size,
        _moment(cells.changed),
        (_text(cells.storage_class) or "")[:256],
        (_text(cells.etag) or "")[:256].strip('"'),
        _text(cells.bucket) or "",
        cells.bucket is not None,
    )


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return moment_of(str(value)) if isinstance(value, int | str) else None
