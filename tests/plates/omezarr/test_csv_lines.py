"""Lines of CSV: read back as they were, and never run by a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.csv_lines import csv_line


@given(st.lists(st.text(alphabet=" abc,;\"'\n\t=+-@é", max_size=8), min_size=1, max_size=5))
def test_a_line_holds_as_many_cells_and_none_that_is_a_formula(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(csv_line(cells)))
    assert len(read) == len(cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in read)


@pytest.mark.parametrize(
    ("cell", "told"), [("plain", "plain"), ("=1+1", "'=1+1"), ("a,b", '"a,b"'), ("", '""')]
)
def test_a_cell_is_told_plainly(cell: str, told: str) -> None:
    assert csv_line([cell]) == f"{told}\n"
