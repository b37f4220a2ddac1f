"""The pieces of a mapping's document: read without trusting their types, named as people do."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias, TypeVar

from plates.platemaps.errors import MappingRefused
from plates.platemaps.mappings import Place
from plates.platemaps.tables import Table

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Kind = TypeVar("Kind", bound=StrEnum)

MAX_TEXT = 4_096
MAX_ENTRIES = 200_000
_SHOWN = 12


class Reference(NamedTuple):
    """A name, and its number from 1 where the name alone is not enough; 0 without one."""

    name: str
    number: int


class Part:
    """An object of the document, and where in it that is."""

    def __init__(self, fields: dict[str, JsonValue], where: str) -> None:
        self._fields = fields
        self._where = where

    def allow(self, *names: str) -> None:
        """MappingRefused where the object has a field of another name."""
        for name in self._fields:
            if name not in names:
                raise self._refused(f'has "{name[:100]}", which is unknown: {", ".join(names)}')

    def has(self, name: str) -> bool:
        """Whether the field is there and says something."""
        return self._fields.get(name) not in (None, "")

    def names(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(self._fields)

    def text(self, name: str) -> str:
        """A text, empty where it is left out."""
        value = self._fields.get(name)
        if value is None:
            return ""
        return self._checked(value, name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where it is left out."""
        return tuple(self._checked(value, name) for value in self._list(name))

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number, `otherwise` where it is left out."""
        value = self._fields.get(name)
        if value is None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._refused(f"has a `{name}` that is no whole number")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self._fields.get(name, False)
        if not isinstance(value, bool):
            raise self._refused(f"has `{name}` neither true nor false")
        return value

    def one_of(self, kinds: type[Kind], name: str) -> Kind:
        """A word of a vocabulary."""
        word = self.text(name)
        try:
            return kinds(word)
        except ValueError:
            words = ", ".join(kind.value for kind in kinds)
            raise self._refused(
                f'has the {name} "{word[:100]}", which is none of {words}'
            ) from None

    def part(self, name: str) -> "Part":
        """An object within this one, empty where it is left out."""
        return _part(self._fields.get(name) or {}, f"`{name}` of the mapping")

    def parts(self, name: str) -> list["Part"]:
        """A list of objects, empty where it is left out."""
        return [
            _part(value, f"Number {number} of `{name}`")
            for number, value in enumerate(self._list(name), 1)
        ]

    def column(self) -> Reference:
        """The column that this object is about."""
        return Reference(self.text("column"), self.number("number"))

    def reference(self, name: str) -> Reference:
        """A column or table that it speaks of: a text, or an object with `name` and `number`."""
        value = self._fields.get(name)
        if isinstance(value, dict):
            part = _part(value, f"`{name}` of {self._where}")
            part.allow("name", "number")
            return Reference(part.text("name"), part.number("number"))
        return Reference(self.text(name), 0)

    def _list(self, name: str) -> list[JsonValue]:
        value = self._fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._refused(f"has a `{name}` that is no list")
        if len(value) > MAX_ENTRIES:
            raise self._refused(f"has more than {MAX_ENTRIES:,} entries in `{name}`")
        return value

    def _checked(self, value: JsonValue, name: str) -> str:
        if not isinstance(value, str):
            raise self._refused(f"has something else than text in `{name[:100]}`")
        if len(value) > MAX_TEXT:
            raise self._refused(f"has a text of more than {MAX_TEXT:,} letters in `{name[:100]}`")
        return value

    def _refused(self, complaint: str) -> MappingRefused:
        return MappingRefused(f"{self._where} {complaint}.")


def part_of(document: JsonValue) -> Part:
    """The whole document; MappingRefused where it is no object, or holds what no text has."""
    _refuse_what_no_text_has(document)
    return _part(document, "The mapping")


def _refuse_what_no_text_has(document: JsonValue) -> None:
    """JSON may spell a NUL and half of a surrogate pair; no database keeps either.

    All of it is looked at, also what nobody reads: the document is kept as it came.
    """
    waiting: list[JsonValue] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and not _is_text(value):
            shown = value[:100].encode("ascii", "backslashreplace").decode().replace("\0", "\\0")
            raise MappingRefused(
                f'The mapping has "{shown}", which holds a character that no text has: take it out.'
            )


def _is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _part(value: JsonValue, where: str) -> Part:
    if not isinstance(value, dict):
        raise MappingRefused(f"{where} is no JSON object.")
    if len(value) > MAX_ENTRIES:
        raise MappingRefused(f"{where} has more than {MAX_ENTRIES:,} entries.")
    return Part(value, where)


class Names:
    """Tables and columns by the names that people see, with a number where those repeat."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables
        self._table_names = [table.name for table in tables]
        self._headers = [table.columns for table in tables]
        self._table_counts = Counter(self._table_names)
        self._header_counts = [Counter(headers) for headers in self._headers]

    def places(self, table: int) -> list[Place]:
        """All columns of a table."""
        return [Place(table, column) for column in range(len(self._headers[table]))]

    def table(self, number: int) -> JsonValue:
        """How a join names a table."""
        name = self._table_names[number]
        return name if self._table_counts[name] == 1 else {"name": name, "number": number + 1}

    def column(self, place: Place) -> JsonValue:
        """How a column or join names another column of its table."""
        header = self._headers[place.table][place.column]
        return header if self._is_enough(place) else {"name": header, "number": place.column + 1}

    def header(self, place: Place) -> dict[str, JsonValue]:
        """How a column names itself."""
        header: dict[str, JsonValue] = {"column": self._headers[place.table][place.column]}
        return header if self._is_enough(place) else header | {"number": place.column + 1}

    def _is_enough(self, place: Place) -> bool:
        header = self._headers[place.table][place.column]
        return bool(header) and self._header_counts[place.table][header] == 1

    def in_order(self, names: Sequence[str]) -> list[int]:
        """The numbers of the tables that a document lists, those of one name in their order.

        MappingRefused where it lists one too much, or too few.
        """
        waiting: dict[str, list[int]] = {}
        for number, name in enumerate(self._table_names):
            waiting.setdefault(name, []).append(number)
        numbers = []
        for name in names:
            if not waiting.get(name):
                raise MappingRefused(
                    f'The mapping is for a table "{name[:100]}", which is not among '
                    f"{self._listed()}."
                )
            numbers.append(waiting[name].pop(0))
        if left := [number for rest in waiting.values() for number in rest]:
            raise MappingRefused(
                f"The mapping says nothing of {self._table_names[min(left)]}: list it among its "
                'tables, with `"ignored": true` to leave it out.'
            )
        return numbers

    def find_table(self, reference: Reference) -> int:
        """The number of the table that is meant, or MappingRefused."""
        name, number = reference
        numbers = [place for place, other in enumerate(self._table_names) if other == name]
        if number and number - 1 in numbers:
            return number - 1
        if number or len(numbers) != 1:
            raise MappingRefused(
                f'The mapping speaks of a table "{name[:100]}"{_numbered(number)}, and '
                + (f"{len(numbers)} have that name." if numbers else f"there is {self._listed()}.")
            )
        return numbers[0]

    def find(self, reference: Reference, table: int) -> Place:
        """The column of a table that is meant, or MappingRefused."""
        header, number = reference
        headers = self._headers[table]
        if number:
            if not 1 <= number <= len(headers) or headers[number - 1] != header:
                raise self._not_there(header, number, table)
            return Place(table, number - 1)
        count = self._header_counts[table][header]
        if count == 0:
            raise self._not_there(header, number, table)
        if count > 1:
            raise MappingRefused(
                f'{count} columns of {self._table_names[table]} are called "{header}": say which '
                "with a `number`, counted from 1."
            )
        return Place(table, headers.index(header))

    def sentence(self, place: Place) -> str:
        """A column within a sentence."""
        header = self._headers[place.table][place.column]
        return f'the column "{header}" of {self._table_names[place.table]}'

    def _not_there(self, header: str, number: int, table: int) -> MappingRefused:
        return MappingRefused(
            f'{self._table_names[table]} has no column "{header[:100]}"{_numbered(number)}: it has '
            f"{_first(self._headers[table])}."
        )

    def _listed(self) -> str:
        return _first(self._table_names)


def _numbered(number: int) -> str:
    return f" with the number {number}" if number else ""


def _first(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN]) or "none"
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
