"""What the first rows of a table show of its columns."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from plates.platemaps.tables import Row, Table

MAX_ROWS = 20_000
MAX_CELLS = 750_000
MAX_DISTINCT = 5_000
_LONG = 200

NULL_WORDS = frozenset({"na", "n/a", "#n/a", "nan", "null", "-", "--", "n.a.", "n.d.", "nd"})
"""Cells that may say nothing, in lower case; whether they do depends on their column."""


@dataclass(frozen=True)
class Sample:
    """The cells of one column in the first rows."""

    rows: int
    """How many rows were looked at."""
    counts: Counter[str]
    """How often each text occurs, of the first 5,000 different ones; without empty cells."""
    more: int
    """Cells that were not counted any more, each of them a further text."""

    @cached_property
    def filled(self) -> int:
        """How many cells say something."""
        return self.counts.total() + self.more

    @cached_property
    def distinct(self) -> int:
        """How many different texts there are."""
        return len(self.counts) + self.more

    @cached_property
    def nulls(self) -> tuple[str, ...]:
        """Texts in it that may say nothing, as they are written."""
        return tuple(sorted(text for text in self.counts if text.casefold() in NULL_WORDS))

    def said(self) -> Iterator[tuple[str, int]]:
        """The texts that say something for sure, and how often each occurs."""
        return ((text, n) for text, n in self.counts.items() if text.casefold() not in NULL_WORDS)

    @cached_property
    def said_count(self) -> int:
        """How many cells say something for sure, of those that were counted."""
        return sum(n for _, n in self.said())

    @cached_property
    def numbers(self) -> int:
        """How many of them are numbers."""
        return sum(n for text, n in self.said() if is_number(text))

    @cached_property
    def fractions(self) -> int:
        """How many of them are numbers with decimals."""
        return sum(
            n for text, n in self.said() if is_number(text) and not text.lstrip("+-").isdigit()
        )

    @cached_property
    def is_long(self) -> bool:
        """Whether most texts are longer than a name, and differ from row to row."""
        long = sum(1 for text, _ in self.said() if len(text) > _LONG)
        return long * 2 > len(self.counts) > 0 and self.distinct * 2 > self.filled


def is_number(text: str) -> bool:
    """Whether a cell is a number, with a point or a comma before its decimals."""
    plain = text.replace(",", ".", 1) if text.count(",") == 1 else text
    if not plain[:1].isascii() or "_" in plain or plain[-1:].isalpha():
        return False
    try:
        float(plain)
    except ValueError:
        return False
    return True


def first_rows(table: Table) -> list[Row]:
    """The first 20,000 rows of a table, fewer of a wide one."""
    return list(islice(table.rows(), rows_looked_at(table)))


def rows_looked_at(table: Table) -> int:
    """How many rows of a table are sampled."""
    return min(MAX_ROWS, MAX_CELLS // max(len(table.columns), 1) + 10)


def sample_of(rows: Sequence[Row], column: int) -> Sample:
    """What some rows show of a column."""
    cells = Counter(row.cells[column] for row in rows if column < len(row.cells))
    cells.pop("", None)
    more = 0
    if len(cells) > MAX_DISTINCT:
        kept = Counter(dict(islice(cells.items(), MAX_DISTINCT)))
        more = cells.total() - kept.total()
        cells = kept
    return Sample(len(rows), cells, more)
