"""The rule about pixels: chunks can be decoded to what their array says. Only a few are looked at."""

from collections.abc import Iterator
from typing import Final

import msgspec

from plates.omezarr.findings import Fault
from plates.omezarr.rules.rule import ERROR, RuleBook

chunks: Final = RuleBook["ChunkSeen"]()


class ChunkSeen(msgspec.Struct, frozen=True, gc=False):
    """A sampled chunk that is not as it should be, and why, in a sentence."""

    message: str
    expected: str = ""
    found: str = ""


# Zarr 2 and 3: a chunk is its array's part of that shape, encoded by the codecs in their order; it
# is stored whole at the edges too. An absent chunk is legal and reads as the fill value.
@chunks.rule("ZARR-CHUNK-DATA", section="", levels={"0.1": ERROR})
def chunk_can_be_decoded(seen: ChunkSeen) -> Iterator[Fault]:
    """A chunk can be decoded, and holds as many bytes as its array says."""
    yield Fault("", seen.message, seen.expected, seen.found)
