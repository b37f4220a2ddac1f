"""The cells of annotation of some wells, column by column."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from django.db import connection
from numpy.typing import NDArray

from catalog.queries.table_columns import KeyColumn
from plates.models import Readout
from plates.platemaps.exported_cells import joined
from plates.platemaps.keys import KeyKind
from plates.platemaps.told_cells import CellColumn, Cells
from plates.queries.said import array_text
from plates.queries.told_cells import Spots, terms_told, text_columns, texts_told, treatment_keys

_TERMS: Final = """
    SELECT serial, text, number, unit FROM plates_term WHERE serial = ANY(%s::integer[])
"""
_MOST_TERMS: Final = 20_000
"""Terms that are remembered from batch to batch."""

Column: TypeAlias = pa.Array


class _Told(NamedTuple):
    """What a term says."""

    text: str
    number: float | None
    unit: str


class AnnotationCells:
    """Makes the columns of annotation of wells, batch after batch; memory is bounded."""

    def __init__(self, columns: Sequence[KeyColumn]) -> None:
        self.columns = columns
        keys = {column.key for column in columns if column.kind in _WITH_TERMS}
        # Treatments are told apart by all that belongs to them, whichever keys are shown.
        self.keys = sorted(keys.union(treatment_keys()) if keys else keys)
        texts = [column.key for column in columns if column.kind is KeyKind.TEXT]
        self.text_columns = text_columns(texts) if texts else {}
        self.readouts = [column.key for column in columns if column.kind is KeyKind.READOUT]
        self.terms: dict[int, _Told] = {}

    def of(self, spots: Spots) -> list[Column]:
        """A column for each of ours, with a cell for each well."""
        cells = terms_told(spots, self.keys) if self.keys else {}
        self.learn(cells)
        texts = texts_told(spots, self.text_columns) if self.text_columns else {}
        readouts = readouts_told(spots, self.readouts) if self.readouts else {}
        length = len(spots.carriers)
        return [self.column(column, length, cells, texts, readouts) for column in self.columns]

    def column(
        self,
        column: KeyColumn,
        length: int,
        cells: Mapping[CellColumn, Cells],
        texts: Mapping[int, Mapping[int, Sequence[str]]],
        readouts: Mapping[int, NDArray[np.float64]],
    ) -> Column:
        """The cells of one column."""
        if column.kind is KeyKind.READOUT:
            return numbers_of(readouts[column.key])
        if column.kind is KeyKind.TEXT:
            by_subject = texts.get(column.key, {})
            shown = {subject: joined(told) for subject, told in by_subject.items()}
            return text_of([shown.get(subject) for subject in range(length)])
        there = cells.get(CellColumn(self.keys.index(column.key), column.turn))
        if there is None:
            return (
                numbers_of(np.full(length, np.nan))
                if column.is_number
                else text_of([None] * length)
            )
        if column.unit is not None:
            return self.numbers(there, column.unit, length)
        return self.texts(there, length)

    def learn(self, cells: Mapping[CellColumn, Cells]) -> None:
        """Look up the terms that are not known yet; one statement."""
        if len(self.terms) > _MOST_TERMS:
            self.terms.clear()
        used = [np.unique(there.terms) for there in cells.values()]
        serials = np.unique(np.concatenate(used)).tolist() if used else []
        with connection.cursor() as cursor:
            cursor.execute(_TERMS, [array_text([one for one in serials if one not in self.terms])])
            self.terms |= {serial: _Told(*told) for serial, *told in cursor.fetchall()}

    def texts(self, cells: Cells, length: int) -> Column:
        """The values as they were written; several in one cell are a line each."""
        is_first = np.append(True, np.diff(cells.subjects) > 0)
        terms = np.full(length, -1, dtype=np.int64)
        terms[cells.subjects[is_first]] = cells.terms[is_first]
        encoded = pa.array(terms, mask=terms < 0).dictionary_encode()
        values = [self.terms[serial].text for serial in encoded.dictionary.to_pylist()]
        # A value alone is a cell as well: a line break within it is told from that between two.
        values = [joined([value]) for value in values]
        if is_first.all():
            return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(values, pa.string()))
        return self.with_several(cells, encoded.indices.to_pylist(), values)

    def with_several(self, cells: Cells, codes: list[int | None], values: list[str]) -> Column:
        """The column whose cells with several values are written anew."""
        starts = np.flatnonzero(np.append(True, np.diff(cells.subjects) > 0)).tolist()
        numbers: dict[str, int] = {}
        for start, end in zip(starts, [*starts[1:], len(cells.subjects)], strict=True):
            if end - start > 1:
                told = joined([self.terms[one].text for one in cells.terms[start:end].tolist()])
                codes[int(cells.subjects[start])] = numbers.setdefault(
                    told, len(values) + len(numbers)
                )
        values = [*values, *numbers]
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, pa.int32()), pa.array(values, pa.string())
        )

    def numbers(self, cells: Cells, unit: str, length: int) -> Column:
        """The first number in a unit of each well."""
        serials, which = np.unique(cells.terms, return_inverse=True)
        told = [self.terms[serial] for serial in serials.tolist()]
        by_serial = [
            np.nan if one.number is None or one.unit != unit else one.number for one in told
        ]
        numbers = np.array(by_serial)[which]
        found = np.full(length, np.nan)
        # Backwards, so that of several in a well the first stands.
        there = np.flatnonzero(~np.isnan(numbers))[::-1]
        found[cells.subjects[there]] = numbers[there]
        return numbers_of(found)


_WITH_TERMS: Final = frozenset({KeyKind.TERM, KeyKind.QUANTITY})


def readouts_told(spots: Spots, keys: Sequence[int]) -> dict[int, NDArray[np.float64]]:
    """The numbers of some wells by key, NaN for none; one statement."""
    length = len(spots.carriers)
    found = {key: np.full(length, np.nan) for key in keys}
    carriers = np.array(spots.carriers)
    positions = np.array(spots.positions)
    edges = np.flatnonzero(np.append(True, np.diff(carriers) != 0)).tolist()
    place = {
        int(carriers[start]): (start, end)
        for start, end in zip(edges, [*edges[1:], length], strict=True)
    }
    rows = Readout.objects.filter(key__in=keys, carrier__in=list(place)).order_by()
    for key, carrier, numbers in rows.values_list("key_id", "carrier_id", "numbers"):
        start, end = place[carrier]
        told = np.full(max(len(numbers), int(positions[start:end].max()) + 1), np.nan)
        told[: len(numbers)] = np.array(numbers, dtype=np.float64)
        found[key][start:end] = told[positions[start:end]]
    return found


def numbers_of(numbers: NDArray[np.float64]) -> Column:
    """A column of numbers; NaN is an empty cell."""
    return pa.array(numbers, pa.float64(), from_pandas=True)


def text_of(texts: Sequence[str | None]) -> Column:
    """A column of text."""
    return pa.array(texts, pa.string()).dictionary_encode()
