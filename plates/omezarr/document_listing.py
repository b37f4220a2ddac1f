"""Signs of whole stores by listing: no document is opened, and chunks are left out where possible."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from obstore.store import S3Store

from plates.omezarr.addressing import RootUrl
from plates.omezarr.admission import admit
from plates.omezarr.document_listing_local import DocumentListing
from plates.omezarr.document_listing_s3 import KeyListing
from plates.omezarr.errors import ListingUnavailable, ReadCancelled, StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.signs import shared_place
from plates.omezarr.store import open_store
from plates.omezarr.told_documents import ToldDocuments
from plates.omezarr.transport_objects import s3_client

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

UNTOLD: Final = b""
"""In the place of a sign: the store cannot be listed, or not at a bearable price."""
StoreSign: TypeAlias = bytes | StoreError
"""What changes when any document of a store does, `UNTOLD`, or what kept it from being listed."""


class Listings:
    """The signs of stores, in the order of their addresses, and what they took.

    `requests` are lists of keys, 1,000 in each, or of the folders of a disk.
    """

    def __init__(self, signs: Sequence[StoreSign], requests: int) -> None:
        self.signs = signs
        self.requests = requests


def list_documents(
    urls: Sequence[str], *, options: StoreOptions, stop: Callable[[], bool] | None = None
) -> Listings:
    """A sign of each store, by listing it; ReadCancelled when `stop` says yes."""
    asking = _Asking(urls, options, stop)
    return asking.go()


def can_be_listed(root: RootUrl) -> bool:
    """Whether the documents of a store can be listed at little cost: in a folder or in S3."""
    return not root.is_archive and (root.is_local or root.scheme == "s3")


class _Asking:
    def __init__(
        self, urls: Sequence[str], options: StoreOptions, stop: Callable[[], bool] | None
    ) -> None:
        self._roots = [RootUrl.parse(url) for url in urls]
        self._options = options
        self._stop = stop
        self._signs: list[StoreSign] = [UNTOLD] * len(urls)
        self._requests = 0
        self._clients: dict[str, S3Store] = {}

    def go(self) -> Listings:
        """List all of them, those in buckets many at once."""
        remote = []
        for number, root in enumerate(self._roots):
            if not can_be_listed(root):
                continue
            if root.is_local:
                self._signs[number] = self._on_disk(root)
            else:
                remote.append(number)
        if remote:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._in_buckets(remote))
        return Listings(self._signs, self._requests)

    def _on_disk(self, root: RootUrl) -> StoreSign:
        listing = DocumentListing(root)
        told = ToldDocuments()
        try:
            # Refused where a guard says so, as every reading is.
            open_store(root, self._options)
            for one in listing.objects(""):
                told.add(one)
                self._look_up()
        except StoreError as error:
            return error
        finally:
            self._requests += listing.folders
        return (told.sign or UNTOLD) if listing.is_whole else UNTOLD

    async def _in_buckets(self, numbers: Sequence[int]) -> None:
        waiting = iter(numbers)

        async def work() -> None:
            for number in waiting:
                self._signs[number] = await self._in_bucket(self._roots[number])

        await asyncio.gather(*(work() for _ in range(self._options.concurrency)))

    async def _in_bucket(self, root: RootUrl) -> StoreSign:
        listing: KeyListing | None = None
        told = ToldDocuments()
        try:
            # Refused where a guard says so, as every reading is.
            admit(root, self._options)
            whole, prefix = shared_place(root, self._options)
            if whole.shown not in self._clients:
                self._clients[whole.shown] = s3_client(whole, self._options)
            listing = KeyListing(self._clients[whole.shown], root, prefix)
            async for page in listing.objects():
                for one in page:
                    told.add(one)
                self._look_up()
        except ListingUnavailable:
            return UNTOLD
        except StoreError as error:
            return error
        finally:
            self._requests += listing.pages if listing else 0
        return told.sign or UNTOLD

    def _look_up(self) -> None:
        if self._stop is not None and self._stop():
            raise ReadCancelled("Listing the documents was stopped.")
