"""The columns of a table of wells or fields: what each is called, and of which type it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

from plates.platemaps.exported_columns import ExportedColumn, ValuePart
from plates.platemaps.keys import KeyKind

TEXT: Final = pa.dictionary(pa.int32(), pa.string())
NUMBER: Final = pa.float64()
WHOLE: Final = pa.int64()


class Rows(StrEnum):
    """What a row of the table is about."""

    WELLS = "wells"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column that every table has, whatever was found."""

    name: str
    type: pa.DataType
    says: str


URL: Final = "File Path"
"""By this header BioFile Finder knows where a row's image lies."""
OF_WELL: Final = (
    TableColumn("plate_id", TEXT, "The plate, as `plates/{id}/` has it."),
    TableColumn("plate", TEXT, "Its name."),
    TableColumn("barcode", TEXT, "Its barcode."),
    TableColumn("dataset", TEXT, "The slug of its dataset."),
    TableColumn("well", TEXT, "The label, `B03`."),
    TableColumn("row", WHOLE, "Counted from 0; empty where the names are no grid."),
    TableColumn("column", WHOLE, "Counted from 0."),
    TableColumn("store_id", TEXT, "A store that shows it, as `stores/{id}/` has it."),
    TableColumn("store_url", TEXT, "Where that store lies."),
    TableColumn("path", TEXT, "Of the well or field in the store, `B/03` or `B/03/0`."),
    TableColumn(URL, TEXT, "The URL of the well or field."),
)
OF_STORES: Final = (
    TableColumn("stores", WHOLE, "How many stores show the well; `store_id` is the oldest."),
    TableColumn("fields", WHOLE, "How many fields of it are there, in all stores."),
    TableColumn("acquisitions", TEXT, "The numbers of the runs that the store has of it."),
)
OF_FIELD: Final = (
    TableColumn("acquisition", WHOLE, "The number of the run."),
    TableColumn("axes", TEXT, "Their names in the order of the array, `tczyx`."),
    TableColumn("shape", TEXT, "Of the largest level in that order, `1x3x1x1080x1080`."),
    TableColumn("dtype", TEXT, "The type of a pixel."),
    TableColumn("pixel_size_x", NUMBER, "Of the largest level."),
    TableColumn("pixel_size_y", NUMBER, "Of the largest level."),
    TableColumn("pixel_size_z", NUMBER, "Of the largest level."),
    TableColumn("pixel_size_unit", TEXT, "Of all three."),
    TableColumn("levels", WHOLE, "How many resolutions there are."),
    TableColumn("channels", TEXT, "Their labels."),
)
_OF_ROWS: Final = {Rows.WELLS: (*OF_WELL, *OF_STORES), Rows.FIELDS: (*OF_WELL, *OF_FIELD)}


def fixed_columns(rows: Rows) -> Sequence[TableColumn]:
    """The columns that come before those of annotation."""
    return _OF_ROWS[rows]


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column of annotation: a key, of one treatment, as text or as numbers in one unit."""

    key: int
    name: str
    """Of the key."""
    kind: KeyKind
    turn: int = 0
    """Which treatment of the well it tells of, from 0; 0 for keys that belong to none."""
    unit: str | None = None
    """The base unit of its numbers; None where it is the text as it was written."""

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.unit is not None or self.kind is KeyKind.READOUT

    @property
    def type(self) -> pa.DataType:
        """What its cells are."""
        return NUMBER if self.is_number else TEXT

    @property
    def rank(self) -> tuple[object, ...]:
        """By which columns are ordered: known keys as their list has them, then all others."""
        *by_key, _, _ = ExportedColumn(self.name, self.kind).rank
        return (*by_key, self.turn, self.unit is not None, self.unit or "", self.kind.value)

    @property
    def header(self) -> str:
        """`compound`, `compound [2]`, `concentration [mol/L]`, `concentration [2, mol/L]`."""
        more = [str(self.turn + 1)] if self.turn else []
        if self.unit is not None:
            more.append(self.unit or ValuePart.NUMBER.value)
        return f"{self.name} [{', '.join(more)}]" if more else self.name


def headers_of(fixed: Sequence[TableColumn], columns: Iterable[KeyColumn]) -> list[str]:
    """A header for each column of annotation, none of which is another's, whatever their case."""
    taken = {column.name.casefold() for column in fixed}
    headers = []
    for column in columns:
        header = column.header
        if header.casefold() in taken:
            header = f"{header} [{column.kind.value}]"
        while header.casefold() in taken:
            header = f"{header}'"
        taken.add(header.casefold())
        headers.append(header)
    return headers
