"""What the cells of a row say, by the mapping of their columns."""

from collections.abc import Sequence
from typing import NamedTuple

from plates.platemaps.long_rows import CellProblem
from plates.platemaps.mappings import Mapping
from plates.platemaps.values import Value


class CellReading(NamedTuple):
    """What a row of one table says; indices are those of the mapping's columns."""

    values: tuple[tuple[int, Value], ...]
    """Of columns of kind TERM and QUANTITY; their ontology ids and units are within."""
    texts: tuple[tuple[int, str], ...]
    """Of columns of kind READOUT (a number as Python reads it, where it is one) and TEXT."""
    problems: tuple[CellProblem, ...]


class CellReader:
    """Reads rows of one table of a mapping; keeps, for each column, what its last cells meant.

    A column of kind CURIE, ONTOLOGY or UNIT has to lie in the table of the column it speaks of.
    """

    def __init__(self, mapping: Mapping, table: int) -> None:
        raise NotImplementedError

    def read(self, cells: Sequence[str]) -> CellReading:
        """What the cells of a row say; a short row is read as far as it goes."""
        raise NotImplementedError


def with_control_words(mapping: Mapping) -> Mapping:
    """The mapping, where each column of controls also keeps its own words.

    Beside a column that becomes `control_type` stands a second one of the same place that becomes
    `control_as_written`: it has a value where the vocabulary changed the word.
    """
    raise NotImplementedError
