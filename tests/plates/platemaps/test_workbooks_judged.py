"""Workbooks that openpyxl writes read as openpyxl reads them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plates.platemaps.containers import SourceFile, open_tables

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda then: then.replace(microsecond=0)
)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.integers(-(10**9), 10**9).map(lambda number: number / 1000),
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_characters="_=#"), max_size=9
    ),
    MOMENTS,
    MOMENTS.map(datetime.date),
    MOMENTS.map(datetime.time),
    st.integers(86_400, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
)


def shown(cell: Cell) -> str:  # noqa: PLR0911
    """A cell as our tables write it, by the plainest rules."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell).strip()


def judged(path: Path) -> list[list[str]]:
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        return [[shown(cell) for cell in row] for row in rows]


@settings(max_examples=80)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_kind_of_cell_reads_as_the_judge_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: Sequence[Sequence[Cell]]
) -> None:
    path = tmp_path_factory.mktemp("w") / "kept"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    sheet.append(["Plate", "Well", "x", "y", "z"])
    for row in rows:
        sheet.append(["P1", "B2", *row])
    with path.open("wb") as file:
        book.save(file)
    (table,) = open_tables([SourceFile("map.xlsx", path)])
    read = [list(row.cells) for row in table.rows()]
    assert [list(table.columns), *read] == judged(path)
    assert read == [["P1", "B2", *map(shown, row)] for row in rows]
