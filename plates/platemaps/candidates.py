"""The plates and images that the rows of a plate map may be about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plates.addresses import PlateShape


@dataclass(frozen=True, slots=True)
class PlateCandidate:
    """A plate by everything that it is called."""

    serial: int
    id: str
    carrier: int
    shape: PlateShape
    name: str = ""
    barcode: str = ""
    stores: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    strays: Mapping[str, int] = field(default_factory=dict)
    """Positions of the wells whose names are no grid, by their labels."""

    @property
    def title(self) -> str:
        """The plate as a person calls it."""
        return self.name or self.barcode or (self.stores[0] if self.stores else self.id)


@dataclass(frozen=True, slots=True)
class ImageCandidate:
    """An image that stands alone."""

    id: str
    carrier: int
    position: int
    name: str = ""
    path: str = ""
    """In its store; empty for the store's root."""
    store: str = ""
