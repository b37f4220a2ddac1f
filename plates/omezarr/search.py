"""A search for stores below a root: places are looked at ahead, and taken up in one order."""

import asyncio
import time
from collections import deque
from typing import Final

import msgspec

from plates.omezarr.addressing import MARKS, MAX_DEPTH, MAX_NAME, RootUrl, names_packed_store
from plates.omezarr.errors import FolderTooLarge, StoreError
from plates.omezarr.folders import FolderEntry, Folders, Identity
from plates.omezarr.looking import Looker, Seen, is_called_zarr
from plates.omezarr.marks import Mark
from plates.omezarr.patterns import Patterns
from plates.omezarr.plain_zarr import PlainZarr
from plates.omezarr.unseen import Unseen
from plates.states import StoreKind

MAX_FOLDERS: Final = 1_000_000
_AHEAD: Final = 2
"""So many looks for each request at once are begun before the first of them is taken up."""
_LAST_LOOKS_S: Final = 0.25
_CLOSED: Final = (".n5",)
"""Endings of folders that hold pixels in formats other than Zarr, in as many folders."""


class FoundStore(msgspec.Struct, frozen=True, order=True):
    """A store that a search came upon.

    `mark` is the document that it was known by, empty for an archive. `kind` is what that document
    says; UNKNOWN where it says nothing, ZARR for Zarr that holds no image.
    """

    url: str
    mark: str = ""
    kind: StoreKind = StoreKind.UNKNOWN


class Place(msgspec.Struct, frozen=True):
    """A folder that waits to be looked at; `inside` is the plain Zarr that it lies in."""

    path: str
    inside: PlainZarr | None = None

    @property
    def is_likely(self) -> bool:
        """Whether it is asked for Zarr's documents before, or instead of, being listed."""
        return not self.path or self.inside is not None or is_called_zarr(self.path)


class Search:
    """Finds the stores below a root.

    Places are taken depth first, as far ahead as requests may be under way, and taken up in that
    order whichever answer comes first: what is found, in which order, and what a bound leaves out
    is the same in each search with the same concurrency. Memory holds
    the folders that are known and not yet looked at, at most MAX_FOLDERS.
    """

    def __init__(self, root: RootUrl, folders: Folders, patterns: Patterns) -> None:
        self.root = root
        self.found: list[FoundStore] = []
        self.unseen = Unseen(root)
        self.looked = 0
        self._folders = folders
        self._looker = Looker(folders)
        self._patterns = patterns
        self._waiting = [Place("")]
        self._under_way: deque[tuple[Place, asyncio.Task[Seen]]] = deque()
        self._most_under_way = _AHEAD * folders.concurrency
        self._mark = MARKS[0]
        self._known: set[Identity] = set()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to look at."""
        return not self._under_way and not self._waiting

    @property
    def done(self) -> int:
        """How many folders were taken up."""
        return self.looked - len(self._under_way)

    @property
    def known(self) -> int:
        """How many folders are known of."""
        return self.looked + len(self._waiting)

    async def advance(self, *, most: int, until: float) -> None:
        """Go on until so many stores are found, a time of the clock has come, or all is seen."""
        self._begin()
        while self._under_way and len(self.found) < most:
            place, task = self._under_way[0]
            left = until - time.monotonic()
            if left > 0 and not task.done():
                await asyncio.wait([task], timeout=left)
            if left <= 0 or not task.done():
                return
            self._under_way.popleft()
            self._take(place, task.result())
            self._begin()

    def take_found(self, most: int) -> tuple[FoundStore, ...]:
        """So many of the found stores, which are forgotten here."""
        taken, self.found = tuple(self.found[:most]), self.found[most:]
        return taken

    async def close(self) -> None:
        """End what is under way, after a moment for answers that are about to come.

        obstore hands an answer to the event loop from a thread of its own; that of a request which
        was given up may come when the loop is closed, as an error that nobody can catch.
        """
        tasks = [task for _, task in self._under_way]
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_LOOKS_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._folders.close()

    def _begin(self) -> None:
        """Begin as many looks as may be under way."""
        while self._waiting and len(self._under_way) < self._most_under_way:
            place = self._waiting.pop()
            if place.inside is not None and place.inside.is_given_up:
                place.inside.give_up()
                self._leave(place.inside)
                continue
            self.looked += 1
            look = self._looker.look(place.path, self._mark, is_likely=place.is_likely)
            self._under_way.append((place, asyncio.create_task(look)))

    def _take(self, place: Place, seen: Seen) -> None:
        """Take up what a look found."""
        # Links may run in circles.
        if not self._was_seen(seen.identity):
            self._sort(place, seen)
        self._leave(place.inside)

    def _was_seen(self, identity: Identity | None) -> bool:
        """Whether a folder was taken up already, under another name."""
        if identity is None:
            return False
        known = identity in self._known
        self._known.add(identity)
        return known

    def _sort(self, place: Place, seen: Seen) -> None:
        if seen.error is not None:
            self._miss(place, seen.error)
        elif place.inside is not None:
            self._take_inside(place, place.inside, seen)
        elif seen.mark is not None and not seen.mark.may_hold_images:
            self._find(place.path, seen.mark)
        elif seen.mark is not None or is_called_zarr(place.path):
            plain = PlainZarr(place.path, seen.mark)
            self._descend(place, plain, seen.entries)
            self._leave(plain)
        else:
            self._descend(place, None, seen.entries)

    def _miss(self, place: Place, error: StoreError) -> None:
        if not place.path:
            raise error
        if place.inside is not None:
            place.inside.miss(error)
        hides = error.passing or isinstance(error, FolderTooLarge)
        self.unseen.add(place.path, str(error), is_incomplete=hides, passes=error.passing)

    def _take_inside(self, place: Place, plain: PlainZarr, seen: Seen) -> None:
        if seen.mark is not None and plain.is_image(seen.mark):
            plain.find()
            self._find(place.path, seen.mark, inside=plain)
            return
        plain.spend()
        if seen.mark is None or seen.mark.may_hold_images:
            self._descend(place, plain, seen.entries)

    def _leave(self, plain: PlainZarr | None) -> None:
        """One place fewer of a plain Zarr; at the last it is known what it holds."""
        if plain is None or not plain.leave():
            return
        if plain.was_cut:
            self.unseen.add(plain.path, plain.cut_sentence(self.root))
        mark = plain.bare_mark
        if mark is not None:
            self._find(plain.path, mark)

    def _find(self, path: str, mark: Mark, inside: PlainZarr | None = None) -> None:
        if mark.kind not in {StoreKind.UNKNOWN, StoreKind.ZARR}:
            self._mark = mark.name
        if self._is_wanted(path, inside):
            self.found.append(FoundStore(self.unseen.address(path), mark.name, mark.kind))

    def _is_wanted(self, path: str, inside: PlainZarr | None) -> bool:
        """Whether the patterns name a store, or the Zarr hierarchy that it lies in."""
        if not path or (inside is not None and not inside.path):
            return True
        named = inside is not None and self._patterns.includes(inside.path)
        return named or self._patterns.includes(path)

    def _descend(
        self, place: Place, plain: PlainZarr | None, entries: tuple[FolderEntry, ...]
    ) -> None:
        """Wait for the folders in a folder, and find the packed stores in it."""
        below: list[Place] = []
        for entry in entries:
            path = f"{place.path}/{entry.name}".lstrip("/")
            if not self._may_be_named(place.path, entry) or self._patterns.excludes(path):
                continue
            if not entry.is_folder:
                self._find_packed(path, entry.name, plain)
            elif self._may_hold_stores(path, entry.name, plain):
                below.append(Place(path, plain))
        room = MAX_FOLDERS - self.known
        if len(below) > room:
            self.unseen.cut(MAX_FOLDERS)
        below = below[:room]
        if plain is not None:
            plain.enter(len(below))
        # The last is looked at first.
        self._waiting += reversed(below)

    def _find_packed(self, path: str, name: str, plain: PlainZarr | None) -> None:
        lies_in_zarr = plain is not None and plain.mark is not None
        if names_packed_store(name) and not lies_in_zarr and self._patterns.includes(path):
            self.found.append(FoundStore(self.unseen.address(path)))

    def _may_hold_stores(self, path: str, name: str, plain: PlainZarr | None) -> bool:
        if name.lower().endswith(_CLOSED):
            return False
        if path.count("/") >= MAX_DEPTH:
            self.unseen.too_deep(path)
            return False
        return (
            self._patterns.may_include_below(path)
            or self._patterns.includes(path)
            or (plain is not None and self._is_wanted(path, plain))
        )

    def _may_be_named(self, path: str, entry: FolderEntry) -> bool:
        """Whether a name is text, and no longer than names may be; told if it is not."""
        name = entry.name
        is_text = name.isprintable() or name.encode("utf-8", "replace").decode() == name
        if is_text and len(name) <= MAX_NAME:
            return True
        if entry.is_folder:
            self.unseen.bad_name(path, name, is_text=is_text)
        return False
