"""Which stores of the catalog lie where below the root of a storage."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote

from django.db.models import QuerySet

from catalog.errors import InventoryUnfit
from catalog.models import Dataset, Holding, Source
from plates.models import Location, Store
from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.objects import ListedObject


@dataclass(frozen=True, slots=True)
class Ground:
    """A root, and the stores that lie below it, by their path there."""

    root: RootUrl
    stores: Mapping[str, Store]


def ground_of_source(source: Source) -> Ground:
    """The stores of a source that were read, below its root."""
    root = RootUrl.parse(source.url)
    return Ground(root, stores_below(root, stores_by_url(Holding.objects.filter(source=source))))


def ground_of_dataset(dataset: Dataset) -> Ground:
    """The stores of a dataset that were read, below the folder that all of them lie in.

    InventoryUnfit if they do not lie in one storage.
    """
    stores = stores_by_url(Holding.objects.filter(dataset=dataset))
    roots = [RootUrl.parse(url) for url in stores]
    if len({(root.scheme, root.place) for root in roots}) != 1:
        raise InventoryUnfit(
            f"The stores of the dataset '{dataset.slug}' do not lie in one storage, or none of "
            "them was read. Name a source instead: an inventory is of one storage."
        )
    folder = posixpath.commonpath([posixpath.dirname(root.path) for root in roots])
    root = RootUrl(roots[0].scheme, roots[0].place, folder)
    return Ground(root, stores_below(root, stores))


def stores_by_url(holdings: QuerySet[Holding]) -> dict[str, Store]:
    """The stores of some holdings that were read and lie somewhere, each at its oldest address."""
    rows = Location.objects.filter(gone_at=None, store__in=holdings.values("store"))
    rows = rows.exclude(store__digest="").select_related("store").defer("store__bare_wells")
    oldest = {row.store.pk: row for row in rows.order_by("-id")}
    return {row.url: row.store for row in oldest.values()}


def stores_below(root: RootUrl, stores: Mapping[str, Store]) -> dict[str, Store]:
    """Those of some stores that lie below a root, by path; packed ones have no objects to count."""
    base = f"{root.shown.rstrip('/')}/"
    found = {}
    for url, store in stores.items():
        address = RootUrl.parse(url)
        if address.is_archive or not f"{address.shown}/".startswith(base):
            continue
        path = address.shown[len(base) :]
        found[unquote(path) if root.scheme in WEB else path] = store
    return found


class Runs:
    """The objects of a storage, in runs of those that lie in one store.

    Of stores that lie in each other the innermost has an object.
    """

    def __init__(self, stores: Iterable[str]) -> None:
        self._stores = frozenset(stores)
        self._outer = {
            above for path in self._stores for above in _above(path) if above in self._stores
        }

    def of(self, objects: Iterable[ListedObject]) -> Iterator[tuple[str, Iterator[ListedObject]]]:
        """The path of a store and objects of it, relative to it; again wherever it comes again."""
        last = ""

        def store_of(one: ListedObject) -> str | None:
            nonlocal last
            if last and last not in self._outer and one.path.startswith(f"{last}/"):
                return last
            found = next((above for above in _above(one.path) if above in self._stores), None)
            last = found or ""
            return found

        for path, run in groupby(objects, key=store_of):
            if path is not None:
                yield path, (_below(one, path) for one in run)


def _above(path: str) -> Iterator[str]:
    """The folders that a path lies in, the innermost first; the root is the empty path."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _below(one: ListedObject, folder: str) -> ListedObject:
    path = one.path[len(folder) + 1 :] if folder else one.path
    return ListedObject(path, one.size, one.changed_at, one.storage_class, one.etag)
