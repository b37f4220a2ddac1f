"""The plate that benchmarks read: every document of it differs from every other."""

from collections.abc import Sequence
from pathlib import Path

from plates.addresses import PlateShape
from tests import stores

WELLS = 384
FIELDS = 9
LEVELS = 3


def bench_plate(folder: Path, *, wells: int = WELLS) -> Path:
    """A plate of 9 fields x 3 levels a well in a folder, of its first so many wells; OME-Zarr 0.5."""
    path = folder / f"plate-{wells}.zarr"
    if path.is_dir():
        return path
    return stores.plate(
        path,
        shape=WELLS,
        wells=_first(wells),
        fields=FIELDS,
        levels=LEVELS,
        channels=["DAPI", "GFP", "Cy5"],
        size=(2160, 2160),
        distinct=True,
    )


def documents_of(plate: Path) -> list[str]:
    """The paths of all documents of a plate, within it."""
    return sorted(str(path.relative_to(plate)) for path in plate.rglob("zarr.json"))


def _first(wells: int) -> Sequence[str]:
    grid = PlateShape.standard(WELLS)
    return [grid.address(position).label for position in range(wells)]
