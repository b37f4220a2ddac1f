"""What becomes of each row of a plate map."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


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

MEANINGS: Final[Mapping[RowVerdict, str]] = {
    RowVerdict.MATCHED: "found, and all cells could be read",
    RowVerdict.UNREADABLE_VALUE: "found, but a cell that should hold a number is kept as text",
    RowVerdict.NO_SUCH_REAGENT: "found, but what it names is in no table of reagents",
    RowVerdict.NO_SUCH_PLATE: "the plate is not here",
    RowVerdict.AMBIGUOUS_PLATE: "several plates could be meant",
    RowVerdict.NO_SUCH_WELL: "the plate has no such well",
    RowVerdict.UNREADABLE_WELL: "the text names no well, or there is none",
    RowVerdict.NO_SUCH_IMAGE: "there is no such image",
    RowVerdict.AMBIGUOUS_IMAGE: "several images could be meant",
    RowVerdict.DUPLICATE: "another row says the same of the same well",
    RowVerdict.NO_MAP: "the plate's map is not among the files",
    RowVerdict.RAGGED: "more or fewer cells than the header has columns",
    RowVerdict.EMPTY: "nothing to say of its well",
}
"""What each verdict tells a person, in a few words."""


def fate_of(verdict: RowVerdict) -> str:
    """What happens to the rows of a verdict when the plate map is applied, in a few words."""
    if verdict in PLACED:
        return "applied"
    return "waits for it" if verdict is RowVerdict.NO_SUCH_PLATE else "left out"
