"""What is said of carriers already, as an export of ours would say it again."""

from collections.abc import Iterator
from typing import Final

from plates.platemaps.exported_columns import ExportedColumn
from plates.platemaps.keys import KeyKind
from plates.platemaps.known_values import KnownValue, KnownValues, said_by
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import KEYED, NEIGHBOURS, ColumnKind, Mapping
from plates.platemaps.tidy_rows import Said, distinct
from plates.queries.said_rows import SaidRows, columns_said_of

_INDEXED: Final = frozenset({ColumnKind.TERM, ColumnKind.QUANTITY})


class SaidThere:
    """Compares the rows of an export with what applied imports say of the same wells."""

    def __init__(self, mapping: Mapping) -> None:
        spoken_of = {column.of for column in mapping.columns if column.kind in NEIGHBOURS}
        self._known = KnownValues(mapping.columns, _nothing_to_learn)
        # Columns with neighbours are read last: see CellReader.
        self._columns = {
            ExportedColumn(column.becomes, KeyKind(column.kind.value), column.group): (
                column.place in spoken_of,
                number,
                column.kind,
            )
            for number, column in enumerate(mapping.columns)
            if column.kind in KEYED
        }

    def rows_of(self, carrier: int) -> Iterator[tuple[int, bytes]]:
        """Positions, and what a row says there; rows that the export has no columns for left out."""
        for position, rows in SaidRows(columns_said_of([carrier])).of(carrier):
            for said in rows:
                row = self._row(said)
                if row is not None:
                    yield position, said_by(row, *self._known.of(row))

    def _row(self, said: Said) -> LongRow | None:
        if any(column not in self._columns for column in said):
            return None
        values, texts = [], []
        for column in sorted(said, key=lambda one: self._columns[one][:2]):
            _, number, kind = self._columns[column]
            if kind in _INDEXED:
                values += [(number, value) for value in distinct(said[column])]
            else:
                texts += [(number, value.text) for value in said[column]]
        return LongRow((), "", (), tuple(values), tuple(sorted(texts, key=lambda one: one[0])))


def _nothing_to_learn(_: KnownValue) -> None:
    """Its terms are there already."""
