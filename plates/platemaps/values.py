"""What a cell says once it is understood."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a key, as it stands in the table and as it can be compared."""

    text: str
    """As people wrote it; never empty."""
    curie: str = ""
    """The ontology id that the table gives for it, `NCBITaxon:9606`; empty without one."""
    number: float | None = None
    """Of a quantity, in the unit beside it; None where it could not be read as one."""
    unit: str = ""
    """The base unit of the quantity's dimension, such as `mol/L`, `g/L`, `s` or `K`."""
