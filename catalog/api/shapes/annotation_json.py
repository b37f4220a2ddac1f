"""The annotation of wells and images as JSON, most of which is put together once for a page."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import msgspec

from catalog.api.shapes.annotation import place_told, term_told
from plates.queries.annotation import Column, Said, SaidRow, Spot, TermTold, annotated, said_at

# A quotation mark within a text is escaped, so that this stands nowhere else in a value.
_ROW: Final = '"row":'
_NOWHERE: Final = SaidRow(0, 0, 0, 0, [], [], [], [], [])
"""A row whose number is 0 in every table."""
_NOTHING: Final[TermTold] = ("", None, "", "")


class Behind(NamedTuple):
    """What stands behind a term in the JSON of a value of a key, around a number of its row."""

    key: str
    table: int
    before: str
    behind: str


Columns: TypeAlias = tuple[int, int, tuple[int, ...], tuple[int, ...]]
"""What says something in a row: its plate map, how many numbers it has, its columns of terms and texts."""


class Form(NamedTuple):
    """The JSON of wells whose rows have the same columns, with room for what differs.

    `parts` stand one after the other; each second one of these is written anew: for each value, in
    the order of keys, its term, and then a number of its row. `values` and `numbers` tell which of
    all terms, and of all numbers, of the rows these are.
    """

    parts: list[str]
    values: list[int]
    numbers: list[int]


class AnnotationJson:
    """What plate maps say of some wells or images.

    A page of a hundred wells tells thousands of values, by the same columns and most of them again
    and again: what is the same of all is put together once.
    """

    def __init__(self, said: Said) -> None:
        self._said = said
        self._rows: dict[Spot, list[SaidRow]] = defaultdict(list)
        for row in said.rows:
            self._rows[row.carrier, row.position].append(row)
        self._terms = {serial: begin_of(told) for serial, told in said.terms.items()}
        self._forms: dict[tuple[Columns, ...], Form] = {}

    def at(self, spot: Spot) -> msgspec.Raw:
        """The annotation of one, by key."""
        begun = self._terms
        columns: list[Columns] = []
        told: list[str] = []
        numbers: list[str] = []
        for row in self._rows.get(spot, ()):
            columns.append(columns_of(row))
            told += [begun[term] for term in row.terms]
            told += [begin_of((text, None, "", "")) for text in row.texts]
            numbers += map(str, (*row.rows, 0))
        form = self.form(tuple(columns))
        parts = form.parts.copy()
        parts[1::4] = [told[number] for number in form.values]
        parts[3::4] = [numbers[number] for number in form.numbers]
        return msgspec.Raw("".join(parts).encode())

    def form(self, columns: tuple[Columns, ...]) -> Form:
        """The JSON of wells whose rows have these columns."""
        if columns not in self._forms:
            self._forms[columns] = self.form_of(columns)
        return self._forms[columns]

    def form_of(self, columns: Sequence[Columns]) -> Form:
        """The same, found anew."""
        behind: list[Behind] = []
        numbers: list[int] = []
        first = 0
        for plate_map, count, of_terms, of_texts in columns:
            for number in (*of_terms, *of_texts):
                behind.append(behind_of(self._said.columns[plate_map][number]))
                # The last number is 0, of those that have no row in a table.
                numbers.append(first + min(behind[-1].table, count))
            first += count + 1
        order = sorted(range(len(behind)), key=lambda number: behind[number].key)
        parts, key, open_ = [""], None, "{"
        for one in (behind[number] for number in order):
            parts[-1] += "," if one.key == key else f"{open_}{quoted(one.key)}:["
            parts += ["", one.before, "", one.behind]
            key, open_ = one.key, "],"
        parts[-1] += "]}" if order else "{}"
        return Form(parts, order, [numbers[number] for number in order])


NOTHING_SAID: Final = AnnotationJson(Said([], {}, {}))


def annotation_at(spots: Sequence[Spot]) -> dict[str, object]:
    """What shapes need to tell the annotation of some wells or images: three statements."""
    return {"annotation": AnnotationJson(said_at(spots))}


@lru_cache(maxsize=10_000)
def begin_of(term: TermTold) -> str:
    """The JSON of a value of a term, as far as it is the same whatever says so."""
    return msgspec.json.encode(term_told(term)).decode()[:-1] + ","


def columns_of(row: SaidRow) -> Columns:
    """What says something in a row."""
    return row.plate_map, len(row.rows), tuple(row.columns), tuple(row.text_columns)


@lru_cache(maxsize=10_000)
def behind_of(column: Column) -> Behind:
    """What stands behind any term that a column of an import says."""
    key, value = annotated(column, _NOTHING, _NOWHERE)
    told = msgspec.json.encode(place_told(value)).decode()[1:]
    before, _, behind = told.partition(f"{_ROW}0")
    return Behind(key, column[2], before + _ROW, behind)


@lru_cache(maxsize=1_000)
def quoted(key: str) -> str:
    """A key's name as JSON."""
    return msgspec.json.encode(key).decode()
