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
    """What stands behind a term in the JSON of a value, around the number of the row."""

    table: int
    before: str
    behind: str


Columns: TypeAlias = tuple[int, tuple[int, ...]]
"""The columns that say something in a row, and the plate map that they are of."""
Place: TypeAlias = tuple[str, int]
"""What stands before a value, and the number of the value in its rows."""


class AnnotationJson:
    """What plate maps say of some wells or images.

    A page of a hundred wells tells thousands of values, most of them again and again, by the same
    columns: of each only the number of its row is told anew, and the order of keys is found once.
    """

    def __init__(self, said: Said) -> None:
        self._said = said
        self._rows: dict[Spot, list[SaidRow]] = defaultdict(list)
        for row in said.rows:
            self._rows[row.carrier, row.position].append(row)
        self._terms: dict[int, str] = {}
        self._behind: dict[int, dict[int, Behind]] = defaultdict(dict)
        self._order: dict[tuple[Columns, ...], list[Place]] = {}

    def at(self, spot: Spot) -> msgspec.Raw:
        """The annotation of one, by key."""
        rows = self._rows.get(spot, [])
        told = [value for row in rows for value in self.values(row)]
        if not told:
            return msgspec.Raw(b"{}")
        text = "".join([before + told[number] for before, number in self.order(rows)])
        return msgspec.Raw(f"{{{text}]}}".encode())

    def order(self, rows: Sequence[SaidRow]) -> list[Place]:
        """The values of some rows by key, in the order of keys."""
        columns = tuple((row.plate_map, (*row.columns, *row.text_columns)) for row in rows)
        if columns not in self._order:
            self._order[columns] = self.ordered(columns)
        return self._order[columns]

    def ordered(self, columns: Sequence[Columns]) -> list[Place]:
        """The same, found anew."""
        keys = [self._said.columns[of][number][0] for of, numbers in columns for number in numbers]
        found: list[Place] = []
        for number in sorted(range(len(keys)), key=keys.__getitem__):
            if found and keys[number] == keys[found[-1][1]]:
                found.append((",", number))
            else:
                found.append((f"{'],' if found else ''}{quoted(keys[number])}:[", number))
        return found

    def values(self, row: SaidRow) -> list[str]:
        """What a row says: its terms, then what is kept as text."""
        terms, columns = self._terms, self._behind[row.plate_map]
        numbers = [str(number) for number in row.rows]
        told = []
        # Not by functions: they alone would be a third of the work.
        for column, term in zip(row.columns, row.terms, strict=True):
            if term not in terms:
                terms[term] = begin_of(self._said.terms[term])
            if column not in columns:
                columns[column] = behind_of(self._said, row, column)
            table, before, behind = columns[column]
            number = numbers[table] if table < len(numbers) else "0"
            told.append(terms[term] + before + number + behind)
        for column, text in zip(row.text_columns, row.texts, strict=True):
            table, before, behind = behind_of(self._said, row, column)
            told.append(f"{begin_of((text, None, '', ''))}{before}{row.row_in(table)}{behind}")
        return told


NOTHING_SAID: Final = AnnotationJson(Said([], {}, {}))


def annotation_at(spots: Sequence[Spot]) -> dict[str, object]:
    """What shapes need to tell the annotation of some wells or images: three statements."""
    return {"annotation": AnnotationJson(said_at(spots))}


@lru_cache(maxsize=10_000)
def begin_of(term: TermTold) -> str:
    """The JSON of a value of a term, as far as it is the same whatever says so."""
    return msgspec.json.encode(term_told(term)).decode()[:-1] + ","


def behind_of(said: Said, row: SaidRow, column: int) -> Behind:
    """What stands behind any term that a column of a row's import says."""
    of: Column = said.columns[row.plate_map][column]
    _, value = annotated(of, _NOTHING, _NOWHERE)
    told = msgspec.json.encode(place_told(value)).decode()[1:]
    before, _, behind = told.partition(f"{_ROW}0")
    return Behind(of[2], before + _ROW, behind)


@lru_cache(maxsize=1_000)
def quoted(key: str) -> str:
    """A key's name as JSON."""
    return msgspec.json.encode(key).decode()
