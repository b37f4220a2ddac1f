"""What becomes of each row of a plate map."""

from enum import StrEnum


class RowVerdict(StrEnum):
    """One word for each row; only rows that count as placed are applied."""

    MATCHED = "matched"
    """Its well or image was found, and all of its cells could be read."""
    UNREADABLE_VALUE = "unreadable_value"
    """Placed, but a cell that should hold a number or dose does not: it is kept as text."""
    NO_SUCH_PLATE = "no_such_plate"
    """No plate of the dataset has the name; the row waits for one that arrives."""
    AMBIGUOUS_PLATE = "ambiguous_plate"
    """Several plates of the dataset could be meant."""
    NO_SUCH_WELL = "no_such_well"
    """The plate has no such well."""
    UNREADABLE_WELL = "unreadable_well"
    """The text names no well, or there is none."""
    NO_SUCH_IMAGE = "no_such_image"
    AMBIGUOUS_IMAGE = "ambiguous_image"
    DUPLICATE = "duplicate"
    """Another row says the same of the same well."""
    NO_SUCH_REAGENT = "no_such_reagent"
    """Placed, but what it names is not in the table that it should be joined to."""
    NO_MAP = "no_map"
    """A plate whose plate map is not among the files."""
    RAGGED = "ragged"
    """More or fewer cells than the header has columns."""
    EMPTY = "empty"
    """Nothing to say of its well."""


PLACED = frozenset({RowVerdict.MATCHED, RowVerdict.UNREADABLE_VALUE, RowVerdict.NO_SUCH_REAGENT})
"""The verdicts of rows that are applied."""
