"""What tests of proposals share: a plate with pixels, copies of it, and what is proposed of them."""

import shutil
from pathlib import Path

from catalog.models import Proposal, Source
from catalog.words import Moves
from tests import stores
from tests.store_writer import consolidate


def one_plate(folder: Path) -> Path:
    """A folder of one plate that has pixels, `old.zarr`."""
    wells = ["A/1", "B/2", "C/3"]
    consolidate(stores.plate(folder / "old.zarr", wells=wells, chunks=True))
    return folder


def ruled(source: Source) -> None:
    """Let a source accept by itself what is proven."""
    Source.objects.filter(pk=source.pk).update(moves=Moves.ACCEPT.value)


def copy(folder: Path, name: str = "new.zarr", of: str = "old.zarr") -> Path:
    """A copy of a store, beside it."""
    return Path(shutil.copytree(folder / of, folder / name))


def change_a_chunk(store: Path) -> None:
    """Another pixel in the chunk of the middle field that is sampled."""
    for chunk in (store / "B" / "02" / "0" / "1" / "c").rglob("*"):
        if chunk.is_file():
            chunk.write_bytes(b"\x07" * chunk.stat().st_size)


def only() -> Proposal:
    """The one proposal that there is."""
    return Proposal.objects.get()
