"""Where the stores of a source are: found by listing, by an inventory, or by a list of addresses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, Protocol

from catalog.models import Source
from catalog.services.grounds import Runs
from catalog.services.inventory_files import InventoryFiles
from catalog.services.patterns import patterns_of
from catalog.words import Discovery
from plates.omezarr.addressing import RootUrl
from plates.omezarr.discover import StoreSearch, search_stores
from plates.omezarr.errors import NothingFound, ReadCancelled
from plates.omezarr.fetching import fetched, folder_and_name
from plates.omezarr.inventories import Inventory
from plates.omezarr.listed_stores import stores_in
from plates.omezarr.options import StoreOptions
from plates.omezarr.patterns import Patterns
from plates.omezarr.told_documents import ToldDocuments
from plates.omezarr.url_list_text import MAX_BYTES
from plates.omezarr.url_lists import read_url_list
from plates.states import Strength

BATCH: Final = 50
MOST_LISTS: Final = 1_000


class Watching(Protocol):
    """Who is told how far the work is, and says whether to go on."""

    def progress(self, done: int, total: int) -> None:
        """Take note of how far the work is."""

    def is_lost(self) -> bool:
        """Whether the work is to be given up."""


@dataclass(slots=True)
class Sighting:
    """What a look at a source has shown, whole when it is over."""

    kept: ExitStack
    """Until it is closed, fetched files are there."""
    unread: tuple[str, ...] = ()
    complete: bool = True
    passes: bool = False
    """Whether a later look may show more, as the storage failed for some folders."""
    covers: Callable[[str], bool] = lambda _: True
    """Whether a store at an address would have been found."""
    inventory: Inventory | None = None
    """What the stores were found in; it can be gone through again while `kept` is open."""
    inventoried: Mapping[str, bytes] = field(default_factory=dict)
    """By URL, what an inventory tells of the documents of a store, if it tells enough."""


def find_in(
    source: Source, options: StoreOptions, watching: Watching, sighting: Sighting
) -> Iterator[Sequence[str]]:
    """The addresses of the stores of a source, in batches as they are found.

    Raises a StoreError if the source, or the file that lists it, cannot be read.
    """
    patterns = patterns_of(source)
    if source.discovery == Discovery.LIST.value:
        return _in_list(source, patterns, options, watching, sighting)
    if source.discovery == Discovery.INVENTORY.value:
        return _in_inventory(source, patterns, options, watching, sighting)
    return _by_listing(source, patterns, options, watching, sighting)


def _by_listing(
    source: Source,
    patterns: Patterns,
    options: StoreOptions,
    watching: Watching,
    sighting: Sighting,
) -> Iterator[Sequence[str]]:
    search = search_stores(
        source.url,
        options=options,
        patterns=patterns,
        progress=watching.progress,
        stop=watching.is_lost,
    )
    try:
        for batch in search:
            yield [store.url for store in batch]
    except NothingFound as nothing:
        # An empty source is nothing that went wrong.
        sighting.unread = (str(nothing),)
    _note(source, search, patterns, sighting)


def _note(source: Source, search: StoreSearch, patterns: Patterns, sighting: Sighting) -> None:
    hidden = tuple(f"{folder.rstrip('/')}/" for folder in search.hidden)
    sighting.unread = (*sighting.unread, *search.unread)
    sighting.complete = search.complete
    sighting.passes = search.passes
    sighting.covers = lambda url: (
        below(source.url, url)
        and not f"{url}/".startswith(hidden)
        and _is_named(url, source.url, patterns)
    )


def _is_named(url: str, root: str, patterns: Patterns) -> bool:
    """Whether patterns take in an address below a root, or a hierarchy that it lies in."""
    path = url.removeprefix(root.rstrip("/")).strip("/")
    parts = path.split("/")
    above = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
    included = not path or any(patterns.includes(one) for one in above)
    return included and not patterns.excludes(path)


def below(root: str, url: str) -> bool:
    """Whether an address is another or lies below it."""
    return f"{url}/".startswith(f"{root.rstrip('/')}/")


def _in_list(
    source: Source,
    patterns: Patterns,
    options: StoreOptions,
    watching: Watching,
    sighting: Sighting,
) -> Iterator[Sequence[str]]:
    """The addresses in a list, and in the lists that it names."""
    waiting, seen = [source.list_url], {source.list_url}
    urls: dict[str, None] = {}
    problems: list[str] = []
    for number in range(MOST_LISTS):
        if not waiting:
            break
        url = waiting.pop(0)
        watching.progress(number, number + 1 + len(waiting))
        with fetched(url, options=options, at_most=MAX_BYTES, stop=watching.is_lost) as file:
            listed = read_url_list(file.read(), name=url, base=folder_and_name(url)[0].shown)
        problems += [f"{url}, row {one.row}: {one.sentence}" for one in listed.problems]
        sighting.complete = sighting.complete and listed.complete
        urls |= dict.fromkeys(entry.url for entry in listed.entries)
        fresh = [entry.url for entry in listed.lists if entry.url not in seen]
        seen.update(fresh)
        waiting += fresh
    sighting.complete = sighting.complete and not waiting
    sighting.covers = lambda url: _is_wanted(url, source.url, patterns)
    sighting.unread = tuple(problems[:MOST_LISTS])
    yield from _batches([url for url in urls if _is_wanted(url, source.url, patterns)])


def _in_inventory(
    source: Source,
    patterns: Patterns,
    options: StoreOptions,
    watching: Watching,
    sighting: Sighting,
) -> Iterator[Sequence[str]]:
    """The stores among the objects of an inventory, and what it tells of their documents."""
    files = sighting.kept.enter_context(InventoryFiles(source.list_url, options, watching.is_lost))
    inventory = sighting.inventory = files.inventory(source)
    found = stores_in(inventory)
    sighting.complete = found.complete and not inventory.problem_count
    sighting.covers = lambda url: below(source.url, url) and _is_wanted(url, source.url, patterns)
    sighting.unread = tuple(f"row {one.row}: {one.sentence}" for one in inventory.problems)
    root = RootUrl.parse(source.url)
    urls = {
        path: root.child(path)
        for path in found.paths
        if patterns.includes(path) and not patterns.excludes(path)
    }
    if source.strength == Strength.INVENTORY.value:
        sighting.inventoried = _signs_by(inventory, urls, watching)
    yield from _batches(list(urls.values()))


def _signs_by(
    inventory: Inventory, urls: Mapping[str, str], watching: Watching
) -> dict[str, bytes]:
    """The signs of the stores at some paths, by their URLs, where the inventory tells enough."""
    told = {path: ToldDocuments() for path in urls}
    for path, run in Runs(urls).of(inventory):
        if watching.is_lost():
            raise ReadCancelled("Looking through the inventory was stopped.")
        for one in run:
            told[path].add(one)
    signs = {urls[path]: documents.sign for path, documents in told.items()}
    return {url: sign for url, sign in signs.items() if sign is not None}


def _is_wanted(url: str, root: str, patterns: Patterns) -> bool:
    """Whether patterns take in an address of a list; they speak of what lies below the root."""
    below = f"{root.rstrip('/')}/"
    path = url.removeprefix(below) if url.startswith(below) else url.rpartition("://")[2]
    return patterns.includes(path) and not patterns.excludes(path)


def _batches(urls: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(urls), BATCH):
        yield urls[start : start + BATCH]
