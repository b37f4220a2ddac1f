"""A table as bytes of a file, batch by batch: CSV, Parquet or NDJSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

Batches = Iterable[pa.RecordBatch]
ROWS_OF_GROUP: Final = 16_384
"""Of Parquet; fewer would make readers slow, more would have to be held."""
Write = Callable[[pa.Schema, Batches], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class FileForm:
    """One form of file."""

    content_type: str
    write: Write
    packs_itself: bool = False
    """Compressing it again would gain nothing."""


class _Sent(BytesIO):
    """What a writer has written and nobody has taken yet."""

    def taken(self) -> bytes:
        """All of it, once."""
        sent = self.getvalue()
        self.seek(0)
        self.truncate()
        return sent


def csv_of(schema: pa.Schema, batches: Batches) -> Iterator[bytes]:
    """A header, then a line for each row; an empty cell is nothing, an empty text is two quotes.

    Cells are as they are, those too that a spreadsheet would take for a formula: this is data for
    programs, and an apostrophe before it would be another value.
    """
    sent = _Sent()
    with pa_csv.CSVWriter(sent, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sent.taken()
    yield sent.taken()


def parquet_of(schema: pa.Schema, batches: Batches) -> Iterator[bytes]:
    """Row groups of some batches; without its end, which comes last, it is no Parquet file."""
    sent = _Sent()
    # Without Arrow's own schema text is text to every reader, and no category or factor.
    with pa_parquet.ParquetWriter(_Appended(sent), schema, store_schema=False) as writer:
        for table in _row_groups(schema, batches):
            writer.write_table(table)
            # Otherwise Arrow keeps what it has freed, and each export leaves the server larger.
            pa.default_memory_pool().release_unused()
            yield sent.taken()
    yield sent.taken()


def _row_groups(schema: pa.Schema, batches: Batches) -> Iterator[pa.Table]:
    some: list[pa.RecordBatch] = []
    for batch in batches:
        some.append(batch)
        if sum(one.num_rows for one in some) >= ROWS_OF_GROUP:
            yield pa.Table.from_batches(some, schema).unify_dictionaries()
            some = []
    if some:
        yield pa.Table.from_batches(some, schema).unify_dictionaries()


class _Appended:
    """A file that is written to its end alone, and knows how long it has become."""

    closed = False

    def __init__(self, sent: _Sent) -> None:
        self.sent = sent
        self.length = 0

    def write(self, content: bytes) -> int:
        """Append."""
        self.length += len(content)
        return self.sent.write(content)

    def tell(self) -> int:
        """How long it is."""
        return self.length

    def flush(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """What was written is taken later."""


def ndjson_of(schema: pa.Schema, batches: Batches) -> Iterator[bytes]:
    """An object on a line for each row, all with the same names; an empty cell is null."""
    names = (msgspec.json.encode(name).decode().replace("%", "%%") for name in schema.names)
    line = f"{{{','.join(f'{name}:%s' for name in names)}}}\n"
    for batch in batches:
        columns = [_json_cells(column) for column in batch.columns]
        yield "".join([line % row for row in zip(*columns, strict=True)]).encode()
    yield b""


def _json_cells(column: pa.Array) -> Sequence[str]:
    if pa.types.is_dictionary(column.type):
        values = _json_values(column.dictionary.to_pylist())
        return ["null" if code is None else values[code] for code in column.indices.to_pylist()]
    return _json_values(column.to_pylist())


def _json_values(values: Sequence[object]) -> list[str]:
    encode = msgspec.json.Encoder().encode
    return [encode(value).decode() for value in values]


FORMS: Final[Mapping[str, FileForm]] = {
    "csv": FileForm("text/csv; charset=utf-8", csv_of),
    "parquet": FileForm("application/vnd.apache.parquet", parquet_of, packs_itself=True),
    "ndjson": FileForm("application/x-ndjson", ndjson_of),
}
"""The forms by the endings of their files."""
