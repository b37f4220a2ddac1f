"""Where the bytes of a store are had: in a folder of this machine, on the web, or in an archive."""

from dataclasses import dataclass
from typing import TypeAlias

from catalog.errors import NotThere
from catalog.models import Holding
from catalog.services.locations import source_of
from catalog.services.opening import options_for
from plates.models import Location, Store
from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import open_store
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.web_urls import WebUrls

_ON_THE_WEB = frozenset({*WEB, "s3"})


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A store in a folder of this machine."""

    folder: LocalStore


@dataclass(frozen=True, slots=True)
class OnTheWeb:
    """A store that a web client is sent to."""

    urls: WebUrls


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A store that no web client can be sent to: packed in an archive, or behind another client."""

    root: RootUrl
    options: StoreOptions


BytePlace: TypeAlias = OnDisk | OnTheWeb | Elsewhere


def opened_at(store: Store) -> tuple[RootUrl, StoreOptions]:
    """The address where a store lies now, and how it is opened; NotThere if it lies nowhere."""
    rows = Location.objects.filter(store=store, gone_at=None).order_by("id")
    location = rows.first()
    if location is None:
        raise NotThere("The store lies nowhere any more.")
    holding = Holding.objects.select_related("source").get(store=store)
    source, guarded = source_of(location, holding)
    return RootUrl.parse(location.url), options_for(source, guarded=guarded)


def byte_place(store: Store) -> BytePlace:
    """Where the bytes of a store are had now.

    NotThere if it lies nowhere any more; StoreError if the operator does not allow its address,
    or no client can be made for it.
    """
    root, options = opened_at(store)
    if root.is_local:
        opened = open_store(root, options)
        return OnDisk(opened) if isinstance(opened, LocalStore) else Elsewhere(root, options)
    if root.scheme in _ON_THE_WEB and not root.is_archive:
        return OnTheWeb(WebUrls(root, options))
    return Elsewhere(root, options)
