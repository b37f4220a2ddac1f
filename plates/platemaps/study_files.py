"""Studies as files describe them: the study file of IDR and the sheets of MIHCSME."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.header_rows import STUDY_KEYS
from plates.platemaps.limits import MAX_STUDY_ROWS
from plates.platemaps.spelling import folded
from plates.platemaps.studies import Study
from plates.platemaps.studies_idr import idr_study
from plates.platemaps.studies_mihcsme import SHEET_COLUMNS, mihcsme_study
from plates.platemaps.tables import Row, Table

_SAMPLE: Final = 100


def read_study(tables: Sequence[Table]) -> Study | None:
    """The study that one or several of some tables describe, None if none does.

    PlateMapRefused for a description without end.
    """
    for table in tables:
        if describes_in_rows(table):
            return idr_study(_all_rows(table))
    sheets = [table for table in tables if describes_in_groups(table)]
    if not sheets:
        return None
    return mihcsme_study([(_sheet(table.name), _all_rows(table)) for table in sheets])


def describes_in_rows(table: Table) -> bool:
    """Whether a table is the study file of IDR, with a key at the beginning of each row."""
    if table.columns[:2] != ("1", "2"):
        return False
    return any(row.cells[0] in STUDY_KEYS for row in islice(table.rows(), _SAMPLE))


def describes_in_groups(table: Table) -> bool:
    """Whether a table is a sheet of MIHCSME with keys and values."""
    return tuple(map(folded, table.columns[: len(SHEET_COLUMNS)])) == SHEET_COLUMNS


def _all_rows(table: Table) -> list[Row]:
    rows = list(islice(table.rows(), MAX_STUDY_ROWS + 1))
    if len(rows) > MAX_STUDY_ROWS:
        raise PlateMapRefused(
            f"{table.name} describes a study in more than {MAX_STUDY_ROWS:,} rows. Take out what "
            "belongs to single wells."
        )
    return rows


def _sheet(name: str) -> str:
    return name.rpartition(":")[2]
