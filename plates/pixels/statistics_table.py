"""The statistics of one store as a file: Parquet, a row for each channel of each field."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from plates.pixels.measured import Measured

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


class StatisticsTable:
    """A table of statistics that was read again, to be asked for the values of wells."""

    def __init__(self, content: bytes) -> None:
        table = parquet.read_table(pa.BufferReader(content))
        self._wells = np.asarray(table["well"].to_pylist(), dtype=object)
        self._channels = np.asarray(table["channel"].to_pylist(), dtype=np.int64)
        self._runs = np.asarray(table["acquisition"].to_pylist(), dtype=object)
        self._values = {
            name: np.asarray(table[name].to_numpy(), dtype=np.float64) for name in STATISTICS
        }

    @property
    def channels(self) -> list[int]:
        """The numbers of the channels that something is known of."""
        return sorted({int(channel) for channel in self._channels})

    def wells(self, channel: int, statistic: str, run: int | None) -> dict[str, float]:
        """The mean of a statistic over a well's fields of one acquisition, by label.

        Wells without a value are left out. KeyError for a statistic that there is none of.
        """
        values = self._values[statistic]
        there = (self._channels == channel) & (self._runs == run) & np.isfinite(values)
        labels, places = np.unique(self._wells[there].astype(str), return_inverse=True)
        sums = np.bincount(places, weights=values[there], minlength=labels.size)
        means = sums / np.maximum(1, np.bincount(places, minlength=labels.size))
        return {
            label: value
            for label, value in zip(labels.tolist(), means.tolist(), strict=True)
            if label
        }
