"""What the checklist has to know of a dataset."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Some:
    """How many things something is wrong with, and what the first of them are called."""

    number: int = 0
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A dataset, as far as its fitness for publication depends on it."""

    slug: str
    title: str
    summary: str
    licence: str
    organisms: tuple[str, ...]
    people: int
    reachable: int
    """People with an e-mail address or an ORCID."""
    stores: int
    """Those that were read and are there."""
    wells: int
    annotated: int
    """Wells of which a plate map says anything."""
    bare: Some
    """Plates with wells that no plate map speaks of."""
    unsound: Some
    """Stores that are invalid or unreadable."""
    lacking: Some
    """Stores that are incomplete, arriving, or lack chunks."""
    undrawn: Some
    """Stores with images whose present content was not drawn."""
    proposals: Some
    """Moves and copies that wait for a decision."""
