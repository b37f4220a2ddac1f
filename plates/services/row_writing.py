"""Annotation rows into their table by COPY, written as Postgres reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from plates.platemaps.known_values import KnownValue, KnownValues, RowShape
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnMapping
from plates.platemaps.matching import Spot
from plates.services.copying import copied_in_array
from plates.services.terms import ensure_terms

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_ROWS_AT_ONCE: Final = 2_000

_Waiting: TypeAlias = tuple[str, str, list[KnownValue]]
"""A line up to its terms, the rest after them, and the terms: rows themselves are many objects."""

COPY_ROWS: Final = """
    COPY plates_annotationrow
         (plate_map_id, carrier_id, position, rows, columns, terms, text_columns, texts) FROM STDIN
"""


def texts_written(texts: Sequence[tuple[int, str]]) -> str:
    """Columns and texts of a row as two arrays, a tab between them."""
    if not texts:
        return "{}\t{}"
    columns = ",".join([str(column) for column, _ in texts])
    quoted = '","'.join([copied_in_array(text) for _, text in texts])
    return f'{{{columns}}}\t{{"{quoted}"}}'


def numbers_written(numbers: Sequence[int]) -> str:
    """Numbers as an array."""
    return f"{{{','.join(map(str, numbers))}}}"


class RowWriter:
    """Writes placed rows in batches, their terms before them; `flush` writes the last."""

    def __init__(
        self,
        cursor: "CursorWrapper",
        plate_map: int,
        columns: Sequence[ColumnMapping],
        keys: Mapping[int, int],
    ) -> None:
        self._cursor = cursor
        self._plate_map = plate_map
        self._keys = keys
        self._fresh: list[KnownValue] = []
        self._waiting: list[_Waiting] = []
        self.known = KnownValues(columns, self._fresh.append)
        self.carriers: set[int] = set()

    def write(
        self, spots: Iterable[Spot], row: LongRow, shape: RowShape, known: list[KnownValue]
    ) -> None:
        """Write what a row says of each of some spots."""
        rows, texts = numbers_written(row.rows), f"}}\t{texts_written(row.texts)}\n"
        for carrier, position in spots:
            self.carriers.add(carrier)
            start = f"{self._plate_map}\t{carrier}\t{position}\t{rows}\t{shape.written}\t{{"
            self._waiting.append((start, texts, known))
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits to be written."""
        ensure_terms(self._cursor, self._fresh, self._keys)
        self._fresh.clear()
        with self._cursor.copy(COPY_ROWS) as copy:
            copy.write(
                "".join(
                    [
                        f"{start}{','.join([one.serial for one in known])}{end}"
                        for start, end, known in self._waiting
                    ]
                )
            )
        self._waiting.clear()
