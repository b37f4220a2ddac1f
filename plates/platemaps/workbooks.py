"""Workbooks of Excel: which of their sheets are tables, and how their cells are to be read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import MAX_PART_BYTES, MAX_SHEETS
from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.workbook_parts import Handlers, WorkbookParts
from plates.platemaps.workbook_sheets import Conventions, SheetGrid, shared_strings
from plates.platemaps.workbook_styles import EPOCH_1900, EPOCH_1904, moment_styles

_ID: Final = re.compile(r"(?:\S+ )?id")
_TRUE: Final = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as the workbook lists it."""

    title: str
    part: str
    kind: str
    state: str


def sheet_grids(name: str, path: Path) -> tuple[SheetGrid, ...]:
    """The sheets that people see, those without anything in them left out.

    The first carries what is to be said of the workbook. PlateMapRefused for an archive that is
    no workbook, and where none of its sheets holds anything.
    """
    parts = WorkbookParts(name, path)
    book = _workbook_part(parts)
    sheets, epoch_1904 = _sheets(parts, book)
    seen = [sheet for sheet in sheets if _is_seen(sheet)]
    kinds = dict(parts.relations(book).values())
    conventions = Conventions(
        shared_strings(parts, kinds.get("sharedStrings", "")),
        moment_styles(parts, kinds.get("styles", "")),
        EPOCH_1904 if epoch_1904 else EPOCH_1900,
    )
    grids = [SheetGrid(parts, sheet.part, sheet.title, conventions) for sheet in seen]
    filled = [grid for grid in grids if _is_filled(replace(grid, name=f"{name}:{grid.name}"))]
    if not filled:
        raise PlateMapRefused(f"{name} has no sheet with anything in it that is not hidden.")
    remarks = tuple(_remarks(parts, sheets, {grid.name for grid in filled}))
    several = len(filled) > 1
    named = [replace(one, name=f"{name}:{one.name}" if several else name) for one in filled]
    return (replace(named[0], remarks=remarks), *named[1:])


def _is_seen(sheet: _Sheet) -> bool:
    return sheet.kind == "worksheet" and sheet.state == "visible" and sheet.title[:1] != "_"


def _is_filled(grid: SheetGrid) -> bool:
    return next(grid.rows(), None) is not None


def _workbook_part(parts: WorkbookParts) -> str:
    """The part that lists the sheets; PlateMapRefused for archives of other kinds."""
    for kind, target in parts.relations("").values():
        if kind == "officeDocument" and target in parts and not target.endswith(".bin"):
            if target.startswith("xl/"):
                return target
            raise PlateMapRefused(f"{parts.name} is no workbook of Excel. Save the table as CSV.")
    if "xl/workbook.xml" in parts:
        return "xl/workbook.xml"
    if "xl/workbook.bin" in parts:
        advice = "It is a binary workbook (xlsb): save it as xlsx or CSV."
    elif "content.xml" in parts:
        advice = "It is a document of LibreOffice: save the sheet as xlsx or CSV."
    else:
        advice = "It is a zip archive: unpack it and upload the tables in it."
    raise PlateMapRefused(f"{parts.name} is no workbook of Excel. {advice}")


def _sheets(parts: WorkbookParts, book: str) -> tuple[list[_Sheet], bool]:
    """All sheets in their order, and whether days are counted from 1904."""
    targets = parts.relations(book)
    sheets: list[_Sheet] = []
    epoch_1904 = False

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal epoch_1904
        if tag == "workbookPr":
            epoch_1904 = attributes.get("date1904", "0").casefold() in _TRUE
        elif tag == "sheet":
            keys = (key for key in attributes if _ID.fullmatch(key) is not None)
            kind, target = targets.get(attributes[next(keys, "")] if keys else "", ("", ""))
            title = attributes.get("name", "").strip()
            sheets.append(_Sheet(title, target, kind, attributes.get("state", "visible")))
            if len(sheets) > MAX_SHEETS:
                raise PlateMapRefused(f"{parts.name} has more than {MAX_SHEETS} sheets. Split it.")

    parts.read(book, Handlers(start, lambda _: None, lambda _: None), most=MAX_PART_BYTES)
    return sheets, epoch_1904


def _remarks(parts: WorkbookParts, sheets: list[_Sheet], filled: set[str]) -> Iterator[Remark]:
    for sheet in sheets:
        if sheet.title in filled and _is_seen(sheet):
            continue
        if sheet.kind != "worksheet":
            why = "it is no table"
        elif not _is_seen(sheet):
            why = "it is hidden"
        else:
            why = "nothing is in it"
        sentence = f"The sheet {sheet.title} was passed over: {why}."
        yield Remark(sentence, RemarkKind.SHEET, sheet.title)
    if any(part.endswith("vbaProject.bin") for part in parts.names):
        sentence = "The workbook has macros, which were not looked at."
        yield Remark(sentence, RemarkKind.MACROS)
