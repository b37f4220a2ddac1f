"""Mappings as JSON that a person can read, edit and keep: by the names of files and headers."""

from collections.abc import Mapping as Pairs
from collections.abc import Sequence

from plates.platemaps.cell_meanings import CONTROL, CONTROL_AS_WRITTEN
from plates.platemaps.cells import with_control_words
from plates.platemaps.document_parts import JsonValue, Names, Part, part_of
from plates.platemaps.errors import MappingRefused
from plates.platemaps.formats import Format
from plates.platemaps.known_keys import canonical
from plates.platemaps.mapping_checks import check_mapping
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Join, Mapping
from plates.platemaps.tables import Table

VERSION = 1
_COLUMN_FIELDS = (
    "column", "number", "kind", "becomes", "group", "unit", "of", "split", "nulls", "decimal",
    "ontology",
)  # fmt: skip


def document_of(mapping: Mapping, tables: Sequence[Table]) -> dict[str, JsonValue]:
    """The mapping as a JSON object; what has its usual value is left out.

    Tables and columns are named as they are in the files, with their number beside the name
    where the name alone is not enough. A table of which nothing is used is `"ignored": true`.
    """
    names = Names(tables)
    document: dict[str, JsonValue] = {"version": VERSION, "format": mapping.format.value}
    if mapping.plate:
        document["plate"] = mapping.plate
    document["tables"] = [_table(number, mapping, names) for number in range(len(tables))]
    if mapping.joins:
        document["joins"] = [_join(join, names) for join in mapping.joins]
    if mapping.plates:
        document["plates"] = {spelling: list(ids) for spelling, ids in mapping.plates.items()}
    return document


def _table(number: int, mapping: Mapping, names: Names) -> JsonValue:
    table: dict[str, JsonValue] = {"name": names.tables[number].name}
    if number in mapping.file_plates:
        table["plate"] = mapping.file_plates[number]
    # A second column of a place is not told: with_control_words adds it again.
    added = {column.place for column in mapping.columns if column.becomes == CONTROL}
    columns = [
        column
        for column in mapping.columns
        if column.place.table == number
        and not (column.becomes == CONTROL_AS_WRITTEN and column.place in added)
    ]
    if all(
        column == ColumnMapping(column.place, column.name, ColumnKind.IGNORED) for column in columns
    ):
        return table | {"ignored": True}
    return table | {
        "columns": [
            _column(column, names) for column in sorted(columns, key=lambda column: column.place)
        ]
    }


def _column(column: ColumnMapping, names: Names) -> JsonValue:
    document = names.header(column.place) | {"kind": column.kind.value}
    said: dict[str, JsonValue] = {
        "becomes": column.becomes,
        "group": column.group,
        "unit": column.unit,
        "of": names.column(column.of) if column.of else "",
        "split": column.split,
        "nulls": list(column.nulls),
        "decimal": column.decimal,
        "ontology": column.ontology,
    }
    return document | {name: value for name, value in said.items() if value}


def _join(join: Join, names: Names) -> JsonValue:
    document: dict[str, JsonValue] = {
        "from": names.table(join.left.table),
        "column": names.column(join.left),
        "to": names.table(join.table),
    }
    if join.right:
        document["on"] = names.column(join.right)
    return document


def mapping_of(document: JsonValue, tables: Sequence[Table]) -> Mapping:
    """The mapping that a JSON object says, checked against the tables that it is for.

    MappingRefused, with a sentence that names the place, where it is no such object, speaks of
    what is not there, leaves out a column, or does not hold together (mapping_checks).
    """
    names = Names(tables)
    part = part_of(document)
    part.allow("version", "format", "plate", "tables", "joins", "plates")
    if part.number("version", VERSION) != VERSION:
        raise MappingRefused(
            f"The mapping is not of version {VERSION}, which is the one known here."
        )
    columns, file_plates = _read_tables(part.parts("tables"), names)
    mapping = Mapping(
        format=part.one_of(Format, "format"),
        columns=columns,
        joins=tuple(_read_join(join, names) for join in part.parts("joins")),
        plate=part.text("plate"),
        file_plates=file_plates,
        plates=_read_plates(part.part("plates")),
    )
    check_mapping(mapping, tables)
    return with_control_words(mapping)


def _read_tables(
    parts: Sequence[Part], names: Names
) -> tuple[tuple[ColumnMapping, ...], dict[int, str]]:
    columns: list[ColumnMapping] = []
    file_plates: dict[int, str] = {}
    numbers = names.in_order([part.text("name") for part in parts])
    for part, number in zip(parts, numbers, strict=True):
        part.allow("name", "plate", "ignored", "columns")
        columns.extend(_read_columns(part, number, names))
        if plate := part.text("plate"):
            file_plates[number] = plate
    return tuple(sorted(columns, key=lambda column: column.place)), file_plates


def _read_columns(part: Part, table: int, names: Names) -> list[ColumnMapping]:
    places = names.places(table)
    if part.flag("ignored"):
        headers = names.tables[table].columns
        return [ColumnMapping(place, headers[place.column], ColumnKind.IGNORED) for place in places]
    columns = [_read_column(column, table, names) for column in part.parts("columns")]
    if missing := set(places) - {column.place for column in columns}:
        raise MappingRefused(
            f"The mapping does not say what becomes of {names.sentence(min(missing))}: give it a "
            "kind; `ignored` leaves it out."
        )
    return columns


def _read_column(part: Part, table: int, names: Names) -> ColumnMapping:
    part.allow(*_COLUMN_FIELDS)
    place = names.find(part.column(), table)
    return ColumnMapping(
        place=place,
        name=names.tables[table].columns[place.column],
        kind=part.one_of(ColumnKind, "kind"),
        becomes=canonical(part.text("becomes")),
        group=part.number("group"),
        unit=part.text("unit"),
        of=names.find(part.reference("of"), table) if part.has("of") else None,
        split=part.text("split"),
        nulls=part.texts("nulls"),
        decimal=part.text("decimal"),
        ontology=part.text("ontology"),
    )


def _read_join(part: Part, names: Names) -> Join:
    part.allow("from", "column", "to", "on")
    left = names.find_table(part.reference("from"))
    right = names.find_table(part.reference("to"))
    return Join(
        left=names.find(part.reference("column"), left),
        right=names.find(part.reference("on"), right) if part.has("on") else None,
        table=right,
    )


def _read_plates(part: Part) -> Pairs[str, tuple[str, ...]]:
    return {spelling: part.texts(spelling) for spelling in part.names()}
