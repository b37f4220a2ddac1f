"""The rule about Zarr that is no OME-Zarr."""

from collections.abc import Iterator
from typing import Final

import msgspec

from plates.omezarr.findings import Fault
from plates.omezarr.rules.rule import ERROR, RuleBook

roots: Final = RuleBook["RootSeen"]()


class RootSeen(msgspec.Struct, frozen=True):
    """The root of a store; `remark` says what it is where it is no OME-Zarr."""

    remark: str = ""


# Whoever asks whether this is valid OME-Zarr has to be told that it is none.
@roots.rule("OME-ABSENT", section="", levels={"0.1": ERROR})
def root_speaks_of_ome(seen: RootSeen) -> Iterator[Fault]:
    """The root of a store says that it is a plate, an image or a collection of images."""
    if seen.remark:
        yield Fault("", f"This is Zarr, but no OME-Zarr. {seen.remark}", "OME-Zarr metadata")
