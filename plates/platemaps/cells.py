"""What the cells of a row say, by the mapping of their columns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple

from plates.platemaps.cell_meanings import (
    CONTROL,
    CONTROL_AS_WRITTEN,
    CONTROL_COMMENT,
    Controls,
    ControlWords,
    Quantities,
    Reading,
    Words,
    is_null,
    quoted,
)
from plates.platemaps.exported_cells import Exported, parts_of
from plates.platemaps.formats import Format
from plates.platemaps.long_rows import CellProblem
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place
from plates.platemaps.numbers import number_of
from plates.platemaps.values import Value

KEPT_CELLS = 200_000
KEPT_CHARACTERS = 16_000_000
"""How many cells, and characters of them, all columns of a table together remember."""

_NEIGHBOURS = {
    ColumnKind.TERM: (ColumnKind.CURIE, ColumnKind.ONTOLOGY),
    ColumnKind.QUANTITY: (ColumnKind.UNIT,),
}
_EXPORTED = (ColumnKind.CURIE, ColumnKind.NUMBER, ColumnKind.UNIT)


class CellReading(NamedTuple):
    """What a row of one table says; indices are those of the mapping's columns."""

    values: tuple[tuple[int, Value], ...]
    """Of columns of kind TERM and QUANTITY; their ontology ids and units are within."""
    texts: tuple[tuple[int, str], ...]
    """Of columns of kind READOUT (a number as Python reads it, where it is one) and TEXT."""
    problems: tuple[CellProblem, ...]


_Values = tuple[tuple[int, Value], ...]


@dataclass(slots=True)
class _Memory:
    """How much the columns of a table remember together.

    It is one for all, so that a few columns of many different cells may use what others do not.
    """

    most_cells: int
    most_characters: int
    cells: int = 0
    characters: int = 0
    has_faults: bool = False

    def add(self, length: int) -> None:
        """Counts one more cell."""
        self.cells += 1
        self.characters += length

    @property
    def is_full(self) -> bool:
        """Whether it is time to forget."""
        return self.cells >= self.most_cells or self.characters >= self.most_characters


@dataclass(slots=True)
class _Column:
    """A column of words or quantities, the neighbours that speak of it, and what it remembers."""

    index: int
    place: Place
    reads: Reading | Exported
    neighbours: tuple[int, ...]
    memory: _Memory
    known: dict[str | tuple[str, ...], _Values] = field(default_factory=dict)
    faults: dict[str | tuple[str, ...], tuple[CellProblem, ...]] = field(default_factory=dict)

    def learn(self, cells: str | tuple[str, ...]) -> _Values:
        """What cells mean that were not seen, or were forgotten."""
        cell, *beside = (cells,) if isinstance(cells, str) else cells
        self.memory.add(len(cell) + sum(map(len, beside)))
        meaning = self.reads(cell, beside)
        found = tuple((self.index, value) for value in meaning.values)
        self.known[cells] = found
        if meaning.problems:
            self.memory.has_faults = True
            self.faults[cells] = tuple(CellProblem(self.place, p) for p in meaning.problems)
        return found


class CellReader:
    """Reads rows of one table of a mapping; remembers what the cells of each column meant.

    A column of kind CURIE, ONTOLOGY or UNIT has to lie in the table of the column it speaks of.
    MappingRefused where a column's unit is none that is known, or does not fit its key.
    """

    def __init__(
        self,
        mapping: Mapping,
        table: int,
        *,
        kept_cells: int = KEPT_CELLS,
        kept_characters: int = KEPT_CHARACTERS,
    ) -> None:
        here = [
            (index, column)
            for index, column in enumerate(mapping.columns)
            if column.place.table == table
        ]
        self._memory = _Memory(kept_cells, kept_characters)
        columns = [
            _Column(
                index=index,
                place=column.place,
                reads=_reading(column, mapping),
                neighbours=_neighbours(column, mapping),
                memory=self._memory,
            )
            for index, column in here
            if column.kind in _NEIGHBOURS
        ]
        self._alone = [(c.place.column, c.known, c) for c in columns if not c.neighbours]
        self._with_neighbours = [
            (itemgetter(c.place.column, *c.neighbours), c.known, c) for c in columns if c.neighbours
        ]
        self._columns = columns
        self._texts = _of_kind(here, ColumnKind.TEXT)
        self._readouts = _of_kind(here, ColumnKind.READOUT)
        self._exported: list[tuple[int, int, ColumnMapping]] = []
        if mapping.format is Format.PLATECAT:
            self._exported = sorted(self._texts + self._readouts)
            self._texts = self._readouts = []
        self._has_points = all(column.decimal != "," for _, _, column in self._readouts)
        self._width = 1 + max((column.place.column for _, column in here), default=-1)

    def read(self, cells: Sequence[str]) -> CellReading:
        """What the cells of a row say; a short row is read as far as it goes.

        Values come by column, those of columns that have neighbours last.
        """
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        if self._memory.is_full:
            self._forget()
        values: list[tuple[int, Value]] = []
        for place, known, column in self._alone:
            cell = cells[place]
            if cell:
                found = known.get(cell)
                values += column.learn(cell) if found is None else found
        for pick, known, column in self._with_neighbours:
            group = pick(cells)
            found = known.get(group)
            values += column.learn(group) if found is None else found
        problems = self._faults(cells)
        texts = self._read_texts(cells, problems)
        return CellReading(tuple(values), tuple(texts), tuple(problems))

    def _forget(self) -> None:
        """Empties the memory; between rows, since what is wrong with a row is asked at its end."""
        for column in self._columns:
            column.known.clear()
            column.faults.clear()
        self._memory.cells = self._memory.characters = 0
        self._memory.has_faults = False

    def _faults(self, cells: Sequence[str]) -> list[CellProblem]:
        """What is wrong with the cells just read; only columns that ever had a fault are asked."""
        problems: list[CellProblem] = []
        for column in self._columns if self._memory.has_faults else ():
            if column.faults:
                beside = [cells[place] for place in column.neighbours]
                cell = cells[column.place.column]
                problems += column.faults.get((cell, *beside) if beside else cell, ())
        return problems

    def _read_texts(
        self, cells: Sequence[str], problems: list[CellProblem]
    ) -> list[tuple[int, str]]:
        texts: list[tuple[int, str]] = []
        for index, place, _ in self._exported:
            texts += [(index, part) for part in parts_of(cells[place])]
        for index, place, column in self._texts:
            cell = cells[place]
            if cell and not (column.nulls and is_null(cell, column)):
                texts.append((index, cell.replace("\x00", "")))
        measured = [(index, cells[place]) for index, place, _ in self._readouts if cells[place]]
        if self._has_points and _are_plain_numbers(measured):
            return texts + measured
        for index, place, column in self._readouts:
            cell = cells[place]
            if cell:
                number = _plain_number(cell) if column.decimal != "," else ""
                if number:
                    texts.append((index, number))
                else:
                    texts += _unusual_readout(index, cell, column, problems)
        return texts


def with_control_words(mapping: Mapping) -> Mapping:
    """The mapping, where each column of controls also keeps its own words.

    Beside a column that becomes `control_type` stands a second one of the same place that becomes
    `control_as_written`: it has a value where the vocabulary changed the word. Our own exports have
    both in columns of their own.
    """
    if mapping.format is Format.PLATECAT:
        return mapping
    kept = {c.place for c in mapping.columns if c.becomes == CONTROL_AS_WRITTEN}
    missing = tuple(
        replace(column, becomes=CONTROL_AS_WRITTEN)
        for column in mapping.columns
        if column.kind is ColumnKind.TERM and column.becomes == CONTROL and column.place not in kept
    )
    return replace(mapping, columns=mapping.columns + missing) if missing else mapping


def _of_kind(
    columns: list[tuple[int, ColumnMapping]], kind: ColumnKind
) -> list[tuple[int, int, ColumnMapping]]:
    return [(index, c.place.column, c) for index, c in columns if c.kind is kind]


def _reading(column: ColumnMapping, mapping: Mapping) -> Reading | Exported:
    if mapping.format is Format.PLATECAT:
        beside = _beside(column, mapping)
        return Exported(tuple(neighbour.kind for neighbour in beside))
    if column.kind is ColumnKind.QUANTITY:
        return Quantities(column, _speaking(column, mapping, ColumnKind.UNIT))
    if column.becomes == CONTROL:
        return Controls(column, mapping.format)
    if _keeps_control_words(column, mapping):
        return ControlWords(Controls(column, mapping.format))
    return Words(column, _speaking(column, mapping, ColumnKind.CURIE))


def _neighbours(column: ColumnMapping, mapping: Mapping) -> tuple[int, ...]:
    """The columns, of the same table, whose cells are read together with this one's."""
    return tuple(other.place.column for other in _beside(column, mapping))


def _beside(column: ColumnMapping, mapping: Mapping) -> tuple[ColumnMapping, ...]:
    if mapping.format is Format.PLATECAT:
        return tuple(other for kind in _EXPORTED for other in _speaking(column, mapping, kind))
    if column.becomes == CONTROL or _keeps_control_words(column, mapping):
        return _explaining(column, mapping)
    kinds = _NEIGHBOURS[column.kind]
    return tuple(other for kind in kinds for other in _speaking(column, mapping, kind))


def _keeps_control_words(column: ColumnMapping, mapping: Mapping) -> bool:
    return column.becomes == CONTROL_AS_WRITTEN and any(
        other.place == column.place and other.becomes == CONTROL for other in mapping.columns
    )


def _explaining(column: ColumnMapping, mapping: Mapping) -> tuple[ColumnMapping, ...]:
    return tuple(
        other
        for other in mapping.columns
        if other.becomes == CONTROL_COMMENT
        and (other.place.table, other.group) == (column.place.table, column.group)
    )


def _speaking(
    column: ColumnMapping, mapping: Mapping, kind: ColumnKind
) -> tuple[ColumnMapping, ...]:
    return tuple(
        other
        for other in mapping.columns
        if other.kind is kind
        and other.of == column.place
        and other.place.table == column.place.table
    )


def _are_plain_numbers(measured: Sequence[tuple[int, str]]) -> bool:
    """Whether Python reads a finite number from each of the cells; asked of all of them at once."""
    try:
        total = sum([float(cell) for _, cell in measured])
    except ValueError:
        return False
    return math.isfinite(total) and not any("_" in cell for _, cell in measured)


def _plain_number(cell: str) -> str:
    """The cell, if Python reads a finite number from it; else nothing."""
    try:
        is_number = math.isfinite(float(cell))
    except ValueError:
        return ""
    return cell if is_number and "_" not in cell else ""


def _unusual_readout(
    index: int, cell: str, column: ColumnMapping, problems: list[CellProblem]
) -> list[tuple[int, str]]:
    """A readout with a decimal comma or thousands; one that is none is kept as it is."""
    if is_null(cell, column) or cell.casefold() == "nan":
        return []
    number = number_of(cell, column.decimal)
    if number is not None and math.isfinite(float(number)):
        return [(index, str(number))]
    problems.append(CellProblem(column.place, f"{quoted(cell)} is no number: it is kept as text."))
    return [(index, cell.replace("\x00", ""))]
