"""The keys of annotation that are known, under one canonical name each, and how they are spelt."""

from dataclasses import dataclass
from enum import StrEnum


class KeyKind(StrEnum):
    """How the values of a key are kept and compared."""

    TERM = "term"
    """Words, compared as such."""
    QUANTITY = "quantity"
    """A number with a unit, of a treatment or condition; few of them."""
    READOUT = "readout"
    """A number measured in nearly every well, such as a score."""
    TEXT = "text"
    """Text that is unique to each well: shown, not indexed."""


class Family(StrEnum):
    """Keys that belong together: conditions on one family have to hold in one group."""

    NONE = ""
    TREATMENT = "treatment"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of annotation."""

    name: str
    """Canonical: `compound`, `cell_line`; of a column nobody knows its own header."""
    title: str
    """As people read it."""
    kind: KeyKind = KeyKind.TERM
    family: Family = Family.NONE
    dimensions: tuple[str, ...] = ()
    """Of a quantity: the dimensions that its values may have, by their names in quantities."""
    spellings: tuple[str, ...] = ()
    """Headers that mean it, besides its name and title; compared as spelling.folded has them."""
