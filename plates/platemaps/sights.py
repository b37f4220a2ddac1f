"""A table at first sight: what its headers and first rows say that it is about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import islice

from plates.platemaps.headers import NO_ALIASES, HeaderReading, HeaderRole, read_header
from plates.platemaps.repeated_headers import told_apart
from plates.platemaps.samples import Sample, first_rows, rows_looked_at, sample_of
from plates.platemaps.spelling import folded
from plates.platemaps.tables import Row, Table

MAX_ROWS = 200_000
"""Of a table that is joined to, to see whether it has what others name."""

_WELL = re.compile(r"[A-Za-z]{1,2}[ /_-]?[0-9]{1,2}|[rR][0-9]{1,2}[ _]?[cC][0-9]{1,2}", re.ASCII)
_MAP_NAMES = frozenset({"plate map name", "plate map", "platemap name", "platemap", "map name"})
_PATH = re.compile(r".*[/\\].*")


class Part(StrEnum):
    """What a table is for among those of one import."""

    WELLS = "wells"
    """Each row is about a well or an image."""
    PLATES = "plates"
    """Each row is about a plate."""
    FACTS = "facts"
    """Neither: rows that others may be joined to, or something else altogether."""


@dataclass(frozen=True)
class Sight:
    """One table of an import, looked at."""

    number: int
    table: Table
    headers: tuple[HeaderReading, ...]
    rows: tuple[Row, ...]
    """The first of them."""

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """What the first rows show of each column."""
        return tuple(sample_of(self.rows, column) for column in range(len(self.headers)))

    @cached_property
    def subject(self) -> dict[int, HeaderRole]:
        """The columns that name its wells, or else its images, in one way; empty without any.

        Well names count before rows and columns, and those before numbers of wells.
        """
        for roles in (
            (HeaderRole.WELL,),
            (HeaderRole.ROW, HeaderRole.COLUMN),
            (HeaderRole.WELL_NUMBER,),
        ):
            found = {column: role for role in roles for column in self._of_role(role)[:1]}
            if len(found) == len(roles) and all(self._is_used(column) for column in found):
                return found
        if not self.lists_plates and (well := self._by_cells()) is not None:
            return {well: HeaderRole.WELL}
        return dict.fromkeys(self._of_role(HeaderRole.IMAGE)[:1], HeaderRole.IMAGE)

    @cached_property
    def plate(self) -> int | None:
        """The column that names its plates."""
        found = self._of_role(HeaderRole.PLATE)
        if found:
            return max(found, key=lambda column: self.samples[column].filled)
        return 0 if self.lists_plates else None

    @cached_property
    def lists_plates(self) -> bool:
        """Whether it has no header, and in each row a plate and the path from which it came."""
        return (
            self.table.columns == ("1", "2")
            and self.samples[0].filled > 0
            and self.samples[0].distinct == self.samples[0].filled
            and all(_PATH.match(text) for text in self.samples[1].counts)
        )

    @cached_property
    def map_name(self) -> int | None:
        """The column that names plate maps."""
        names = (folded(bare_header(header)) for header in self.table.columns)
        return next((column for column, name in enumerate(names) if name in _MAP_NAMES), None)

    @property
    def part(self) -> Part:
        """What the table is for."""
        if self.subject:
            return Part.WELLS
        return Part.FACTS if self.plate is None else Part.PLATES

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its headers, as those of other tables are compared with them."""
        return frozenset(folded(bare_header(header)) for header in self.table.columns)

    def all_cells(self, column: int) -> frozenset[str]:
        """The texts of a column in its first 200,000 rows, without empty ones."""
        if len(self.rows) < rows_looked_at(self.table):
            return self.distinct_cells(column)
        if column not in self._further:
            rows = islice(self.table.rows(), MAX_ROWS)
            cells = frozenset(row.cells[column] for row in rows if column < len(row.cells))
            self._further[column] = cells - {""}
        return self._further[column]

    @cached_property
    def identifying(self) -> tuple[int, ...]:
        """The columns whose texts differ in most rows."""
        return tuple(
            column
            for column, sample in enumerate(self.samples)
            if sample.filled and sample.distinct * 2 >= sample.filled and not sample.is_long
        )

    @cached_property
    def _further(self) -> dict[int, frozenset[str]]:
        return {}

    def distinct_cells(self, column: int) -> frozenset[str]:
        """The texts of a column in the rows that were looked at, without empty ones."""
        if column not in self._near:
            cells = (row.cells[column] for row in self.rows if column < len(row.cells))
            self._near[column] = frozenset(cells) - {""}
        return self._near[column]

    @cached_property
    def _near(self) -> dict[int, frozenset[str]]:
        return {}

    def _of_role(self, role: HeaderRole) -> list[int]:
        return [column for column, header in enumerate(self.headers) if header.role is role]

    def _is_used(self, column: int) -> bool:
        return bool(self.samples[column].filled) or not self.rows

    def _by_cells(self) -> int | None:
        """The column whose cells look like wells, where no header says so."""
        return next(
            (column for column in range(len(self.headers)) if self._is_of_wells(column)), None
        )

    def _is_of_wells(self, column: int) -> bool:
        sample = self.samples[column]
        if self.headers[column].known or not sample.counts or sample.more:
            return False
        wells = sum(1 for text in sample.counts if _WELL.fullmatch(text))
        return wells >= 0.95 * len(sample.counts) and len(sample.counts) >= min(6, sample.rows)


def look(tables: Sequence[Table], aliases: Mapping[str, str] = NO_ALIASES) -> tuple[Sight, ...]:
    """Each table of an import at first sight; PlateMapRefused where one cannot be read."""
    return tuple(_look(number, table, aliases) for number, table in enumerate(tables))


def _look(number: int, table: Table, aliases: Mapping[str, str]) -> Sight:
    read = [read_header(header, aliases) for header in table.columns]
    headers = told_apart(table.columns, read)
    sight = Sight(number, table, headers, tuple(first_rows(table)))
    if sight.part is not Part.PLATES:
        return sight
    # In a table of plates a header may leave out whose it is: its `Type` is the plates' type.
    return replace(
        sight,
        headers=tuple(
            header if header.known else _of_plates(text, header, aliases)
            for text, header in zip(table.columns, headers, strict=True)
        ),
    )


def _of_plates(text: str, header: HeaderReading, aliases: Mapping[str, str]) -> HeaderReading:
    reading = read_header(f"plate {bare_header(text)}", aliases)
    return reading if reading.known and reading.role is HeaderRole.KEY else header


def bare_header(header: str) -> str:
    """A header without the prefix that Cell Painting tables put before each."""
    return header.removeprefix("Metadata_")


def of_part(sights: Sequence[Sight], part: Part) -> Iterator[Sight]:
    """The tables that are for one thing."""
    return (sight for sight in sights if sight.part is part)
