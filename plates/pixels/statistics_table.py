"""The statistics of one store as a file: Parquet, a row for each channel of each field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import pyarrow as pa
from pyarrow import parquet

from plates.pixels.intensities import Intensities

STATISTICS: Final[Mapping[str, str]] = {
    "mean": "The mean of all pixels.",
    "sd": "The standard deviation of all pixels.",
    "least": "The darkest pixel.",
    "p01": "The percentile 1: what is dark, without dead pixels.",
    "median": "The median.",
    "p99": "The percentile 99: what is bright, without hot pixels.",
    "most": "The brightest pixel.",
    "saturated": "The share of pixels at the most that the camera tells, from 0 to 1.",
    "focus": "How sharp it is: the variance of the Laplacian over the square of the mean.",
    "missing": "The share of pixels of which the store has no chunk, from 0 to 1.",
}
"""What is known of each channel of each field, measured on the level that it was drawn from."""
_PLACES: Final = {
    "path": pa.string(),
    "well": pa.string(),
    "acquisition": pa.int64(),
    "channel": pa.int16(),
    "level": pa.int16(),
}
_SCHEMA: Final = pa.schema(
    [*_PLACES.items(), *((name, pa.float64()) for name in STATISTICS)],
)


class Measured(msgspec.Struct, frozen=True):
    """The statistics of one channel of one field or image, and the level that they are of."""

    path: str
    well: str
    acquisition: int | None
    channel: int
    level: int
    intensities: Intensities


def parquet_of(rows: Sequence[Measured]) -> bytes:
    """A table of statistics as a file."""
    columns: dict[str, list[object]] = {
        name: [getattr(row, name) for row in rows] for name in _PLACES
    }
    columns |= {name: [getattr(row.intensities, name) for row in rows] for name in STATISTICS}
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns, schema=_SCHEMA), sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


class WellValue(msgspec.Struct, frozen=True):
    """A statistic of one field of a well."""

    path: str
    well: str
    value: float


def values_in(
    content: bytes, *, channel: int, statistic: str, acquisition: int | None = None
) -> list[WellValue]:
    """A statistic of a channel for each field that it is known of, of one acquisition or of all.

    KeyError for a statistic that there is none of.
    """
    if statistic not in STATISTICS:
        raise KeyError(statistic)
    rows = [("channel", "=", channel)]
    if acquisition is not None:
        rows.append(("acquisition", "=", acquisition))
    table = parquet.read_table(
        pa.BufferReader(content), columns=["path", "well", statistic], filters=rows
    )
    return [
        WellValue(path, well, value)
        for path, well, value in zip(*_lists_of(table.columns), strict=True)
        if value is not None
    ]


def _lists_of(columns: Iterable[pa.ChunkedArray]) -> list[list[object]]:
    return [column.to_pylist() for column in columns]
