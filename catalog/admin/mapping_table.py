"""A mapping as a table that is edited at the desk, and the document that comes of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from plates.platemaps.mappings import ColumnKind
from plates.platemaps.table_heads import TableHead

KINDS: Final = tuple(kind.value for kind in ColumnKind)
KEYED: Final = frozenset({"term", "quantity", "readout", "text"})
NUMBERS: Final = frozenset({"quantity", "readout"})
NEIGHBOURS: Final = frozenset({"ontology id", "ontology", "unit", "number"})
_NUMBER: Final = re.compile("[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ColumnToEdit:
    """One column as the page shows it, each input by the name under which it comes back."""

    prefix: str
    number: int
    header: str
    examples: tuple[str, ...]
    kind: str
    becomes: str
    group: int
    unit: str
    of: str
    split: str
    nulls: str
    decimal: str
    ontology: str

    @property
    def speaks_of_another(self) -> bool:
        """Whether it is the unit or the ontology id of another column."""
        return self.kind in NEIGHBOURS

    @property
    def more(self) -> str:
        """What is said besides kind, key, group and unit, in a few words."""
        said = {
            "split at": self.split,
            "nothing is": self.nulls,
            "decimals after": self.decimal,
            "ids of": self.ontology,
        }
        return ", ".join(f"{what} {value}" for what, value in said.items() if value)


@dataclass(frozen=True, slots=True)
class TableToEdit:
    """One table of the import as the page shows it."""

    number: int
    name: str
    remarks: tuple[str, ...]
    is_ignored: bool
    plate: str
    columns: tuple[ColumnToEdit, ...]


def tables_to_edit(
    document: Mapping[str, Any], heads: Sequence[TableHead]
) -> tuple[TableToEdit, ...]:
    """The tables of a mapping with examples of their cells."""
    tables = document.get("tables") or []
    return tuple(
        table_to_edit(number, head, tables[number] if number < len(tables) else {})
        for number, head in enumerate(heads)
    )


def table_to_edit(number: int, head: TableHead, told: Mapping[str, Any]) -> TableToEdit:
    """One table, its columns in the order of the file."""
    by_number = dict(placed(told, head))
    return TableToEdit(
        number=number,
        name=head.name,
        remarks=head.remarks,
        is_ignored=bool(told.get("ignored")),
        plate=str(told.get("plate", "")),
        columns=tuple(
            column_to_edit(number, place, head, by_number.get(place, {}))
            for place in range(len(head.columns))
        ),
    )


def placed(told: Mapping[str, Any], head: TableHead) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The columns of a table's document with the number of each, from 0."""
    for column in told.get("columns") or []:
        name = column.get("column", "")
        if "number" in column:
            yield int(column["number"]) - 1, column
        elif name in head.columns:
            yield head.columns.index(name), column


def column_to_edit(
    table: int, place: int, head: TableHead, told: Mapping[str, Any]
) -> ColumnToEdit:
    """One column with what the mapping says of it."""
    return ColumnToEdit(
        prefix=f"c{table}-{place}",
        number=place,
        header=head.columns[place],
        examples=head.examples[place] if place < len(head.examples) else (),
        kind=str(told.get("kind", ColumnKind.IGNORED.value)),
        becomes=str(told.get("becomes", "")),
        group=int(told.get("group", 0)),
        unit=str(told.get("unit", "")),
        of=neighbour_shown(told.get("of"), head),
        split=str(told.get("split", "")),
        nulls=", ".join(told.get("nulls") or []),
        decimal=str(told.get("decimal", "")),
        ontology=str(told.get("ontology", "")),
    )


def neighbour_shown(of: object, head: TableHead) -> str:
    """The column that another speaks of, as the page names it: its number from 1 and its header."""
    if isinstance(of, Mapping):
        return f"{of.get('number')}: {of.get('name', '')}"
    if isinstance(of, str) and of in head.columns:
        return f"{head.columns.index(of) + 1}: {of}"
    return ""


def edited_document(
    document: Mapping[str, Any], heads: Sequence[TableHead], posted: Mapping[str, str]
) -> dict[str, Any]:
    """The mapping's document with what a person typed; whether it fits is for others to say."""
    edited = deepcopy(dict(document))
    edited["tables"] = [table_told(number, head, posted) for number, head in enumerate(heads)]
    for name in ("format", "plate"):
        if name in posted:
            edited[name] = posted[name].strip()
    if not edited.get("plate"):
        edited.pop("plate", None)
    return edited


def table_told(number: int, head: TableHead, posted: Mapping[str, str]) -> dict[str, Any]:
    """One table as its inputs say."""
    told: dict[str, Any] = {"name": head.name}
    if plate := posted.get(f"t{number}-plate", "").strip():
        told["plate"] = plate
    if posted.get(f"t{number}-ignored"):
        return told | {"ignored": True}
    return told | {
        "columns": [column_told(number, place, head, posted) for place in range(len(head.columns))]
    }


def column_told(
    table: int, place: int, head: TableHead, posted: Mapping[str, str]
) -> dict[str, Any]:
    """One column as its inputs say; what its kind has no use for is left out."""
    prefix = f"c{table}-{place}"

    def typed(name: str) -> str:
        return posted.get(f"{prefix}-{name}", "").strip()

    kind = typed("kind") or ColumnKind.IGNORED.value
    told: dict[str, Any] = {"column": head.columns[place], "number": place + 1, "kind": kind}
    if kind in KEYED:
        # As the header stands: a key that nobody named is still found under it.
        told["becomes"] = typed("becomes") or head.columns[place]
    if kind in KEYED | NEIGHBOURS and (group := number_of(typed("group"))):
        told["group"] = group
    said = {
        "unit": typed("unit") if kind == ColumnKind.QUANTITY.value else "",
        "of": neighbour_told(typed("of"), head) if kind in NEIGHBOURS else None,
        "split": typed("split") if kind == ColumnKind.TERM.value else "",
        "nulls": [word.strip() for word in typed("nulls").split(",") if word.strip()],
        "decimal": typed("decimal") if kind in NUMBERS else "",
        "ontology": typed("ontology"),
    }
    return told | {name: value for name, value in said.items() if value}


def number_of(text: str) -> int:
    """The number that was typed; 0 for what is none."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def neighbour_told(text: str, head: TableHead) -> dict[str, object] | None:
    """The column that was chosen, with its number; None where none was."""
    number = number_of(text.partition(":")[0].strip())
    if not 1 <= number <= len(head.columns):
        return None
    return {"name": head.columns[number - 1], "number": number}
