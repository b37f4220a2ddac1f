"""What one cell means, together with the cells beside it that speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from plates.platemaps.controls import control_of
from plates.platemaps.errors import MappingRefused, QuantityUnreadable
from plates.platemaps.formats import Format
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.mappings import ColumnMapping
from plates.platemaps.ontologies import contradiction, curie_of, described
from plates.platemaps.quantities import read_quantity, unit_in
from plates.platemaps.units import Unit, unit_of
from plates.platemaps.values import Value

CONTROL = "control_type"
CONTROL_AS_WRITTEN = "control_as_written"
CONTROL_COMMENT = "control_comment"
_LONGEST_QUOTED = 60


class Meaning(NamedTuple):
    """What a cell says, and what is wrong with it, a sentence each."""

    values: tuple[Value, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Reads words, and the ontology ids that neighbours give for them."""

    column: ColumnMapping
    ids: tuple[ColumnMapping, ...] = ()
    """The first neighbours are ids; further ones name the ontologies that these are of."""

    def __call__(self, cell: str, neighbours: Sequence[str]) -> Meaning:
        """A value for each part of the cell, or for each id where a part has several.

        Where the cell is empty but an id stands beside it, the id is the value.
        """
        parts = parts_of(cell, self.column)
        if not self.ids:
            return Meaning(tuple(Value(part, self._described(part)) for part in parts))
        read = [self._ids(place, neighbours) for place in range(len(self.ids))]
        problems = [problem for _, wrong in read for problem in wrong]
        given = [curies for curies, _ in read if curies]
        if not parts:
            parts = tuple(curie for curies in given for curie in curies)
            given = [list(parts)] if parts else []
        values: dict[Value, None] = {}
        for place, part in enumerate(parts):
            for curie in self._curies(place, parts, given):
                values[Value(text=part, curie=curie)] = None
                problems += filter(None, [contradiction(self.column.becomes, part, curie)])
        problems += (_miscounted(parts, curies) for curies in given if not _fits(parts, curies))
        return Meaning(tuple(values), tuple(problems))

    def _ids(self, place: int, neighbours: Sequence[str]) -> tuple[list[str], list[str]]:
        """The ids of a neighbour as CURIEs, and what is wrong with it."""
        ontologies = neighbours[len(self.ids) :]
        ontology = ontologies[min(place, len(ontologies) - 1)] if ontologies else ""
        column = self.ids[place]
        curies, problems = [], []
        for text in _split_ids(neighbours[place], column.split or self.column.split):
            curie = curie_of(text, ontology=ontology or column.ontology or self.column.ontology)
            if curie:
                curies.append(curie)
            elif not is_null(text, column):
                problems.append(f"{quoted(text)} is no ontology id: write it as in NCBITaxon:9606.")
        return curies, problems

    def _curies(self, place: int, parts: Sequence[str], given: list[list[str]]) -> list[str]:
        """The ids of one part; that which it says itself, or none, where no neighbour has any."""
        found = [curies for curies in given if _fits(parts, curies)]
        if len(parts) == 1:
            own = [curie for curies in found for curie in curies]
        else:
            own = [curies[place] for curies in found]
        return own or [self._described(parts[place])]

    def _described(self, part: str) -> str:
        return described(self.column.becomes, part, ontology=self.column.ontology)


@dataclass(frozen=True, slots=True)
class Quantities:
    """Reads numbers with units; the unit may stand in the header or in a neighbour."""

    column: ColumnMapping
    units: tuple[ColumnMapping, ...] = ()
    """The neighbours."""
    dimensions: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dimensions", _dimensions(self.column))

    def __call__(self, cell: str, neighbours: Sequence[str]) -> Meaning:
        """A value for each part of the cell; without number where it could not be read as one."""
        beside = next(filter(None, map(_unless_null, neighbours, self.units)), "")
        unit = beside or self.column.unit
        values: dict[Value, None] = {}
        problems = []
        for part in parts_of(cell, self.column):
            try:
                value = self._read(part, unit, is_beside=bool(beside))
            except QuantityUnreadable as problem:
                problems.append(str(problem))
                value = Value(text=part)
            values[value] = None
        return Meaning(tuple(values), tuple(problems))

    def _read(self, part: str, unit: str, *, is_beside: bool) -> Value:
        own, other = unit_of(unit_in(part), self.dimensions), unit_of(unit, self.dimensions)
        if is_beside and own is not None and other is not None and not _agree(own, other):
            raise QuantityUnreadable(
                f"{quoted(part)} has a unit of its own, but beside it stands {quoted(unit)}: "
                "correct one of them."
            )
        return read_quantity(
            part, unit=unit, dimensions=self.dimensions, decimal=self.column.decimal
        )


@dataclass(frozen=True, slots=True)
class Controls:
    """Reads what a well is for; a neighbour may explain it."""

    column: ColumnMapping
    form: Format

    def __call__(self, cell: str, neighbours: Sequence[str]) -> Meaning:
        """The word of the vocabulary, or the cell's own where that is not known."""
        comment = next(filter(None, neighbours), "")
        values: dict[Value, None] = {}
        for part in parts_of(cell, self.column):
            control = control_of(part, comment=comment, form=self.form)
            values[Value(text=part if control is None else control.value)] = None
        return Meaning(tuple(values))


@dataclass(frozen=True, slots=True)
class ControlWords:
    """Reads the cell's own words for controls, where the vocabulary has others."""

    controls: Controls

    def __call__(self, cell: str, neighbours: Sequence[str]) -> Meaning:
        """The words that Controls replaces; none where it keeps them."""
        kept = {value.text for value in self.controls(cell, neighbours).values}
        parts = parts_of(cell, self.controls.column)
        return Meaning(tuple(Value(text=part) for part in parts if part not in kept))


Reading = Words | Quantities | Controls | ControlWords


def parts_of(cell: str, column: ColumnMapping) -> tuple[str, ...]:
    """The parts of a cell that say something, each once, in their order.

    Doubled backslashes of SMILES are single ones, as they are in the molecule's notation.
    """
    pieces = cell.split(column.split) if column.split else (cell,)
    if column.becomes == "smiles":
        pieces = [piece.replace("\\\\", "\\") for piece in pieces]
    said = [piece for piece in map(_cleaned, pieces) if piece and not is_null(piece, column)]
    return tuple(said if len(said) == 1 else dict.fromkeys(said))


def is_null(text: str, column: ColumnMapping) -> bool:
    """Whether a text says nothing in this column, whatever its case."""
    return bool(column.nulls) and text.casefold() in _folded(column.nulls)


def quoted(text: str) -> str:
    """A cell for a sentence, cut where it is long."""
    return repr(text if len(text) <= _LONGEST_QUOTED else f"{text[:_LONGEST_QUOTED]}...")


@lru_cache(maxsize=1024)
def _folded(nulls: tuple[str, ...]) -> frozenset[str]:
    return frozenset(null.casefold() for null in nulls)


def _cleaned(text: str) -> str:
    return text.replace("\x00", "").strip()


def _unless_null(text: str, column: ColumnMapping) -> str:
    return "" if is_null(text, column) else text


def _split_ids(cell: str, split: str) -> list[str]:
    for separator in filter(None, (split, "|", ";", ",")):
        if separator in cell:
            return [piece for piece in map(_cleaned, cell.split(separator)) if piece]
    return [cell] if cell else []


def _fits(parts: Sequence[str], curies: Sequence[str]) -> bool:
    return len(parts) in {1, len(curies)}


def _miscounted(parts: Sequence[str], curies: Sequence[str]) -> str:
    return (
        f"{len(parts)} values have {len(curies)} ontology ids: give as many ids as values, in the "
        "same order."
    )


def _agree(one: Unit, other: Unit) -> bool:
    return (one.expression, one.dimension) == (other.expression, other.dimension)


def _dimensions(column: ColumnMapping) -> tuple[str, ...]:
    """What a column's numbers may measure: what its key says, else what its unit does."""
    key = KEYS_BY_NAME.get(column.becomes)
    known = () if key is None else key.dimensions
    if not column.unit:
        return known
    unit = unit_of(column.unit, known)
    if unit is None:
        raise MappingRefused(
            f"Column {quoted(column.name)} is given the unit {quoted(column.unit)}, which is not "
            "known. Write it as in uM, mg/mL or h."
        )
    if known and unit.dimension.name not in known:
        raise MappingRefused(
            f"Column {quoted(column.name)} is given the unit {unit.symbol}, which measures "
            f"{unit.dimension.name}; {column.becomes} is {' or '.join(known)}."
        )
    return known or (unit.dimension.name,)
