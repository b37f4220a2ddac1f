"""What became of the rows that were not simply matched: the first problems, and all of them."""

import gzip
import io
from collections import Counter
from typing import Final

import msgspec

from plates.models import PlateMap, PlateMapRowReport
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import SUBJECTS, ColumnMapping, Place
from plates.platemaps.verdicts import RowVerdict

MOST_PROBLEMS: Final = 100
"""So many of each verdict are told one by one."""
_LONGEST: Final = 500

_SENTENCES: Final = {
    RowVerdict.DUPLICATE: "An earlier row says the same of the same well.",
    RowVerdict.EMPTY: "The row says nothing of its well.",
    RowVerdict.NO_MAP: "The row names a plate and no well: add its plate map, or say which column names wells.",
    RowVerdict.NO_SUCH_REAGENT: "What the row names is not in the table that it is joined to.",
}


_OF_SUBJECTS: Final = frozenset(
    {
        RowVerdict.NO_SUCH_WELL,
        RowVerdict.UNREADABLE_WELL,
        RowVerdict.NO_SUCH_IMAGE,
        RowVerdict.AMBIGUOUS_IMAGE,
    }
)


class RowReports:
    """Takes up rows one by one; memory is that of the compressed report."""

    def __init__(self, columns: tuple[ColumnMapping, ...]) -> None:
        self._names = {column.place: column.name for column in columns}
        self._naming = sorted({c.place.table for c in columns if c.kind in SUBJECTS})
        self._written = io.BytesIO()
        self._file = gzip.GzipFile(fileobj=self._written, mode="wb", compresslevel=3, mtime=0)
        self.problems: list[dict[str, object]] = []
        self.total = 0
        self._of_verdict = Counter[RowVerdict]()

    def take(self, row: LongRow, verdict: RowVerdict, message: str) -> None:
        """Take up a row: one problem, or one for each cell that could not be read."""
        told: list[tuple[str, Place | None]] = []
        if verdict == row.verdict:
            told += [(problem.message, problem.place) for problem in row.problems]
        if verdict is not RowVerdict.MATCHED and not told:
            told.append((message or _SENTENCES.get(verdict, ""), None))
        for text, place in told:
            self._add(row, verdict, text, place)

    def _add(self, row: LongRow, verdict: RowVerdict, text: str, place: Place | None) -> None:
        table = place.table if place else self._table_of(row, verdict)
        problem: dict[str, object] = {
            "row": row.rows[table] if table < len(row.rows) else 0,
            "table": table,
            "column": self._names.get(place, "") if place else "",
            "plate": row.plate[:_LONGEST],
            "subject": "/".join(row.subject)[:_LONGEST],
            "verdict": verdict.value,
            "message": text[:_LONGEST],
        }
        self.total += 1
        self._of_verdict[verdict] += 1
        if self._of_verdict[verdict] <= MOST_PROBLEMS:
            self.problems.append(problem)
        self._file.write(msgspec.json.encode(problem) + b"\n")

    def _table_of(self, row: LongRow, verdict: RowVerdict) -> int:
        """The table in which to look: that which names the well, or else the first of the row."""
        first = self._naming if verdict in _OF_SUBJECTS else []
        tables = (*first, *range(len(row.rows)))
        return next((one for one in tables if one < len(row.rows) and row.rows[one]), 0)

    def keep(self, plate_map: PlateMap) -> None:
        """Write the whole report in the place of an earlier one."""
        self._file.close()
        PlateMapRowReport.objects.update_or_create(
            plate_map=plate_map, defaults={"content": self._written.getvalue()}
        )
