"""What is counted for a facet, by the number that its rows carry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyFacet:
    """A facet of a key of annotation: so many terms, the most frequent first."""

    number: int
    key: int
    most: int
    is_treatment: bool = False


@dataclass(frozen=True, slots=True)
class LayoutFacet:
    """A facet of images: which layouts have the n-th value; one layout may have several."""

    number: int
    values: tuple[int, ...]
    layouts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoreFacet:
    """A facet of stores: the SQL of a value of the store `s`, and what is joined for it."""

    number: int
    value: str
    joined: str = ""


@dataclass(frozen=True, slots=True)
class ScopeFacet:
    """How many subjects each scope has."""

    number: int


@dataclass(frozen=True, slots=True)
class PlateFacet:
    """Names of plates, the most frequent first."""

    number: int
    most: int


Facet = KeyFacet | LayoutFacet | StoreFacet | ScopeFacet | PlateFacet
