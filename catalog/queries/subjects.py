"""Wells and images by their places in the one order that there is."""

from collections.abc import Iterator
from typing import NamedTuple


class Subject(NamedTuple):
    """A well or an image: its place in the one order that there is."""

    scope: int
    carrier: int
    position: int


class Hits(NamedTuple):
    """The hits on one carrier."""

    scope: int
    carrier: int
    bits: str


def subjects_of(hits: Hits, *, backwards: bool = False) -> Iterator[Subject]:
    """The subjects of a carrier that were hit, by position."""
    scope, carrier, bits = hits
    following = bits.rfind if backwards else bits.find
    start, end = 0, len(bits)
    while (position := following("1", start, end)) >= 0:
        yield Subject(scope, carrier, position)
        start, end = (0, position) if backwards else (position + 1, end)
