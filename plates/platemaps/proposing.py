"""A mapping to begin with: what each column probably becomes, for a person to look over."""

import hashlib
import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plates.platemaps.cells import with_control_words
from plates.platemaps.detecting import LeftAside, format_of, tables_aside
from plates.platemaps.formats import Format
from plates.platemaps.headers import NO_ALIASES
from plates.platemaps.map_names import table_name
from plates.platemaps.mappings import (
    ColumnKind,
    ColumnMapping,
    Mapping,
    Place,
    reach,
    roots,
)
from plates.platemaps.proposed_columns import propose_columns
from plates.platemaps.proposed_joins import Bonds, bind
from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.sights import Sight, look
from plates.platemaps.tables import Table

Headers = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the files of one import are understood, before a person looks it over."""

    mapping: Mapping
    aside: tuple[LeftAside, ...]
    """The tables of which nothing is used."""


def propose(
    tables: Sequence[Table],
    format: Format,  # noqa: A002 - what Mapping calls it
    *,
    aliases: Pairs[str, str] = NO_ALIASES,
    saved: Mapping | None = None,
) -> Mapping:
    """What every column of the tables probably becomes, and how the tables are joined.

    `aliases` are an institute's own headers: folded spelling -> canonical name of a key. What a
    `saved` mapping says of a table with the same headers holds; its plates are not taken over.
    PlateMapRefused where a table cannot be read.
    """
    sights = look(tables, aliases)
    return _mapping(sights, bind(sights), format, saved)


def understand(
    tables: Sequence[Table],
    *,
    aliases: Pairs[str, str] = NO_ALIASES,
    saved: Mapping | None = None,
) -> Understanding:
    """What detect, left_aside and propose say of the tables, which are looked at once."""
    sights = look(tables, aliases)
    bonds = bind(sights)
    mapping = _mapping(sights, bonds, format_of(sights, bonds), saved)
    return Understanding(mapping, tables_aside(sights, bonds))


def _mapping(
    sights: Sequence[Sight],
    bonds: Bonds,
    format: Format,  # noqa: A002
    saved: Mapping | None,
) -> Mapping:
    decided = _decided(saved) if saved else {}
    twins = _twins_aside(sights, bonds)
    columns = [
        column
        for sight in sights
        for column in (() if sight.number in twins else _saved(sight, decided))
        or propose_columns(sight, bonds)
    ]
    mapping = Mapping(format, tuple(columns), tuple(bonds.joins))
    return with_control_words(_with_plates(mapping, sights))


def headers_digest(tables: Sequence[Table]) -> str:
    """What tables with the same headers share, whatever their names, order and number: 64 digits.

    A mapping that is saved under it is proposed for the next files that have it.
    """
    headers = sorted({table.columns for table in tables})
    return hashlib.sha256(json.dumps(headers).encode()).hexdigest()


def _twins_aside(sights: Sequence[Sight], bonds: Bonds) -> frozenset[int]:
    """The tables that are left aside although others with the same headers are not."""
    used = {sight.table.columns for sight in sights if sight.number not in bonds.aside}
    return frozenset(number for number in bonds.aside if sights[number].table.columns in used)


def _decided(saved: Mapping) -> dict[Headers, list[ColumnMapping]]:
    """What a saved mapping says of each table, by the table's headers."""
    tables: dict[int, dict[int, ColumnMapping]] = {}
    for column in saved.columns:
        tables.setdefault(column.place.table, {}).setdefault(column.place.column, column)
    found: dict[Headers, list[ColumnMapping]] = {}
    for columns in tables.values():
        ordered = [columns[number] for number in sorted(columns)]
        headers = tuple(column.name for column in ordered)
        # Of several tables that are alike, one may have been left aside: it says least.
        found[headers] = max(found.get(headers, ordered), ordered, key=_says)
    return found


def _says(columns: Sequence[ColumnMapping]) -> int:
    return sum(column.kind is not ColumnKind.IGNORED for column in columns)


def _saved(sight: Sight, decided: Pairs[Headers, list[ColumnMapping]]) -> list[ColumnMapping]:
    return [
        replace(
            column,
            place=Place(sight.number, column.place.column),
            of=Place(sight.number, column.of.column) if column.of else None,
        )
        for column in decided.get(sight.table.columns, ())
    ]


def _with_plates(mapping: Mapping, sights: Sequence[Sight]) -> Mapping:
    """The mapping, with the plate that a file's name says where nothing else names one."""
    nameless = [number for number in roots(mapping) if not _names_plates(mapping, number)]
    if not nameless:
        return mapping
    names = {number: _plate_name(sights[number].table) for number in nameless}
    if len(roots(mapping)) == 1:
        return replace(mapping, plate=names[nameless[0]])
    return replace(mapping, file_plates=names)


def _names_plates(mapping: Mapping, root: int) -> bool:
    """Whether rows say which plate they are about; images do that by themselves."""
    tables = reach(root, mapping.joins)
    kinds = {column.kind for column in mapping.columns if column.place.table in tables}
    return bool(kinds & {ColumnKind.PLATE, ColumnKind.IMAGE})


def _plate_name(table: Table) -> str:
    """The plate that a table's name says, or that its reader found in it."""
    remarks = (remark for remark in table.remarks if isinstance(remark, Remark))
    found = (remark.content for remark in remarks if remark.kind is RemarkKind.PLATE_NAME)
    return next(found, "") or table_name(table.name)
