"""Bytes of stores, for those who may read them: the process that serves /data/."""

import logging
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalog.data.answers import METHODS, dressed, from_disk, plain, preflight, sent_to
from catalog.data.grants import Grant, grant_of
from catalog.data.packed import from_elsewhere
from catalog.errors import NotThere
from catalog.links.data_paths import PREFIX
from catalog.services.byte_places import BytePlace, Elsewhere, OnDisk, byte_place
from plates.models import Store
from plates.omezarr.errors import PathEscapesStore, StoreError, StoreNotFound
from plates.omezarr.web_urls import Method

log = logging.getLogger(__name__)

WELL: Final = "/healthz"
_KEPT_S: Final = 5.0
_MOST_KEPT: Final = 4_096


class _Places:
    """Where the bytes of stores are had, remembered for a moment; rights never are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[BytePlace, float]] = {}

    def of(self, store: Store) -> BytePlace:
        """Where the bytes of a store are had; as `byte_place` if it is not remembered."""
        found, until = self._kept.get(store.pk, (None, 0.0))
        now = time.monotonic()
        if found is not None and until > now:
            return found
        place = byte_place(store)
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[store.pk] = (place, now + _KEPT_S)
        return place


_places: Final = _Places()


def serve(request: HttpRequest) -> HttpResponseBase:
    """The answer to any request that reaches the process of bytes."""
    if request.path_info == WELL:
        return plain(HTTPStatus.OK, "ok")
    return dressed(answered(request, _bytes_of), is_public=_is_open(request))


def answered(
    request: HttpRequest, give: Callable[[HttpRequest, Grant], HttpResponseBase]
) -> HttpResponseBase:
    """What `give` answers to who may read what is asked for, and what others are told."""
    if not request.path_info.startswith(PREFIX):
        return plain(HTTPStatus.NOT_FOUND, "Bytes of stores are below /data/.")
    if request.method == "OPTIONS":
        return preflight()
    if request.method not in METHODS:
        answer = plain(HTTPStatus.METHOD_NOT_ALLOWED, "Bytes of stores can only be read.")
        answer["Allow"] = ", ".join(METHODS)
        return answer
    try:
        return give(request, grant_of(request, request.path_info.removeprefix(PREFIX)))
    except (NotThere, PathEscapesStore, StoreNotFound) as refusal:
        sentence = str(refusal) if isinstance(refusal, NotThere) else ""
        return plain(HTTPStatus.NOT_FOUND, sentence)
    except StoreError as error:
        status = HTTPStatus.BAD_GATEWAY if error.passing else HTTPStatus.FORBIDDEN
        return plain(status, str(error))


def _bytes_of(request: HttpRequest, grant: Grant) -> HttpResponseBase:
    place = _places.of(grant.store)
    if isinstance(place, OnDisk):
        return from_disk(request, place.folder, grant.path)
    if isinstance(place, Elsewhere):
        return from_elsewhere(request, place, grant.path)
    method: Method = "HEAD" if request.method == "HEAD" else "GET"
    return sent_to(place.urls.of(grant.path, method=method, lasting_s=settings.SIGNED_S))


def _is_open(request: HttpRequest) -> bool:
    """Whether caches on the way may keep an answer: nothing in the request lets anybody in."""
    return not (
        request.headers.get("Authorization")
        or request.COOKIES
        or request.path_info.startswith((f"{PREFIX}s/", f"{PREFIX}t/"))
    )
