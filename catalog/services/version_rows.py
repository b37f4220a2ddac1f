"""The rows of a version's table of wells, plate by plate, in bounded memory."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pa_parquet

from catalog.queries.table_columns import OF_STORES, OF_WELL

PLATE: Final = "plate_id"
NAMES: Final = ("plate", "well")
_FIXED: Final = frozenset(column.name for column in (*OF_WELL, *OF_STORES))
_GROUPS_HELD: Final = 2


class WellRows:
    """A file of wells whose rows of one plate lie together; a few row groups are held at a time."""

    def __init__(self, path: Path) -> None:
        self.file = pa_parquet.ParquetFile(path)
        self.annotation = [name for name in self.file.schema_arrow.names if name not in _FIXED]
        sizes = [
            self.file.metadata.row_group(number).num_rows
            for number in range(self.file.num_row_groups)
        ]
        self.starts = [0, *accumulate(sizes)]
        self.held: dict[int, pa.Table] = {}
        self.plates = dict(self.runs())

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def runs(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each plate with the numbers of its first row and of the row behind its last."""
        plate, first, row = None, 0, 0
        for number in range(self.file.num_row_groups):
            column = self.file.read_row_group(number, columns=[PLATE]).column(0)
            encoded = pc.run_end_encode(column.combine_chunks())
            ends, values = encoded.run_ends.to_pylist(), encoded.values.to_pylist()
            for start, value in zip([0, *ends], values, strict=False):
                if value != plate:
                    if plate is not None:
                        yield plate, (first, row + start)
                    plate, first = value, row + start
            row += len(column)
        if plate is not None:
            yield plate, (first, row)

    def groups_of(self, plate: str) -> range:
        """The numbers of the row groups in which a plate has rows."""
        start, end = self.plates.get(plate, (0, 0))
        first = bisect_right(self.starts, start) - 1
        return range(first, bisect_right(self.starts, end - 1)) if end else range(0)

    def is_laid_out_like(self, other: "WellRows") -> bool:
        """Whether each plate has its rows at the same place as in another file."""
        return (self.starts, self.plates) == (other.starts, other.plates)

    def of_plate(self, plate: str) -> pa.Table:
        """The rows of a plate: its name, the wells and their annotation; none if it has no plate."""
        start, end = self.plates.get(plate, (0, 0))
        parts = []
        while start < end:
            number = bisect_right(self.starts, start) - 1
            upto = min(end, self.starts[number + 1])
            offset = start - self.starts[number]
            parts.append(self.group(number).slice(offset, upto - start))
            start = upto
        return pa.concat_tables(parts) if parts else self.empty()

    def group(self, number: int) -> pa.Table:
        """A row group; the last few stay at hand."""
        if number not in self.held:
            while len(self.held) >= _GROUPS_HELD:
                del self.held[next(iter(self.held))]
            self.held[number] = self.file.read_row_group(number, columns=[*NAMES, *self.annotation])
        return self.held[number]

    def empty(self) -> pa.Table:
        """The columns without a row."""
        return self.file.schema_arrow.empty_table().select([*NAMES, *self.annotation])
