from dataclasses import dataclass, field
from typing import Final

from plates.services.looks import Comparison


@dataclass(slots=True)
class Tally:
    """What a scan found, as its job tells it."""

    strength: str = ""
    """By what the source wants its stores to be compared."""
    stores: int = 0
    new: int = 0
    changed: int = 0
    unchanged: dict[str, int] = field(default_factory=dict)
    """By what they are known to be unchanged."""
    due: int = 0
    """Read again without being asked for changes: never read, unreachable, or not for long."""
    away: int = 0
    """Known, and not to be looked at now."""
    counts: int = 0
    """Unchanged, but their chunks are to be counted."""
    vanished: int = 0
    withheld: int = 0
    """Not found, but too many at once to be believed."""
    moved: int = 0
    """Known stores that lie elsewhere now and keep their ids, by the rule of the source."""
    signs: int = 0
    """Documents that were asked for their signs."""
    listings: int = 0
    """Requests for listing stores: 1,000 keys each, or a folder of a disk."""
    weaker: int = 0
    """Compared by less than the strength of the source, as that could not tell."""
    counted: int = 0
    """Counted by the inventory."""
    whole: int = 0
    """Those of them of which all is there."""
    inventory: dict[str, object] = field(default_factory=dict)
    """What the stores were found in, if in an inventory: its form, objects and moment."""
    remarks: list[str] = field(default_factory=list)
    """What the evidence lacks, in sentences."""
    refused: list[dict[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    complete: bool = True

    def add(self, compared: Comparison) -> None:
        """Take in how some stores compare with what is known of them."""
        self.signs += compared.signs
        self.listings += compared.listings
        for by in compared.unchanged.values():
            self.unchanged[by.value] = self.unchanged.get(by.value, 0) + 1
        if compared.weaker and not self.weaker:
            self.remarks.append(WEAKER.format(self.strength, compared.weaker[0]))
        self.weaker += len(compared.weaker)


WEAKER: Final = (
    "Of some stores, the first of them {1}, the {0} tells too little for a change to show: they "
    "were compared by their consolidated metadata, or their roots. A listing has to end within "
    "1,000 requests or a million names; an inventory has to tell an ETag or a time of every "
    "document."
)
