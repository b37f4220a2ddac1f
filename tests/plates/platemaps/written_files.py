"""Files of plate maps as programs write them, and as nobody should."""

import gzip
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.tables import Table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def source(folder: Path, content: bytes | str, name: str = "map.csv") -> SourceFile:
    path = folder / "kept"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return SourceFile(name, path)


def tables(folder: Path, content: bytes | str, name: str = "map.csv") -> tuple[Table, ...]:
    return open_tables([source(folder, content, name)])


def table(folder: Path, content: bytes | str, name: str = "map.csv") -> Table:
    (only,) = tables(folder, content, name)
    return only


def cells(table: Table) -> list[list[str]]:
    return [list(row.cells) for row in table.rows()]


def numbers(table: Table) -> list[int]:
    return [row.number for row in table.rows()]


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())


def relationships(*targets: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def text_cell(text: str, reference: str = "") -> str:
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet_rows(rows: Sequence[Sequence[str]]) -> str:
    return "".join(f"<row>{''.join(map(text_cell, row))}</row>" for row in rows)


def workbook(
    path: Path,
    *sheets: str,
    titles: Sequence[str] = (),
    states: Sequence[str] = (),
    doctype: str = "",
    strings: str = "",
    styles: str = "",
    properties: str = "",
    others: Sequence[tuple[str, bytes]] = (),
) -> Path:
    """A workbook by hand: each sheet is the XML of its rows."""
    titles = titles or [f"Sheet{number}" for number in range(1, len(sheets) + 1)]
    states = states or ["visible"] * len(sheets)
    listed = "".join(
        f'<sheet name="{title}" sheetId="{number}" state="{state}" r:id="r{number}"/>'
        for number, (title, state) in enumerate(zip(titles, states, strict=True), 1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    shared = [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", relationships(("officeDocument", "xl/workbook.xml")))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}'
            f"<sheets>{listed}</sheets></workbook>",
        )
        archive.writestr("xl/_rels/workbook.xml.rels", relationships(*targets, *shared))
        for number, sheet in enumerate(sheets, 1):
            text = f'{doctype}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/sheet{number}.xml", text)
        if strings:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        if styles:
            archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        for name, content in others:
            archive.writestr(name, content)
    return path
