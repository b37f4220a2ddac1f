"""Text with separators, however it was saved, comes back cell by cell."""

import csv
import gzip
import io
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plates.platemaps.delimited import SEPARATORS
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import MAX_CELL, MAX_COLUMNS, MAX_LINE
from plates.platemaps.remarks import Remark, RemarkKind
from tests.plates.platemaps.written_files import cells, numbers, packed, table

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252")
NEWLINES = ("\n", "\r\n", "\r")

# Letters that Windows-1252 has too, no blanks at the ends, nothing that is another separator.
WORDS = st.text(st.sampled_from("abzABZ0189 .-_/[]()'µäé°§"), min_size=1, max_size=12).map(
    lambda word: f"x{word}x"
)
ANYTHING = st.text(st.sampled_from('abz09 ,;|\t"\n\r\r#µé.'), max_size=12).map(
    lambda text: f"x{text}x"
)


def grids(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.integers(2, 6).flatmap(
        lambda width: st.lists(
            st.lists(words, min_size=width, max_size=width), min_size=2, max_size=8
        )
    )


def written(rows: list[list[str]], separator: str, newline: str, quoting: Literal[0, 1]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=newline, quoting=quoting).writerows(rows)
    return text.getvalue()


@settings(deadline=None, max_examples=150)
@given(
    rows=grids(WORDS),
    separator=st.sampled_from(SEPARATORS),
    newline=st.sampled_from(NEWLINES),
    encoding=st.sampled_from(ENCODINGS),
    last=st.booleans(),
    gz=st.booleans(),
)
def test_a_table_comes_back_whatever_wrote_it(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    separator: str,
    newline: str,
    encoding: str,
    *,
    last: bool,
    gz: bool,
) -> None:
    text = written(rows, separator, newline, csv.QUOTE_MINIMAL)
    content = (text if last else text.removesuffix(newline)).encode(encoding)
    content = gzip.compress(content) if gz else content
    read = table(tmp_path_factory.mktemp("t"), content)
    assert [list(read.columns), *cells(read)] == rows
    assert numbers(read) == list(range(2, len(rows) + 1))
    assert cells(read) == cells(read)


@settings(deadline=None, max_examples=150)
@given(
    rows=grids(ANYTHING), separator=st.sampled_from(SEPARATORS), newline=st.sampled_from(NEWLINES)
)
def test_quoted_cells_hold_separators_quotes_and_lines(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str, newline: str
) -> None:
    text = written(rows, separator, newline, csv.QUOTE_ALL)
    read = table(tmp_path_factory.mktemp("t"), text)
    assert [list(read.columns), *cells(read)] == rows
    assert numbers(read) == list(range(2, len(rows) + 1))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.booleans())
def test_bytes_of_any_kind_are_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes,
    gz: bool,  # noqa: FBT001
) -> None:
    content = gzip.compress(content) if gz else content
    try:
        read = table(tmp_path_factory.mktemp("t"), content)
    except PlateMapRefused:
        return
    assert all("\0" not in cell for row in read.rows() for cell in row.cells)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_numbers_with_decimal_commas_stay_as_they_are(tmp_path: Path, separator: str) -> None:
    text = written([["Well", "Dose"], ["A1", "12,5"], ["A2", "1,0"]], separator, "\n", 0)
    assert cells(table(tmp_path, text)) == [["A1", "12,5"], ["A2", "1,0"]]


def test_a_list_within_cells_does_not_win_over_the_separator(tmp_path: Path) -> None:
    for separator, within in product(SEPARATORS, SEPARATORS):
        if separator != within:
            rows = [["Well", "Channels"], *(["A1", f"a{within}b{within}c"] for _ in range(9))]
            assert cells(table(tmp_path, written(rows, separator, "\n", 0))) == rows[1:]


def test_a_separator_does_not_stand_within_quotes(tmp_path: Path) -> None:
    assert cells(table(tmp_path, '"a";"b\tc"\n' * 2)) == [["a", "b\tc"]]


def test_text_after_a_closing_quote_costs_nothing(tmp_path: Path) -> None:
    rows = [f'A{n},"d"x,a;b' for n in range(1, 9)]
    assert cells(table(tmp_path, "\n".join(["Well,Drug,Note", *rows])))[0] == ["A1", "dx", "a;b"]


def test_a_separator_that_the_file_names_is_taken(tmp_path: Path) -> None:
    read = table(tmp_path, "sep=;\r\nWell;Dose, uM\r\nA1;3\r\n")
    assert (read.columns, cells(read), numbers(read)) == (("Well", "Dose, uM"), [["A1", "3"]], [3])


def test_windows_letters_are_said_to_be_guessed(tmp_path: Path) -> None:
    read = table(tmp_path, "Well,Dose\nA1,3 µM\n".encode("cp1252"))
    assert cells(read) == [["A1", "3 µM"]]
    (remark,) = read.remarks
    assert isinstance(remark, Remark)
    assert (remark.kind, remark.content) == (RemarkKind.ENCODING, "Windows-1252")
    assert cells(table(tmp_path, b"Well,Dose\nA1,\x81\xb5\n")) == [["A1", "\x81µ"]]


def test_what_breaks_its_own_promise_of_an_encoding_is_refused(tmp_path: Path) -> None:
    for content in (b"\xef\xbb\xbfWell,x\nA1,\xff\n", b"\xff\xfeW\x00e\x00l"):
        with pytest.raises(PlateMapRefused, match="some of its bytes mean nothing"):
            table(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"# nothing\n# else\n", "nothing but comments"),
        (b"Well,x\nA1,\0\n", "is no text"),
        (b'Well,x\nA1,"abc\nA2,d\n', "Row 2 .* never closed"),
        (b'Well,x\nA1,"' + b"x" * (MAX_CELL + 1) + b'"\n', "Row 2 .* more than 131,072 characters"),
        (b"Well" + b"," * 1_000_000 + b"\n", "1,000,001 cells; 2,000 columns are the most"),
        (b"Well,x\nA1" + b",1" * MAX_COLUMNS + b"\n", "Row 2 .* has 2,001 cells"),
        (b"x" * (MAX_LINE + 2), "a line of more than 4 million characters"),
        (packed("Well,x\n" + "A1,2\n" * 100)[:-20], "damaged or was cut off"),
        (gzip.compress(packed("Well,x\nA1,2\n")), "packed twice"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Excel"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a password"),
        (b"PAR1xxxx", "Parquet"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"<!DOCTYPE html><p>", "web page"),
        (b'{"a": 1}', "JSON"),
    ],
    # What is packed holds the time; the name of a test must not.
    ids=lambda part: part if isinstance(part, str) else "content",
)
def test_what_is_no_table_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, why: str
) -> None:
    with pytest.raises(PlateMapRefused, match=why):
        cells(table(tmp_path, content))


def test_a_bomb_of_gzip_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    bomb = gzip.compress(b"Well,x\n" + b"A1,2\n" * 20_000_000)
    assert len(bomb) < 1 << 20
    with pytest.raises(PlateMapRefused, match="unpacks to more than"):
        table(tmp_path, bomb)


def test_the_csv_module_has_the_limit_that_is_said() -> None:
    assert csv.field_size_limit() == MAX_CELL
