"""The distinct values of each column of an import, so that most cells cost one look-up."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, TypeAlias

import msgspec

from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping
from plates.platemaps.values import Value

_MOST_REMEMBERED: Final = 250_000
_DIGEST_BYTES: Final = 16
_LONGEST_CURIE: Final = 255


@dataclass(slots=True, eq=False)
class KnownValue:
    """A value of a column that was met."""

    pair: tuple[int, Value]
    """The column and the value as it was read: the object by whose identity it is known."""
    column: int
    kept: Value
    """As its term keeps it."""
    digest: bytes
    """Of all that the term says, without its key; 16 bytes."""
    serial: str = ""
    """The number of its term, as it is written into rows; empty while it has none."""


def digest_of(value: Value) -> bytes:
    """What a value of a key is found by: 16 bytes of its text, ontology id, number and unit."""
    told = msgspec.json.encode((value.text, value.curie, value.number, value.unit))
    return blake2b(told, digest_size=_DIGEST_BYTES).digest()


def storable(value: Value, *, is_quantity: bool) -> Value:
    """A value as it can be kept: numbers and units of quantities alone, and none without end."""
    number = value.number if is_quantity else None
    if number is not None and not math.isfinite(number):
        number = None
    is_plain = number == value.number and (number is not None or not value.unit)
    if is_plain and "\0" not in value.text and len(value.curie) <= _LONGEST_CURIE:
        return value
    unit = value.unit if number is not None else ""
    text = value.text.replace("\0", "\ufffd")
    curie = value.curie if len(value.curie) <= _LONGEST_CURIE else ""
    return Value(text, curie.replace("\0", "\ufffd"), number, unit)


@dataclass(frozen=True, slots=True)
class RowShape:
    """The columns that a row has values in."""

    columns: tuple[int, ...]
    signature: bytes
    written: str
    """The columns as a Postgres array."""


Learn: TypeAlias = Callable[[KnownValue], None]


class KnownValues:
    """Remembers the values of columns; `learn` is told of each that is not remembered.

    Readers give the same pair of column and value for equal cells: its identity alone is looked up,
    which holds as long as the pair is kept here. Equal pairs are found by their text, more slowly.
    Bounded: a column with very many values is forgotten from time to time, and learnt again.
    """

    def __init__(self, columns: Sequence[ColumnMapping], learn: Learn) -> None:
        self._by_identity: dict[int, KnownValue] = {}
        self._by_text: tuple[dict[str, KnownValue], ...] = tuple({} for _ in columns)
        self._are_quantities = [column.kind is ColumnKind.QUANTITY for column in columns]
        self._learn = learn
        self._shapes: dict[tuple[int, ...], RowShape] = {}

    def of(self, row: LongRow) -> tuple[RowShape, list[KnownValue]]:
        """The columns of a row's values, and each value as it is known."""
        remembered = self._by_identity
        try:
            known = list(map(remembered.__getitem__, map(id, row.values)))
        except KeyError:
            known = [remembered.get(id(pair)) or self._met(pair) for pair in row.values]
        columns = tuple([one.column for one in known])
        return self._shapes.get(columns) or self._shape(columns), known

    def _met(self, pair: tuple[int, Value]) -> KnownValue:
        column, value = pair
        by_text = self._by_text[column]
        known = by_text.get(value.text)
        if known is not None:
            # The new pair takes the place of the old one: of both, only this is kept alive.
            del self._by_identity[id(known.pair)]
            if known.pair[1] == value:
                known.pair = pair
                self._by_identity[id(pair)] = known
                return known
        elif len(self._by_identity) >= _MOST_REMEMBERED:
            self._make_room()
        kept = storable(value, is_quantity=self._are_quantities[column])
        known = KnownValue(pair, column, kept, digest_of(kept))
        self._learn(known)
        self._by_identity[id(pair)] = by_text[value.text] = known
        return known

    def _make_room(self) -> None:
        largest = max(self._by_text, key=len)
        for known in largest.values():
            del self._by_identity[id(known.pair)]
        largest.clear()

    def _shape(self, columns: tuple[int, ...]) -> RowShape:
        if len(self._shapes) > _MOST_REMEMBERED // max(len(columns), 1):
            self._shapes.clear()
        written = f"{{{','.join(map(str, columns))}}}"
        shape = RowShape(columns, repr(columns).encode(), written)
        self._shapes[columns] = shape
        return shape


def said_by(row: LongRow, shape: RowShape, known: Sequence[KnownValue]) -> bytes:
    """All that a row says of its subject, as bytes: the same for equal rows and for no others."""
    said = [shape.signature, *[one.digest for one in known]]
    if row.texts:
        said.append(msgspec.json.encode(row.texts))
    return b"".join(said)
