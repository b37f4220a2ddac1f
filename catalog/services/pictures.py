"""Pictures for somebody who waits: those that were drawn before, else rendered here and now."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import msgspec
import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.errors import NotUnderstood, PictureRefused, PictureUnavailable
from catalog.services.locations import readable_places
from catalog.services.pictures_kept import kept_pictures
from catalog.services.previews import request_preview
from plates.models import Layout, Preview, Store
from plates.omezarr.errors import StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.snapshots import Layout as KnownLayout
from plates.pixels.composition import hatch
from plates.pixels.drawing import EDITION, THUMBNAIL, thumbnail_name
from plates.pixels.encoding import jpeg_of
from plates.pixels.errors import PixelsRefused
from plates.pixels.planes import Planes
from plates.pixels.views import Cut, cut_of, picture_of, read_view
from plates.pixels.wishes import View, ViewRefused
from plates.queries.layouts import layout_of
from plates.queries.previews import preview_of, shown_of

AT_ONCE: Final = 2
"""Pictures that one process renders at a time; each may hold a hundred megabytes or two."""
REQUESTS: Final = 16
"""Requests that are under way at once for one picture."""
REDRAWN_AFTER: Final = timedelta(minutes=10)
_turns: Final = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Pictured:
    """A field or image of a store that is to be seen: its path there, and how it is built."""

    store: Store
    path: str
    layout: Layout | None


@dataclass(frozen=True, slots=True)
class Sight:
    """A view of something, and all that decides what it shows."""

    of: Pictured
    view: View
    preview: Preview | None
    is_thumbnail: bool = False

    @property
    def digest(self) -> str:
        """Another one whenever the picture may be another; what its ETag is made of."""
        parts = (
            str(self.of.store.pk),
            self.of.store.digest,
            self.preview.mark if self.preview else "",
            self.of.path,
            str(self.of.layout.digest if self.of.layout else ""),
            msgspec.json.encode(self.view).decode(),
            f"{EDITION} {self.is_thumbnail}",
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def thumbnail_sight(of: Pictured) -> Sight:
    """A field or image as its thumbnail shows it."""
    return Sight(of, View(width=THUMBNAIL), preview_of(of.store), is_thumbnail=True)


def sight_of(of: Pictured, view: View) -> Sight:
    """A field or image as somebody wants to see it."""
    return Sight(of, view, preview_of(of.store))


def picture(*, sight: Sight) -> bytes:
    """A view as JPEG: from the disk, else rendered from the store.

    What is listed and not there is hatched. NotUnderstood for a view that the image has not,
    PictureRefused for what is not drawn, PictureUnavailable where the storage is away.
    """
    cache, of = kept_pictures(), sight.of
    if of.layout is None:
        return _hatched()
    if sight.is_thumbnail and sight.preview is not None:
        name = thumbnail_name(of.path)
        drawn = cache.packed(of.store.id.hex, sight.preview.mark, name)
        if drawn is not None:
            return drawn
    known = cache.view(sight.digest)
    if known is None:
        known = _rendered(sight, layout_of(of.layout))
        cache.keep_view(sight.digest, known)
    return known


def _hatched() -> bytes:
    plane = np.zeros((THUMBNAIL, THUMBNAIL, 3), dtype=np.uint8)
    every = np.ones((THUMBNAIL, THUMBNAIL), dtype=np.bool_)
    hatch(plane, every, every)
    return jpeg_of(plane)


def _rendered(sight: Sight, layout: KnownLayout) -> bytes:
    usual = shown_of(sight.preview)
    try:
        cut = cut_of(sight.view, layout, usual)
        with _turn():
            planes = _read(sight.of, cut)
            return jpeg_of(picture_of(planes, cut, sight.view, layout, usual))
    except ViewRefused as refused:
        raise NotUnderstood(refused.parameter, str(refused)) from refused
    except PixelsRefused as refused:
        raise PictureRefused(str(refused)) from refused


def _read(of: Pictured, cut: Cut) -> Planes:
    """The planes of a view, from the first place of the store that answers."""
    failure = PictureUnavailable("The store lies nowhere any more.")
    for url, options in readable_places(of.store, requests=REQUESTS):
        try:
            return read_view(
                url,
                of.path,
                cut,
                options=hurried(options),
                zarr_format=of.store.zarr_format,
                seconds=settings.VIEW_TIMEOUT_S,
            )
        except StoreError as error:
            failure = PictureUnavailable(str(error))
    raise failure


def hurried(options: StoreOptions) -> StoreOptions:
    """Options for somebody who waits: no request takes longer than a picture may, few are repeated."""
    most = settings.VIEW_TIMEOUT_S
    return replace(
        options,
        timeout_s=min(options.timeout_s, most),
        connect_timeout_s=min(options.connect_timeout_s, most),
        stall_s=min(options.stall_s, most),
        retries=min(options.retries, 1),
    )


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until few enough pictures are being rendered; PictureUnavailable if that takes long."""
    if not _turns.acquire(timeout=settings.VIEW_TIMEOUT_S):
        raise PictureUnavailable("Many pictures are being drawn just now. Ask again in a moment.")
    try:
        yield
    finally:
        _turns.release()


def sheet_part(*, preview: Preview, name: str) -> bytes:
    """A contact sheet, or its map, as it was drawn.

    PictureUnavailable where it had to make room for others: it is drawn again then.
    """
    found = kept_pictures().packed(preview.store.id.hex, preview.mark, name)
    if found is not None:
        return found
    draw_again(preview)
    raise PictureUnavailable(
        "The contact sheet of this plate had to make room for others; it is being drawn again. Ask "
        "again in a minute."
    )


@transaction.atomic
def draw_again(preview: Preview) -> None:
    """Ask for a drawing of which the pictures are gone, unless that was done a moment ago."""
    if preview.drawn_at < timezone.now() - REDRAWN_AFTER:
        request_preview(store=preview.store, by=None)
