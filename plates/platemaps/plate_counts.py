"""How the rows of a plate map and the wells of its plates meet, plate by plate."""

from collections.abc import Sequence
from dataclasses import dataclass

from plates.platemaps.plate_names import PlateMatch


@dataclass(slots=True)
class PlateCounts:
    """The rows that name a plate by one spelling."""

    match: PlateMatch
    rows: int = 0
    placed: int = 0


class PlateTally:
    """Counts rows by the spelling of their plate, and remembers which positions they fill."""

    def __init__(self) -> None:
        self._by_spelling: dict[str, PlateCounts] = {}
        self._filled: dict[int, bytearray] = {}

    def count(self, match: PlateMatch, spots: Sequence[tuple[int, int]]) -> None:
        """Take up a row: the plate that it names and where it is placed, nowhere perhaps."""
        counts = self._by_spelling.get(match.spelling)
        if counts is None:
            counts = self._by_spelling[match.spelling] = PlateCounts(match)
        counts.rows += 1
        counts.placed += bool(spots)
        self.fill(spots)

    def fill(self, spots: Sequence[tuple[int, int]]) -> None:
        """Remember that some row is about these positions, of plates or of images."""
        for carrier, position in spots:
            filled = self._filled.get(carrier)
            if filled is None:
                filled = self._filled[carrier] = bytearray()
            if position >= len(filled):
                filled.extend(bytes(position + 1 - len(filled)))
            filled[position] = 1

    def filled_in_all(self) -> int:
        """How many wells and images some row is about."""
        return sum(filled.count(1) for filled in self._filled.values())

    def counts(self) -> list[PlateCounts]:
        """All that was counted, in the order in which the plates were named."""
        return list(self._by_spelling.values())

    def filled(self, carrier: int) -> set[int]:
        """The positions of a carrier that some row is about."""
        return {
            position
            for position, is_filled in enumerate(self._filled.get(carrier, b""))
            if is_filled
        }
