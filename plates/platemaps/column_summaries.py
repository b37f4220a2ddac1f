"""What each column of a plate map becomes, and what is in it."""

import math
from dataclasses import dataclass, field
from typing import Final

from plates.platemaps.known_values import KnownValue
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping

MOST_DISTINCT: Final = 10_000
"""Distinct values are counted up to here; above it is "more than"."""
_EXAMPLES: Final = 5
_LONGEST_EXAMPLE: Final = 200
_TEXT_KINDS: Final = frozenset({ColumnKind.READOUT, ColumnKind.TEXT})


@dataclass(slots=True)
class ColumnSummary:
    """What was met in one column of the mapping, told as JSON by `told`."""

    column: ColumnMapping
    filled: int = 0
    distinct: set[int] = field(default_factory=set)
    """Hashes, not the values: memory is bounded whatever stands in the cells."""
    is_exact: bool = True
    examples: list[str] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    lowest: float = math.inf
    highest: float = -math.inf
    problems: int = 0

    def meet(self, text: str, key: int) -> None:
        """Take up one value, known by `key` from all others."""
        if key in self.distinct:
            return
        if len(self.distinct) >= MOST_DISTINCT:
            self.is_exact = False
            return
        self.distinct.add(key)
        if len(self.examples) < _EXAMPLES:
            self.examples.append(text[:_LONGEST_EXAMPLE])

    def measure(self, number: float) -> None:
        """Take up one number."""
        self.lowest = min(self.lowest, number)
        self.highest = max(self.highest, number)

    def told(self) -> dict[str, object]:
        """The summary as JSON."""
        column = self.column
        has_numbers = self.lowest <= self.highest
        return {
            "table": column.place.table,
            "column": column.place.column,
            "name": column.name,
            "becomes": column.becomes,
            "kind": column.kind.value,
            "group": column.group,
            "unit": min(self.units, default=column.unit),
            "units": sorted(self.units),
            "filled": self.filled,
            "distinct": len(self.distinct),
            "distinct_is_exact": self.is_exact,
            "examples": self.examples,
            "lowest": self.lowest if has_numbers else None,
            "highest": self.highest if has_numbers else None,
            "problems": self.problems,
        }


class ColumnSummaries:
    """The summaries of all columns of a mapping."""

    def __init__(self, columns: tuple[ColumnMapping, ...]) -> None:
        self._summaries = [ColumnSummary(column) for column in columns]
        self._shapes: dict[tuple[int, ...], int] = {}
        self._of_place = {
            (column.place.table, column.place.column): summary
            for column, summary in zip(reversed(columns), reversed(self._summaries), strict=True)
        }

    def learn(self, known: KnownValue) -> None:
        """Take up a value that was not remembered: perhaps a new one."""
        summary = self._summaries[known.column]
        summary.meet(known.kept.text, hash(known.digest))
        if known.kept.number is not None:
            summary.units.add(known.kept.unit)
            summary.measure(known.kept.number)

    def count(self, row: LongRow, columns: tuple[int, ...]) -> None:
        """Take up a row: which columns it fills, and its texts and problems."""
        self._shapes[columns] = self._shapes.get(columns, 0) + 1
        for number, text in row.texts:
            summary = self._summaries[number]
            summary.filled += 1
            if summary.is_exact:
                summary.meet(text, hash(text))
            if summary.column.kind is ColumnKind.READOUT:
                value = read_number(text)
                if value is not None and not summary.lowest <= value <= summary.highest:
                    summary.measure(value)
        for problem in row.problems:
            found = self._of_place.get((problem.place.table, problem.place.column))
            if found is not None:
                found.problems += 1

    def told(self) -> list[dict[str, object]]:
        """All summaries as JSON, in the mapping's order."""
        for columns, rows in self._shapes.items():
            for number in set(columns):
                self._summaries[number].filled += rows
        self._shapes.clear()
        return [summary.told() for summary in self._summaries]


def read_number(text: str) -> float | None:
    """The number that a readout's cell holds, as the readers leave it; None if it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
