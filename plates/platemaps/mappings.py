"""What each column of a plate map becomes."""

from collections.abc import Iterable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import TopologicalSorter

from plates.platemaps.formats import Format


class ColumnKind(StrEnum):
    """What a column is for."""

    PLATE = "plate"
    """Names the plate: its name, barcode or store."""
    WELL = "well"
    """Names the well in one text: `B03`, `b3`, `B/03`, `r02c03`."""
    ROW = "row"
    COLUMN = "column"
    WELL_NUMBER = "well number"
    """Counts wells row by row from 1; needs the plate's shape."""
    IMAGE = "image"
    """Names an image that stands alone, by name or path."""
    TERM = "term"
    QUANTITY = "quantity"
    READOUT = "readout"
    TEXT = "text"
    """Kept and shown with the well, not indexed."""
    CURIE = "ontology id"
    """The ontology id of the column that `of` names."""
    ONTOLOGY = "ontology"
    """The ontology's name for the ids of the column that `of` names."""
    UNIT = "unit"
    """The unit of the quantity in the column that `of` names."""
    NUMBER = "number"
    """The number, in that unit, of the quantity in the column that `of` names; in exports."""
    JOIN = "join"
    """Only joins two tables; it says nothing of a well by itself."""
    IGNORED = "ignored"


SUBJECTS = frozenset(
    {
        ColumnKind.WELL,
        ColumnKind.ROW,
        ColumnKind.COLUMN,
        ColumnKind.WELL_NUMBER,
        ColumnKind.IMAGE,
    }
)
"""Kinds of columns that say which well or image a row is about."""

WAYS_TO_NAME_SUBJECTS = (
    (ColumnKind.WELL,),
    (ColumnKind.ROW, ColumnKind.COLUMN),
    (ColumnKind.WELL_NUMBER,),
    (ColumnKind.IMAGE,),
)
"""Kinds of columns that together name a well or image: the first that a table has counts."""

KEYED = frozenset({ColumnKind.TERM, ColumnKind.QUANTITY, ColumnKind.READOUT, ColumnKind.TEXT})
"""Kinds of columns that become a key of annotation."""

NEIGHBOURS = frozenset({ColumnKind.CURIE, ColumnKind.ONTOLOGY, ColumnKind.UNIT, ColumnKind.NUMBER})
"""Kinds of columns that only speak of another one."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A column of one of the files."""

    table: int
    """Counts the tables of the import, from 0."""
    column: int
    """Counts the columns of that table, from 0."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What one column becomes."""

    place: Place
    name: str
    """The header as it stands in the file."""
    kind: ColumnKind
    becomes: str = ""
    """The key of a TERM, QUANTITY, READOUT or TEXT; empty for other kinds."""
    group: int = 0
    """The number that ties it to others: 2 of `Compound 2`; 0 belongs to the whole row."""
    unit: str = ""
    """Of a quantity whose unit stands in the header, as it is written there."""
    of: Place | None = None
    """The column that a CURIE, ONTOLOGY or UNIT speaks of."""
    split: str = ""
    """The separator of a cell that holds several values, such as `|`; empty for one value."""
    nulls: tuple[str, ...] = ()
    """Cells that say nothing, besides empty ones: `NA`, `N/A`."""
    decimal: str = ""
    """Of numbers in which a comma or point could be either, such as `1,000`: what stands before
    decimals, `.` or `,`; empty where no cell of the column shows which."""
    ontology: str = ""
    """The prefix for ids that are bare numbers, such as NCBIGene."""


@dataclass(frozen=True, slots=True)
class Join:
    """Two columns whose equal cells tie a row to the rows of another table."""

    left: Place
    """In the table whose rows are extended."""
    right: Place | None
    """In the other table; None: its name is what the cell holds (a plate map's file name)."""
    table: int
    """The other table."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the files of one import are understood; what a person edits before it is applied."""

    format: Format
    columns: tuple[ColumnMapping, ...]
    joins: tuple[Join, ...] = ()
    plate: str = ""
    """The plate that all rows are about, where no column names one."""
    file_plates: Pairs[int, str] = field(default_factory=dict)
    """The plate that a whole table is about, where its rows name none and there are several
    tables: number of the table -> the plate as it is written."""
    plates: Pairs[str, tuple[str, ...]] = field(default_factory=dict)
    """Plates that a person said are meant by a spelling: spelling -> ids of plates."""


def roots(mapping: Mapping) -> tuple[int, ...]:
    """The tables, by number, whose rows start a line of joins, in their order."""
    joined = {join.table for join in mapping.joins}
    used = {
        column.place.table for column in mapping.columns if column.kind is not ColumnKind.IGNORED
    }
    return tuple(table for table in sorted(used) if table not in joined)


def reach(table: int, joins: Iterable[Join]) -> frozenset[int]:
    """A table and all those that joins lead to from it."""
    joins = tuple(joins)
    found: set[int] = set()
    waiting = {table}
    while waiting:
        found |= waiting
        waiting = {join.table for join in joins if join.left.table in waiting} - found
    return frozenset(found)


def naming_subjects(mapping: Mapping) -> frozenset[int]:
    """The tables that name wells or images, or from which joins lead to one that does."""
    naming = {column.place.table for column in mapping.columns if column.kind in SUBJECTS}
    while more := {join.left.table for join in mapping.joins if join.table in naming} - naming:
        naming |= more
    return frozenset(naming)


def ends_first(joins: Iterable[Join], tables: int) -> tuple[int, ...]:
    """All tables, each after those that joins lead to from it; CycleError where they circle."""
    leads: dict[int, set[int]] = {table: set() for table in range(tables)}
    for join in joins:
        leads[join.left.table].add(join.table)
    return tuple(TopologicalSorter(leads).static_order())
