"""Signs of documents: what a storage tells of them without giving them, so that a change shows."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.admission import admit
from plates.omezarr.errors import ReadCancelled, StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import Store, open_store
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

Sign: TypeAlias = str | StoreError | None
"""What changes when a document does; empty where that cannot be told, None where there is none."""
Document: TypeAlias = tuple[str, str]
"""The URL of a store and the path of a document in it."""
_SHARED: Final = frozenset({"s3", "http", "https"})
_SAFE_IN_PATH: Final = "/:@!$&'()*+,;=~-._"


def signs_of(
    documents: Sequence[Document],
    *,
    options: StoreOptions,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[Sign]:
    """The sign of each document, in order, one request each; ReadCancelled when `stop` says yes.

    What keeps a document from being looked at stands in its place.
    """
    asking = _Asking(documents, options, progress, stop)
    remote = [number for number in range(len(documents)) if not asking.ask_disk(number)]
    if remote:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(asking.ask_network(remote))
    return asking.signs


class _Asking:
    """Asks for many signs, those of one bucket or server over the same connections."""

    def __init__(
        self,
        documents: Sequence[Document],
        options: StoreOptions,
        progress: Callable[[int, int], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.signs: list[Sign] = [None] * len(documents)
        roots = {url: RootUrl.parse(url) for url in {url for url, _ in documents}}
        self._documents = [(roots[url], path) for url, path in documents]
        self._options = options
        self._progress = progress
        self._stop = stop
        self._done = 0
        self._stores: dict[str, Store] = {}
        self._on_disk: tuple[RootUrl, Store] | None = None

    def ask_disk(self, number: int) -> bool:
        """Look at a document if it lies on a disk; whether it does."""
        root, path = self._documents[number]
        if not root.is_local:
            return False
        try:
            store = self._opened(root)
            if not isinstance(store, LocalStore | LocalArchive):
                return False
            self.signs[number] = store.sign(path)
        except StoreError as error:
            self.signs[number] = error
        self._note()
        return True

    def _opened(self, root: RootUrl) -> Store:
        """The store at a folder, opened once for documents that follow each other."""
        if self._on_disk is None or self._on_disk[0] is not root:
            self._on_disk = (root, open_store(root, self._options))
        return self._on_disk[1]

    async def ask_network(self, numbers: Iterable[int]) -> None:
        """Look at documents on the network, so many at once as the options allow."""
        waiting = iter(numbers)

        async def work() -> None:
            for number in waiting:
                self.signs[number] = await self._sign(*self._documents[number])
                self._note()

        try:
            await asyncio.gather(*(work() for _ in range(self._options.concurrency)))
        finally:
            for store in self._stores.values():
                if not isinstance(store, LocalStore | LocalArchive):
                    await store.close()

    async def _sign(self, root: RootUrl, path: str) -> Sign:
        try:
            whole, below = shared_place(root, self._options)
            store = self._stores.get(whole.shown)
            if store is None:
                store = self._stores[whole.shown] = open_store(whole, self._options)
            if isinstance(store, LocalStore | LocalArchive):
                return store.sign(f"{below}{path}")
            return await store.sign(f"{below}{path}")
        except StoreError as error:
            return error

    def _note(self) -> None:
        self._done += 1
        if self._stop is not None and self._stop():
            raise ReadCancelled("Looking for changes was stopped.")
        if self._progress is not None:
            self._progress(self._done, len(self._documents))


def shared_place(root: RootUrl, options: StoreOptions) -> tuple[RootUrl, str]:
    """The bucket or server of a store and where it lies there; else the store itself.

    All of it is opened only where a guard admits all of it.
    """
    if root.scheme not in _SHARED or root.is_archive or root.query or root.userinfo:
        return root, ""
    path = root.path
    if root.scheme in WEB:
        path = unquote(root.path)
        if quote(path, safe=_SAFE_IN_PATH) != root.path:
            # Such as %2F, or bytes that are no UTF-8: another name where it is written again.
            return root, ""
    whole = RootUrl(root.scheme, root.place, "")
    try:
        admit(whole, options)
    except StoreError:
        return root, ""
    return whole, f"{path}/" if path else ""
