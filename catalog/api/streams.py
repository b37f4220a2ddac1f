"""Answers that are sent as they are made: begun before the first byte, broken off where they fail."""

import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Final

from django.http import HttpRequest

GZIP: Final = "gzip"
_REFUSED: Final = re.compile(r"q *= *0(\.0*)?")
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_FAST: Final = 1
"""Packs twice as fast as the usual level, and nearly as small."""


class Begun:
    """Chunks of which the first is there: what is refused is refused before anything is sent.

    An answer is given this itself, so that it lets go of it even if nobody takes the first chunk.
    What fails later is raised while the answer is sent. The server then breaks the connection off
    without the chunk that ends an answer, so that no client takes the part for the whole.
    """

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        """Make the first chunk that holds anything."""
        self.chunks = chunks
        self.first = b""
        try:
            while not self.first:
                self.first = next(chunks)
        except StopIteration:
            pass

    def __iter__(self) -> Iterator[bytes]:
        """All chunks, once."""
        try:
            yield self.first
            self.first = b""
            yield from self.chunks
        finally:
            self.close()

    def close(self) -> None:
        """Let go of what the chunks are made from; called by Django when the answer is over."""
        self.chunks.close()


def packed(chunks: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
    """Chunks compressed with gzip, each sent on as it is packed."""
    packer = zlib.compressobj(_FAST, zlib.DEFLATED, _GZIP_WINDOW)
    with closing(chunks):
        for chunk in filter(None, chunks):
            yield packer.compress(chunk) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def accepts_gzip(request: HttpRequest) -> bool:
    """Whether who asks takes an answer that is packed. RFC 9110, section 12.5.3."""
    for one in request.headers.get("Accept-Encoding", "").split(","):
        name, _, weight = one.partition(";")
        if name.strip().lower() == GZIP:
            return not _REFUSED.fullmatch(weight.strip())
    return False
