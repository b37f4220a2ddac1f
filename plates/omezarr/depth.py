"""How far down a store is read."""

from enum import IntEnum


class Depth(IntEnum):
    """How far down a store is read; each depth holds those before it."""

    PLATE = 1
    WELLS = 2
    FIELDS = 3
    ARRAYS = 4
    LABELS = 5
    SAMPLE = 6

    @property
    def word(self) -> str:
        """The depth as people say it."""
        return self.name.lower()
