"""What a viewer in a browser does with a store, tried one after the other."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from catalog.links.targets import Target
from plates.models import Layout
from plates.omezarr.browser_probe import BrowserProbe, Reply
from plates.omezarr.errors import AddressRefused, StoreUnreachable
from plates.omezarr.web_urls import IN_PATH
from plates.queries.layouts import layout_of

NO_CORS: Final = (
    "{host} does not let pages of other sites read there (CORS): it sends no "
    "Access-Control-Allow-Origin. Let its rules allow GET and HEAD from any origin."
)
NO_RANGE_HEADER: Final = (
    "{host} does not let pages of other sites ask for the end of an object, as sharded images need: "
    "let its CORS rules allow the header Range."
)
NO_RANGES: Final = "{host} gave no part of an object that was asked for by Range, as shards need."
FORBIDDEN: Final = (
    "{host} answers {status} for what is not there instead of 404, which viewers take for a failure "
    "where a chunk was left out: allow the credentials to list the bucket."
)
WELL: Final = "{host} answers as viewers need it."
_MISSING: Final = "platecat-no-such-level/0"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a viewer does, and whether it came out well; None if it was not tried."""

    name: str
    passed: bool | None
    sentence: str


NAMES: Final = ("document", "missing", "preflight", "range", "suffix")
"""Every check, in the order in which they are made."""


def tried(
    probe: BrowserProbe, url: str, target: Target, image: tuple[str, Layout] | None
) -> Iterator[Check]:
    """What a viewer does with the root of a store at a URL, and with an image in it.

    Without the document of the root nothing else is tried.
    """
    document = f"{url}/{target.document}"
    first = _try("document", document, lambda: _document(probe, document, target))
    yield first
    if not first.passed:
        return
    missing = f"{url}/{_MISSING}"
    yield _try("missing", missing, lambda: _missing(probe, missing))
    there = _object_to_read(probe, url, document, image)
    yield _try("preflight", there, lambda: _preflight(probe, there))
    for name, part in (("range", "bytes=0-0"), ("suffix", "bytes=-1")):
        yield _try(name, there, lambda part=part: _range(probe, there, part))  # type: ignore[misc]


def _try(name: str, url: str, look: Callable[[], str]) -> Check:
    """A check that passes if `look` finds nothing to complain about."""
    try:
        complaint = look()
    except (StoreUnreachable, AddressRefused) as error:
        complaint = str(error)
    return Check(name, not complaint, complaint or WELL.format(host=_host(url)))


def _document(probe: BrowserProbe, url: str, target: Target) -> str:
    replies = probe.replies(url)
    if complaint := _unreadable(replies):
        return complaint
    last = replies[-1]
    if last.status != HTTPStatus.OK:
        return f"{_host(last.url)} answered {last.status} for {target.document}."
    try:
        json.loads(last.body)
    except ValueError:
        return f"What {_host(last.url)} gave for {target.document} is no JSON."
    return ""


def _missing(probe: BrowserProbe, url: str) -> str:
    replies = probe.replies(url)
    last = replies[-1]
    if last.status != HTTPStatus.NOT_FOUND:
        return FORBIDDEN.format(host=_host(last.url), status=last.status)
    return _unreadable(replies)


def _preflight(probe: BrowserProbe, url: str) -> str:
    """A browser asks each server on the way beforehand, and none of them may redirect then."""
    for reply in probe.replies(url):
        asked = probe.preflight(reply.url, header="range")
        if not HTTPStatus.OK <= asked.status < HTTPStatus.MULTIPLE_CHOICES:
            return NO_RANGE_HEADER.format(host=_host(reply.url))
        if not asked.lets_pages_read or not asked.allows("range"):
            return NO_RANGE_HEADER.format(host=_host(reply.url))
    return ""


def _range(probe: BrowserProbe, url: str, part: str) -> str:
    replies = probe.replies(url, {"Range": part})
    last = replies[-1]
    if last.status != HTTPStatus.PARTIAL_CONTENT or len(last.body) != 1:
        return NO_RANGES.format(host=_host(last.url))
    return _unreadable(replies)


def _unreadable(replies: list[Reply]) -> str:
    """Why a page of another site could not read an answer, or one on the way to it."""
    for reply in replies:
        if not reply.lets_pages_read:
            return NO_CORS.format(host=_host(reply.url))
    return ""


def _object_to_read(
    probe: BrowserProbe, url: str, document: str, image: tuple[str, Layout] | None
) -> str:
    """A chunk that is there, else the document of the root: either can be read in parts."""
    if image is None:
        return document
    path, row = image
    layout = layout_of(row)
    grid = layout.grids[0] if layout.grids else None
    if grid is None or not layout.level_paths:
        return document
    key = grid.key([0] * len(grid.shape))
    parts = filter(None, [path, layout.level_paths[0], key])
    chunk = f"{url}/{quote('/'.join(parts), safe=IN_PATH)}"
    try:
        found = probe.replies(chunk, {"Range": "bytes=0-0"})[-1]
    except (StoreUnreachable, AddressRefused):
        return document
    return chunk if found.status in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT} else document


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]
