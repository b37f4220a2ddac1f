"""Every table of the corpus opens with the rows and columns that a plain count finds.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import csv
import gzip
import os
from pathlib import Path

import openpyxl
import pytest

from plates.platemaps.containers import SourceFile, open_tables

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)
ENDINGS = (".csv", ".tsv", ".csv.gz", "-library.txt")
TEXTS = sorted(
    path
    for folder in ("annotations", "platemaps")
    for path in (CORPUS / folder).rglob("*")
    if path.name.endswith(ENDINGS)
)
BOOKS = sorted((CORPUS / "platemaps").rglob("*.xlsx"))


def plainly(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    separator = "\t" if path.suffix in {".tsv", ".txt"} else ","
    rows = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    return [[cell.strip() for cell in row] for row in rows]


def test_the_corpus_has_the_tables_that_we_know() -> None:
    assert (len(TEXTS), len(BOOKS)) == (34, 2)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_text_of_the_corpus_reads_as_the_csv_module_reads_it(path: Path) -> None:
    (table,) = open_tables([SourceFile(path.name, path)])
    rows = plainly(path)
    if path.name.endswith("-plates.tsv"):
        assert table.columns == ("1", "2")
    else:
        assert list(table.columns) == rows.pop(0)
    assert [list(row.cells) for row in table.rows()] == rows
    assert table.remarks == ()


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_a_workbook_of_the_corpus_reads_as_the_judge_reads_it(path: Path) -> None:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if not sheet.title.startswith("_")]
    tables = open_tables([SourceFile(path.name, path)])
    assert [table.name for table in tables] == [f"{path.name}:{sheet.title}" for sheet in sheets]
    for table, sheet in zip(tables, sheets, strict=True):
        told = [
            (
                number,
                [
                    ""
                    if cell is None
                    else f"{cell:g}"
                    if isinstance(cell, float)
                    else str(cell).strip()
                    for cell in row
                ],
            )
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
        filled = [(number, row) for number, row in told if any(row) and row[0][:1] != "#"]
        (_, header), *rest = filled
        width = len(table.columns)
        assert header[:width] == list(table.columns)
        assert not any(header[width:])
        read = [(row.number, row.cells) for row in table.rows()]
        assert read == [(number, row[:width]) for number, row in rest]
