"""What a set of files is, by what stands in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.exported_headers import is_export
from plates.platemaps.formats import Format
from plates.platemaps.headers import HeaderRole
from plates.platemaps.matrices import MatrixTable
from plates.platemaps.proposed_joins import Bonds, bind
from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.sights import Part, Sight, look
from plates.platemaps.tables import Table

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LeftAside:
    """A table of which nothing is used, and why, as a sentence."""

    table: int
    name: str
    reason: str


def detect(tables: Sequence[Table]) -> Format:
    """What the files are, whatever their order and names.

    PlateMapRefused where nothing in them names wells, images or plates.
    """
    return format_of(look(tables))


def left_aside(tables: Sequence[Table]) -> tuple[LeftAside, ...]:
    """The tables of which nothing is used, in their order."""
    sights = look(tables)
    return tables_aside(sights, bind(sights))


def tables_aside(sights: Sequence[Sight], bonds: Bonds) -> tuple[LeftAside, ...]:
    """Of tables that were looked at, those of which nothing is used."""
    return tuple(
        LeftAside(number, sights[number].table.name, bonds.aside[number])
        for number in sorted(bonds.aside)
    )


def format_of(sights: Sequence[Sight], bonds: Bonds | None = None) -> Format:
    """What tables that were looked at are; PlateMapRefused as detect says."""
    bonds = bonds or bind(sights)
    used = [sight for sight in sights if sight.number not in bonds.aside]
    if not any(sight.part in (Part.WELLS, Part.PLATES) for sight in used):
        raise PlateMapRefused(_nothing_found(sights))
    for found, test in _TESTS:
        if any(test(sight) for sight in used):
            return found
    return Format.TABLE if any(sight.part is Part.WELLS for sight in used) else Format.BARCODES


def _is_export(sight: Sight) -> bool:
    return is_export(sight.table.columns)


def _is_mihcsme(sight: Sight) -> bool:
    return "assayconditions" in sight.table.name.casefold()


def _is_populate(sight: Sight) -> bool:
    return _has_remark(sight, RemarkKind.OMERO_HEADER)


def _is_matrix(sight: Sight) -> bool:
    return isinstance(sight.table, MatrixTable)


def _has_remark(sight: Sight, kind: RemarkKind) -> bool:
    remarks = (remark for remark in sight.table.remarks if isinstance(remark, Remark))
    return any(remark.kind is kind for remark in remarks)


def _is_jump_platemap(sight: Sight) -> bool:
    if sight.part is Part.PLATES:
        return sight.map_name is not None
    return {"well position", "broad sample"} <= sight.keys or "plate map name" in sight.keys


def _is_jump_table(sight: Sight) -> bool:
    headers = sight.table.columns
    prefixed = sum(1 for header in headers if header.startswith("Metadata_"))
    return 2 * prefixed > len(headers)


def _is_idr_annotation(sight: Sight) -> bool:
    return _is_idr(sight) and (
        any(key.startswith("phenotype") for key in sight.keys)
        or "library" not in sight.table.name.casefold()
    )


def _is_idr(sight: Sight) -> bool:
    return sight.part is Part.WELLS and any(
        key.startswith(("characteristics ", "term source ", "experimental condition "))
        for key in sight.keys
    )


def _is_condition_table(sight: Sight) -> bool:
    return HeaderRole.ROW in sight.subject.values() and sight.plate is None


_TESTS: tuple[tuple[Format, Callable[[Sight], bool]], ...] = (
    (Format.PLATECAT, _is_export),
    (Format.MIHCSME, _is_mihcsme),
    (Format.OMERO_POPULATE, _is_populate),
    (Format.MATRIX, _is_matrix),
    (Format.JUMP_PLATEMAP, _is_jump_platemap),
    (Format.JUMP_TABLE, _is_jump_table),
    (Format.IDR_ANNOTATION, _is_idr_annotation),
    (Format.IDR_LIBRARY, _is_idr),
    (Format.CONDITION_TABLE, _is_condition_table),
)
"""Formats from the most to the least telling sign."""


def _nothing_found(sights: Sequence[Sight]) -> str:
    if not sights:
        return "There is no table in these files."
    columns = [header for sight in sights for header in sight.table.columns]
    shown = ", ".join(f'"{header[:60]}"' for header in columns[:_SHOWN])
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    names = ", ".join(sight.table.name for sight in sights[:5])
    return (
        "No column names wells (such as Well, Well Position, Row and Column, Well Number), images "
        f"or plates (such as Plate, Barcode). {names}: "
        + (f"the columns are {shown}{more}." if columns else "there are no columns.")
        + " Name one of them so, or add the file that says what is in which well."
    )
