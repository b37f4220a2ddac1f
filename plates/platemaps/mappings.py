"""What each column of a plate map becomes."""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from enum import StrEnum

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
    JOIN = "join"
    """Only joins two tables; it says nothing of a well by itself."""
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
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
    plates: Pairs[str, tuple[str, ...]] = field(default_factory=dict)
    """Plates that a person said are meant by a spelling: spelling -> ids of plates."""
