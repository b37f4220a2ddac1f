"""What tells a store from another whose documents are the same: the hashes of some of its chunks."""

import asyncio
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from plates.omezarr.addressing import RootUrl
from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.errors import StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.snapshots import Layout, StoreSnapshot
from plates.omezarr.store import open_store
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

MOST_CHUNKS: Final = 4
MOST_BYTES: Final = 4 * 1024**2
"""So much of a chunk is read; what lies behind it is not looked at."""
LONGEST_PATH: Final = 1_024

Fingerprint: TypeAlias = Mapping[str, str | None]
"""The SHA-256 of chunks by their path in the store; None for one that is absent.

An absent chunk is one of fill values and proves nothing.
"""


class Likeness(msgspec.Struct, frozen=True):
    """How many chunks of two stores could be compared, and how many of these are the same."""

    compared: int
    equal: int

    @property
    def proves(self) -> bool:
        """Whether the two hold the same pixels, as far as was looked."""
        return 0 < self.compared == self.equal

    @property
    def disproves(self) -> bool:
        """Whether nothing of the pixels is the same."""
        return self.compared > 0 == self.equal


def likeness(one: Fingerprint, other: Fingerprint) -> Likeness:
    """How far two stores are alike in the chunks that were seen of both."""
    pairs = [(one[path], other[path]) for path in one if path in other]
    seen = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
    return Likeness(len(seen), sum(mine == theirs for mine, theirs in seen))


def digest_of(chunks: Fingerprint) -> str:
    """The SHA-256 of a fingerprint, in hex; empty where no chunk was there."""
    if not any(chunks.values()):
        return ""
    return hashlib.sha256(msgspec.json.encode(chunks, order="sorted")).hexdigest()


def sample_of(snapshot: StoreSnapshot) -> tuple[str, ...]:
    """The paths of the few chunks that stand for the pixels of a store, the same for equal stores.

    They are of the smallest level of the first, the middle and the last image that is there: of
    each the chunk in its middle, then more of them.
    """
    images = _images(snapshot)
    if not images:
        return ()
    chosen = dict.fromkeys([0, len(images) // 2, len(images) - 1])
    grids = [_smallest(*images[place]) for place in chosen]
    paths = dict.fromkeys(_candidates([grid for grid in grids if grid is not None]))
    short = [path for path in paths if len(path) <= LONGEST_PATH]
    return tuple(short[:MOST_CHUNKS])


def _images(snapshot: StoreSnapshot) -> list[tuple[str, Layout]]:
    """The path and layout of all fields and images that are there."""
    wells = snapshot.plate.wells if snapshot.plate else ()
    fields = [(one.path, one.layout, one.present) for well in wells for one in well.fields]
    beside = [(one.path, one.layout, one.present) for one in snapshot.images]
    return [(path, layout) for path, layout, there in [*fields, *beside] if there and layout]


def _smallest(path: str, layout: Layout) -> tuple[str, ChunkGrid] | None:
    """The folder and grid of the smallest level of an image of which the grid is known."""
    levels = zip(layout.level_paths, layout.grids, strict=False)
    known = [(level, grid) for level, grid in levels if grid is not None and grid.declared]
    if not known:
        return None
    level, grid = known[-1]
    return f"{path}/{level}".strip("/"), grid


def _candidates(grids: Sequence[tuple[str, ChunkGrid]]) -> Iterator[str]:
    """Paths of chunks, the middle ones of each array first, then the first and the last ones."""
    for number in range(3):
        for folder, grid in grids:
            middle = [count // 2 for count in grid.counts]
            last = [count - 1 for count in grid.counts]
            index = (middle, [0] * len(middle), last)[number]
            yield f"{folder}/{grid.key(index)}".lstrip("/")


def fingerprint_of(url: str, paths: Sequence[str], *, options: StoreOptions) -> Fingerprint:
    """The hashes of some chunks of a store, at most 4 MiB of each read.

    A chunk that cannot be read is left out; no StoreError is raised.
    """
    if not paths:
        return {}
    try:
        store = open_store(RootUrl.parse(url), options)
    except StoreError:
        return {}
    if isinstance(store, LocalStore | LocalArchive):
        return _on_disk(store, paths)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_through_network(store, paths))


def _on_disk(store: LocalStore | LocalArchive, paths: Sequence[str]) -> Fingerprint:
    hashes: dict[str, str | None] = {}
    try:
        for path in paths:
            try:
                hashes[path] = _hash(store.piece(path, 0, MOST_BYTES))
            except StoreError:
                continue
    finally:
        store.close()
    return hashes


async def _through_network(store: RemoteStore, paths: Sequence[str]) -> Fingerprint:
    async def ask(path: str) -> tuple[bool, str | None]:
        try:
            return True, _hash(await store.piece(path, 0, MOST_BYTES))
        except StoreError:
            return False, None

    try:
        answers = await asyncio.gather(*(ask(path) for path in paths))
    finally:
        await store.close()
    pairs = zip(paths, answers, strict=True)
    return {path: found for path, (was_read, found) in pairs if was_read}


def _hash(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
