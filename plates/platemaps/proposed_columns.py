"""What each column of a table becomes, by its header and by a sample of its cells."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from plates.platemaps.exported_columns import exported_columns
from plates.platemaps.exported_headers import is_export
from plates.platemaps.headers import HeaderRole
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Place
from plates.platemaps.numbers import decimal_mark
from plates.platemaps.proposed_joins import Bonds
from plates.platemaps.proposed_values import (
    kind_of,
    nulls_of,
    separator_of,
    uses_nulls,
)
from plates.platemaps.samples import is_number
from plates.platemaps.sights import Sight
from plates.platemaps.units import unit_of

PATH_KEY = "path"
_LOOKED_AT = 200
_JOINTS = ("_", "-", ":", " ")

_SUBJECT_KINDS = {
    HeaderRole.WELL: ColumnKind.WELL,
    HeaderRole.ROW: ColumnKind.ROW,
    HeaderRole.COLUMN: ColumnKind.COLUMN,
    HeaderRole.WELL_NUMBER: ColumnKind.WELL_NUMBER,
    HeaderRole.IMAGE: ColumnKind.IMAGE,
}
_SPOKEN_OF = {
    HeaderRole.CURIE: (ColumnKind.CURIE, frozenset({ColumnKind.TERM})),
    HeaderRole.ONTOLOGY: (ColumnKind.ONTOLOGY, frozenset({ColumnKind.TERM})),
    HeaderRole.UNIT: (ColumnKind.UNIT, frozenset({ColumnKind.QUANTITY, ColumnKind.READOUT})),
}


def propose_columns(sight: Sight, bonds: Bonds) -> list[ColumnMapping]:
    """A proposal for every column of one table, in their order."""
    if sight.number in bonds.aside:
        return [_plain(sight, column, ColumnKind.IGNORED) for column in range(len(sight.headers))]
    if is_export(sight.table.columns):
        return exported_columns(sight.number, sight.table.columns)
    fixed = _fixed(sight, bonds)
    keyed = {
        column: _keyed(sight, column)
        for column, header in enumerate(sight.headers)
        if column not in fixed and header.role not in _SPOKEN_OF
    }
    speaking = {
        column: _speaking(sight, column, keyed)
        for column, header in enumerate(sight.headers)
        if column not in fixed and header.role in _SPOKEN_OF
    }
    proposed = fixed | keyed | speaking
    return [proposed[column] for column in sorted(proposed)]


def _fixed(sight: Sight, bonds: Bonds) -> dict[int, ColumnMapping]:
    """The columns that say no values: wells, plates, joins, and what repeats those."""
    kinds: dict[int, ColumnKind] = {}
    for column in _redundant(sight):
        kinds[column] = ColumnKind.IGNORED
    if sight.plate is not None:
        kinds[sight.plate] = ColumnKind.PLATE
    for column, role in sight.subject.items():
        kinds[column] = _SUBJECT_KINDS[role]
    for join in bonds.joins:
        if join.table == sight.number and join.right is not None:
            kinds[join.right.column] = ColumnKind.JOIN
    return {column: _plain(sight, column, kind) for column, kind in kinds.items()}


def _redundant(sight: Sight) -> Iterator[int]:
    """Columns that only say a well or plate again, which others say already."""
    for column, header in enumerate(sight.headers):
        again = header.role in (HeaderRole.WELL_NUMBER, HeaderRole.ROW, HeaderRole.COLUMN)
        if (again and _has_wells(sight)) or _is_composed(sight, column):
            yield column


def _has_wells(sight: Sight) -> bool:
    return bool(set(sight.subject.values()) - {HeaderRole.IMAGE})


def _is_composed(sight: Sight, column: int) -> bool:
    """Whether each cell is a plate's or well's name and another cell of its row in one."""
    named = [number for number in (sight.plate, *sight.subject) if number is not None]
    if column in named:
        return False
    whole = (row.cells for row in sight.rows if len(row.cells) == len(sight.headers))
    filled = list(islice((cells for cells in whole if cells[column]), _LOOKED_AT))
    return bool(filled) and all(_composes(cells, column, named) for cells in filled)


def _composes(cells: Sequence[str], column: int, named: Sequence[int]) -> bool:
    text = cells[column]
    if is_number(text):
        return False
    names = {cells[number] for number in named} - {""}
    if any(text == one + other for one in names for other in names):
        return True
    rests = {rest for name in names for joint in _JOINTS for rest in _rests(text, name, joint)}
    return any(cell in rests for number, cell in enumerate(cells) if number != column and cell)


def _rests(text: str, name: str, joint: str) -> Iterator[str]:
    """What is left of a text without a name at its beginning or end."""
    if text.startswith(name + joint):
        yield text.removeprefix(name + joint)
    if text.endswith(joint + name):
        yield text.removesuffix(joint + name)


def _plain(sight: Sight, column: int, kind: ColumnKind) -> ColumnMapping:
    return ColumnMapping(Place(sight.number, column), sight.table.columns[column], kind)


def _keyed(sight: Sight, column: int) -> ColumnMapping:
    """A column that becomes a key: a known one, or that of its own header."""
    header, sample = sight.headers[column], sight.samples[column]
    if sight.lists_plates:
        return replace(_plain(sight, column, ColumnKind.TEXT), becomes=PATH_KEY)
    if header.role is not HeaderRole.KEY:
        return _own(sight, column)
    separator = separator_of(header.key, sample)
    unit = header.unit if unit_of(header.unit, header.key.dimensions) else ""
    kind = kind_of(header, sample, unit=unit, separator=separator)
    return replace(
        _plain(sight, column, kind),
        becomes=header.key.name or _nameless(column),
        group=header.group,
        unit=unit if kind is ColumnKind.QUANTITY else "",
        split=separator if kind is ColumnKind.TERM else "",
        nulls=nulls_of(header.key, sample, everywhere=uses_nulls(sight)),
        decimal=_decimal(sight, column, kind),
    )


def _own(sight: Sight, column: int) -> ColumnMapping:
    """A column that is for something else by its header, which another column is for already."""
    is_image = sight.headers[column].role is HeaderRole.IMAGE
    kind = ColumnKind.TEXT if is_image else ColumnKind.TERM
    name = sight.table.columns[column] or _nameless(column)
    return replace(
        _plain(sight, column, kind),
        becomes=name[:_LOOKED_AT],
        nulls=nulls_of(sight.headers[column].key, sight.samples[column], everywhere=False),
    )


def _nameless(column: int) -> str:
    return f"column {column + 1}"


def _decimal(sight: Sight, column: int, kind: ColumnKind) -> str:
    if kind not in (ColumnKind.QUANTITY, ColumnKind.READOUT):
        return ""
    texts = sight.samples[column].counts
    return decimal_mark(texts) if any("," in text for text in texts) else ""


def _speaking(sight: Sight, column: int, keyed: dict[int, ColumnMapping]) -> ColumnMapping:
    """A column that speaks of another one; one of its own where there is no such other."""
    kind, kinds = _SPOKEN_OF[sight.headers[column].role]
    of = _spoken_of(sight, column, keyed, kinds)
    if of is None:
        return _own(sight, column)
    return replace(_plain(sight, column, kind), of=keyed[of].place)


def _spoken_of(
    sight: Sight, column: int, keyed: dict[int, ColumnMapping], kinds: frozenset[ColumnKind]
) -> int | None:
    header = sight.headers[column]
    possible = [number for number, mapping in keyed.items() if mapping.kind in kinds]
    if header.key.name:
        return _nearest(
            column,
            [
                number
                for number in possible
                if keyed[number].becomes == header.key.name and keyed[number].group == header.group
            ],
        )
    if header.role is HeaderRole.UNIT:
        same = [number for number in possible if keyed[number].group == header.group]
        return _nearest(column, same or possible)
    before = max((number for number in keyed if number < column), default=None)
    return before if before in possible else None


def _nearest(column: int, possible: Sequence[int]) -> int | None:
    """The nearest column, one before it rather than one behind it."""
    return min(possible, key=lambda number: (number > column, abs(number - column)), default=None)
