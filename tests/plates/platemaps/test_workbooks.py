"""Workbooks: every kind of cell, hidden sheets, and those that mean harm."""

import zipfile
from pathlib import Path

import pytest

from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import MAX_SHEETS
from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.tables import Table
from tests.plates.platemaps.written_files import (
    cells,
    numbers,
    relationships,
    sheet_rows,
    text_cell,
    workbook,
)

ROWS = [["Plate", "Well", "Drug"], ["P1", "A1", "DMSO"], ["P1", "A2", "<taxol> & more"]]
HEADER = f"<row>{text_cell('Well')}{text_cell('Value')}</row>"
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy;@"/>'
    '<numFmt numFmtId="165" formatCode="[h]:mm:ss"/>'
    '<numFmt numFmtId="166" formatCode="0.0&quot;day&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    "<cellXfs>"
    + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 164, 22, 21, 165, 166))
    + "</cellXfs>"
)


def opened(path: Path) -> tuple[Table, ...]:
    return open_tables([SourceFile("map.xlsx", path)])


def of_cell(tmp_path: Path, cell: str, strings: str = "", properties: str = "") -> str:
    sheet = f"{HEADER}<row>{text_cell('A1')}{cell}</row>"
    path = tmp_path / "kept"
    (table,) = opened(workbook(path, sheet, styles=STYLES, strings=strings, properties=properties))
    return cells(table)[0][1]


def test_a_sheet_is_a_table(tmp_path: Path) -> None:
    (table,) = opened(workbook(tmp_path / "kept", sheet_rows(ROWS)))
    assert (table.name, table.columns) == ("map.xlsx", tuple(ROWS[0]))
    assert (cells(table), numbers(table)) == (ROWS[1:], [2, 3])
    assert cells(table) == cells(table)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>1</v></c>", "1"),
        ("<c><v>1.0</v></c>", "1"),
        ("<c><v>6.9000000000000004</v></c>", "6.9"),
        ("<c><v>1E-3</v></c>", "0.001"),
        ("<c><v>1.5E+3</v></c>", "1500"),
        ("<c><v>-12</v></c>", "-12"),
        ("<c><v>20100421123456</v></c>", "20100421123456"),
        ("<c><v>nan</v></c>", "nan"),
        ("<c><v>1e999</v></c>", "1e999"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="d"><v>2024-02-29</v></c>', "2024-02-29"),
        ('<c t="str"><f>A1&amp;"x"</f><v>A1x</v></c>', "A1x"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c s="1"><v>45351</v></c>', "2024-02-29"),
        ('<c s="1"><v>1</v></c>', "1900-01-01"),
        ('<c s="2"><v>45351</v></c>', "2024-02-29"),
        ('<c s="3"><v>45351.5</v></c>', "2024-02-29T12:00:00"),
        ('<c s="4"><v>0.75</v></c>', "18:00:00"),
        ('<c s="5"><v>1.5</v></c>', "36:00:00"),
        ('<c s="6"><v>1.5</v></c>', "1.5"),
        ('<c s="1"><v>99999999999</v></c>', "99999999999"),
        ('<c s="999"><v>5</v></c>', "5"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>no</t></rPh></is></c>', "ab"),
        ('<c t="inlineStr"><is><t>a_x000A_b_x0000_</t></is></c>', "a\nb_x0000_"),
    ],
)
def test_a_cell_reads_as_a_spreadsheet_means_it(tmp_path: Path, cell: str, text: str) -> None:
    assert of_cell(tmp_path, cell) == text


def test_texts_may_be_shared(tmp_path: Path) -> None:
    strings = "<si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r><rPh><t>x</t></rPh></si>"
    assert of_cell(tmp_path, '<c t="s"><v>1</v></c>', strings) == "bc"
    with pytest.raises(PlateMapRefused, match="refers to a text"):
        of_cell(tmp_path, '<c t="s"><v>2</v></c>', strings)


def test_days_may_count_from_1904(tmp_path: Path) -> None:
    properties = '<workbookPr date1904="1"/>'
    assert of_cell(tmp_path, '<c s="1"><v>43889</v></c>', properties=properties) == "2024-02-29"


def test_a_formula_without_its_result_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(PlateMapRefused, match=r"Row 2 .* formula without its result"):
        of_cell(tmp_path, "<c><f>A1+1</f></c>")


def test_rows_and_cells_may_lie_anywhere(tmp_path: Path) -> None:
    sheet = (
        f'<row r="3">{text_cell("Well", "B3")}{text_cell("Drug", "D3")}</row>'
        f'<row r="900">{text_cell("DMSO", "D900")}{text_cell("A1", "B900")}</row>'
        '<row r="901"><c r="XFD901" s="1"/></row>'
        + "".join(
            f'<row r="{n}"><c r="A{n}"/>{text_cell(" ", f"B{n}")}</row>' for n in range(902, 1902)
        )
    )
    (table,) = opened(workbook(tmp_path / "kept", sheet))
    assert (table.columns, cells(table)) == (("", "Well", "", "Drug"), [["", "A1", "", "DMSO"]])
    assert numbers(table) == [900]


def test_hidden_and_empty_sheets_are_passed_over_and_said(tmp_path: Path) -> None:
    sheet = sheet_rows(ROWS)
    path = workbook(
        tmp_path / "kept",
        *[sheet, sheet, "", sheet, sheet],
        titles=["One", "_terms", "Blank", "Away", "Two"],
        states=["visible", "visible", "visible", "veryHidden", "visible"],
        others=[("xl/vbaProject.bin", b"macro")],
    )
    first, second = opened(path)
    assert (first.name, second.name) == ("map.xlsx:One", "map.xlsx:Two")
    said = [(one.kind, one.content) for one in first.remarks if isinstance(one, Remark)]
    passed = [(RemarkKind.SHEET, title) for title in ("_terms", "Blank", "Away")]
    assert said == [*passed, (RemarkKind.MACROS, "")]
    assert second.remarks == ()


def test_names_of_tags_may_have_any_prefix(tmp_path: Path) -> None:
    path = workbook(tmp_path / "kept", sheet_rows(ROWS))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace("xmlns=", "xmlns:x=")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("<", "<x:").replace("<x:/", "</x:")
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    assert cells(opened(path)[0]) == ROWS[1:]


def entities() -> str:
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)]
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{"".join(names)}]>'


@pytest.mark.parametrize(
    ("sheet", "doctype", "why"),
    [
        (f"<row>{text_cell('x')}</row>", entities(), "definitions of its own"),
        ("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>", "", "more than 2,000 columns"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "", "more than 2,000 columns"),
        ('<row r="1"><c r="1"><v>1</v></c></row>', "", "more than 2,000 columns"),
        ('<row r="99999999"><c><v>1</v></c></row>', "", "more than 5,000,000 rows"),
        ('<row r="x"><c><v>1</v></c></row>', "", "more than 5,000,000 rows"),
        ('<row r="2"/><row r="2"/>', "", "not in order"),
        (f"<row>{text_cell('x' * 200_000)}</row>", "", "too long a text"),
        (f'<row a="{"x" * 3_000_000}"/>', "", "damaged workbook"),
        ("<row>", "", "damaged workbook"),
        ("", "", "no sheet with anything"),
    ],
)
def test_sheets_that_mean_harm_are_refused(
    tmp_path: Path, sheet: str, doctype: str, why: str
) -> None:
    with pytest.raises(PlateMapRefused, match=why):
        opened(workbook(tmp_path / "kept", sheet, doctype=doctype))


def test_rows_and_columns_that_are_only_claimed_cost_nothing(tmp_path: Path) -> None:
    sheet = '<row r="1"><c><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    path = workbook(tmp_path / "kept", sheet)
    (table,) = opened(path)
    assert numbers(table) == [1048576]


def test_a_bomb_of_zip_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = workbook(tmp_path / "kept", " " * (100 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(PlateMapRefused, match="unpacks to more than"):
        opened(path)


def test_an_archive_of_a_million_names_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}", b"")
    with pytest.raises(PlateMapRefused, match="far more files"):
        opened(path)


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlateMapRefused, match="more than 100 sheets"):
        opened(workbook(tmp_path / "kept", *[sheet_rows(ROWS)] * (MAX_SHEETS + 1)))


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("xl/workbook.bin", "binary workbook"),
        ("content.xml", "LibreOffice"),
        ("a.csv", "unpack it"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, part: str, why: str) -> None:
    path = tmp_path / "kept"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(PlateMapRefused, match=why):
        opened(path)


def test_a_workbook_of_another_program_of_office_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", relationships(("officeDocument", "word/document.xml")))
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(PlateMapRefused, match="no workbook of Excel"):
        opened(path)


def test_a_part_with_a_password_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "kept", sheet_rows(ROWS))
    content = bytearray(path.read_bytes())
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    path.write_bytes(content)
    with pytest.raises(PlateMapRefused, match="password"):
        opened(path)
