"""The annotation of wells and images as JSON, most of which is put together once for a page."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from catalog.api.shapes.annotation import value_told
from plates.queries.annotation import Column, Said, SaidRow, Spot, TermTold, annotated, said_at

# A quotation mark within a text is escaped, so that this stands nowhere else in a value.
_ROW: Final = '"row":'
_NOWHERE: Final = SaidRow(0, 0, 0, 0, [], [], [], [], [])
"""A row whose number is 0 in every table."""


class Piece(NamedTuple):
    """A value as JSON, before and behind the number of the row that says it."""

    key: str
    table: int
    before: str
    behind: str


class AnnotationJson:
    """What plate maps say of some wells or images.

    A page of a hundred wells tells thousands of values, most of them again and again: of each only
    the number of its row is told anew.
    """

    def __init__(self, said: Said) -> None:
        pieces: dict[tuple[int, int, int], Piece] = {}
        self._told: dict[Spot, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in said.rows:
            by_key = self._told[row.carrier, row.position]
            plate_map, rows, told = row.plate_map, row.rows, len(row.rows)
            for column, term in zip(row.columns, row.terms, strict=True):
                known = plate_map, column, term
                if known not in pieces:
                    pieces[known] = piece_of(said, row, column, said.terms[term])
                key, table, before, behind = pieces[known]
                # Not by a function: that alone would be a third of the work.
                by_key[key].append(f"{before}{rows[table] if table < told else 0}{behind}")
            for column, text in zip(row.text_columns, row.texts, strict=True):
                key, table, before, behind = piece_of(said, row, column, (text, None, "", ""))
                by_key[key].append(f"{before}{row.row_in(table)}{behind}")

    def at(self, spot: Spot) -> msgspec.Raw:
        """The annotation of one, by key."""
        by_key = self._told.get(spot, {})
        told = ",".join(f"{quoted(key)}:[{','.join(by_key[key])}]" for key in sorted(by_key))
        return msgspec.Raw(f"{{{told}}}".encode())


NOTHING_SAID: Final = AnnotationJson(Said([], {}, {}))


def annotation_at(spots: Sequence[Spot]) -> dict[str, object]:
    """What shapes need to tell the annotation of some wells or images: three statements."""
    return {"annotation": AnnotationJson(said_at(spots))}


def piece_of(said: Said, row: SaidRow, column: int, told: TermTold) -> Piece:
    """What a column of a row's import says, whatever the row."""
    of: Column = said.columns[row.plate_map][column]
    key, value = annotated(of, told, _NOWHERE)
    before, _, behind = msgspec.json.encode(value_told(value)).decode().partition(f"{_ROW}0")
    return Piece(key, of[2], before + _ROW, behind)


@lru_cache(maxsize=1_000)
def quoted(key: str) -> str:
    """A key's name as JSON."""
    return msgspec.json.encode(key).decode()
