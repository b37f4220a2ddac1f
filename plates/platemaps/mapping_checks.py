"""Whether a mapping fits the tables that it is for."""

from collections import Counter
from collections.abc import Sequence
from graphlib import CycleError
from itertools import chain

from plates.platemaps.cell_meanings import CONTROL_AS_WRITTEN
from plates.platemaps.errors import MappingRefused
from plates.platemaps.mappings import (
    KEYED,
    NEIGHBOURS,
    SUBJECTS,
    ColumnKind,
    ColumnMapping,
    Join,
    Mapping,
    Place,
    ends_first,
    naming_subjects,
    reach,
    roots,
)
from plates.platemaps.tables import Table
from plates.platemaps.units import unit_of

MAX_NAME = 1_000
MAX_KEY = 200
MAX_GROUP = 9_999
MAX_SPLIT = 3
MAX_NULLS = 50
MAX_PLATES = 100_000
MAX_JOINS = 2_000

_SPOKEN_OF = {
    ColumnKind.CURIE: frozenset({ColumnKind.TERM}),
    ColumnKind.ONTOLOGY: frozenset({ColumnKind.TERM}),
    ColumnKind.UNIT: frozenset({ColumnKind.QUANTITY, ColumnKind.READOUT}),
    ColumnKind.NUMBER: frozenset({ColumnKind.QUANTITY}),
}
_WAYS = (
    (frozenset({ColumnKind.WELL}), "a well"),
    (frozenset({ColumnKind.ROW, ColumnKind.COLUMN}), "a row and a column"),
    (frozenset({ColumnKind.WELL_NUMBER}), "a well number"),
    (frozenset({ColumnKind.IMAGE}), "an image"),
)


def check_mapping(mapping: Mapping, tables: Sequence[Table]) -> None:
    """MappingRefused with a sentence on the first thing in which the mapping does not fit.

    What is known afterwards: each place exists, each neighbour speaks of a column that it can
    speak of, joins form no circle, and each table names its wells in one way at most.
    """
    _check_sizes(mapping)
    for column in mapping.columns:
        _check_place(column.place, tables)
        _check_header(column, tables)
        _check_column(column, tables)
    _check_once(mapping.columns, tables)
    _check_neighbours(mapping.columns, tables)
    _check_joins(mapping.joins, tables)
    _check_named_joins(mapping, tables)
    _check_ways(mapping, tables)


def _check_sizes(mapping: Mapping) -> None:
    if len(mapping.plates) > MAX_PLATES:
        raise MappingRefused(f"The mapping answers for more than {MAX_PLATES:,} plates.")
    if len(mapping.joins) > MAX_JOINS:
        raise MappingRefused(f"The mapping has more than {MAX_JOINS:,} joins.")
    names = chain([mapping.plate], mapping.file_plates.values(), mapping.plates)
    if any(len(name) > MAX_NAME for name in names):
        raise MappingRefused(f"A plate's name in the mapping is longer than {MAX_NAME:,} letters.")


def _check_place(place: Place, tables: Sequence[Table]) -> None:
    if not 0 <= place.table < len(tables):
        raise MappingRefused(
            f"The mapping speaks of table {place.table + 1}, and there are {len(tables)}."
        )
    table = tables[place.table]
    if not 0 <= place.column < len(table.columns):
        raise MappingRefused(
            f"The mapping speaks of column {place.column + 1} of {table.name}, which has "
            f"{len(table.columns)}."
        )


def _check_header(column: ColumnMapping, tables: Sequence[Table]) -> None:
    table = tables[column.place.table]
    header = table.columns[column.place.column]
    if column.name != header:
        raise MappingRefused(
            f'Column {column.place.column + 1} of {table.name} is "{header}", and the mapping '
            f'takes it for "{column.name}": propose the mapping again for these files.'
        )


def _check_column(column: ColumnMapping, tables: Sequence[Table]) -> None:
    where = named(column.place, tables)
    if (column.kind in KEYED) != bool(column.becomes):
        raise MappingRefused(
            f"{where} is {column.kind.value}, and the mapping does not say which key it becomes."
            if column.kind in KEYED
            else f"{where} is {column.kind.value}, which becomes no key: leave `becomes` out."
        )
    if len(column.becomes) > MAX_KEY:
        raise MappingRefused(f"{where} becomes a key of more than {MAX_KEY} letters.")
    if not 0 <= column.group <= MAX_GROUP:
        raise MappingRefused(f"{where} has group {column.group}: groups go from 0 to {MAX_GROUP}.")
    if column.unit and column.kind is not ColumnKind.QUANTITY:
        raise MappingRefused(f"{where} has a unit, and only a quantity can have one.")
    if column.unit and unit_of(column.unit) is None:
        raise MappingRefused(
            f'{where} has the unit "{column.unit}", which nobody here knows: write it as uM, '
            "mg/mL, h, degC or %, or leave it out."
        )
    if column.split and column.kind is not ColumnKind.TERM:
        raise MappingRefused(f"{where} is split, and only terms can be.")
    if len(column.split) > MAX_SPLIT or any(letter.isalnum() for letter in column.split):
        raise MappingRefused(
            f'{where} is split at "{column.split[:20]}": a separator is one to {MAX_SPLIT} signs, '
            "no letters or digits."
        )
    if column.decimal not in ("", ".", ","):
        raise MappingRefused(f'{where} has "{column.decimal[:20]}" before decimals: it is . or ,')
    if len(column.nulls) > MAX_NULLS or any(len(null) > MAX_KEY for null in column.nulls):
        raise MappingRefused(
            f"{where} has too many or too long words for nothing: at most {MAX_NULLS}."
        )


def _check_once(columns: Sequence[ColumnMapping], tables: Sequence[Table]) -> None:
    said = (column.place for column in columns if column.becomes != CONTROL_AS_WRITTEN)
    for place, count in Counter(said).items():
        if count > 1:
            raise MappingRefused(f"{named(place, tables)} is in the mapping {count} times.")


def _check_neighbours(columns: Sequence[ColumnMapping], tables: Sequence[Table]) -> None:
    kinds = {column.place: column.kind for column in columns}
    for column in columns:
        where = named(column.place, tables)
        if column.kind not in NEIGHBOURS:
            if column.of is not None:
                raise MappingRefused(
                    f"{where} is {column.kind.value}, which speaks of no other column: leave `of` "
                    "out."
                )
            continue
        if column.of is None:
            raise MappingRefused(
                f"{where} is {column.kind.value}, and the mapping does not say of which column."
            )
        spoken_of = kinds.get(column.of)
        if column.of.table != column.place.table or spoken_of not in _SPOKEN_OF[column.kind]:
            wanted = " or ".join(sorted(kind.value for kind in _SPOKEN_OF[column.kind]))
            raise MappingRefused(
                f"{where} is {column.kind.value} of another column: it has to be one of the same "
                f"table that becomes a {wanted}."
            )


def _check_joins(joins: Sequence[Join], tables: Sequence[Table]) -> None:
    for join in joins:
        _check_place(join.left, tables)
        if not 0 <= join.table < len(tables):
            raise MappingRefused(
                f"A join leads to table {join.table + 1}, and there are {len(tables)}."
            )
        if join.right is not None:
            _check_place(join.right, tables)
            if join.right.table != join.table:
                raise MappingRefused(
                    f"A join leads to {tables[join.table].name}, but on a column of "
                    f"{tables[join.right.table].name}."
                )
    try:
        ends_first(joins, len(tables))
    except CycleError as error:
        names = ", ".join(sorted({tables[number].name for number in error.args[1]}))
        raise MappingRefused(f"The joins run in a circle: {names}.") from error


def _check_named_joins(mapping: Mapping, tables: Sequence[Table]) -> None:
    """A table that is joined by its name is a plate map: all of its rows are."""
    naming = naming_subjects(mapping)
    for join in mapping.joins:
        if join.right is None and join.table not in naming:
            raise MappingRefused(
                f"{tables[join.table].name} is joined by its name, as a plate map is, and it "
                "names no wells: say on which column it is joined."
            )


def _check_ways(mapping: Mapping, tables: Sequence[Table]) -> None:
    counts: dict[int, Counter[ColumnKind]] = {}
    for column in mapping.columns:
        counts.setdefault(column.place.table, Counter())[column.kind] += 1
    for table, kinds in counts.items():
        _check_way(tables[table].name, kinds)
    for root in roots(mapping):
        reached = reach(root, mapping.joins)
        kinds = sum((counts.get(table, Counter()) for table in reached), Counter[ColumnKind]())
        if kinds[ColumnKind.PLATE] and mapping.plate:
            raise MappingRefused(
                f'The mapping says that all rows are about the plate "{mapping.plate}", and a '
                f"column of {tables[root].name} names plates too: leave one of the two out."
            )
    if not any(kinds.keys() & (SUBJECTS | {ColumnKind.PLATE}) for kinds in counts.values()):
        raise MappingRefused(
            "No column of the mapping names wells, images or plates: at least one has to."
        )


def _check_way(name: str, kinds: Counter[ColumnKind]) -> None:
    for kind in sorted({ColumnKind.PLATE} | SUBJECTS):
        if kinds[kind] > 1:
            raise MappingRefused(
                f"{kinds[kind]} columns of {name} are {kind.value}: only one can be, the others "
                "can become terms or be ignored."
            )
    if (ColumnKind.ROW in kinds) != (ColumnKind.COLUMN in kinds):
        raise MappingRefused(
            f"{name} has a row without a column, or a column without a row: wells need both."
        )
    ways = [title for way, title in _WAYS if way & kinds.keys() and title != "an image"]
    if len(ways) > 1:
        raise MappingRefused(
            f"{name} names its wells by {' and by '.join(ways)}: keep one and ignore the others."
        )


def named(place: Place, tables: Sequence[Table]) -> str:
    """A column as sentences name it: `The column "Dose" of map.csv`."""
    table = tables[place.table]
    return f'The column "{table.columns[place.column]}" of {table.name}'
