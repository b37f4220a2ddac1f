"""Answers with bytes, which pages of any site may read; and those without."""

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from catalog.data.ranges import Part, Unsatisfiable, is_unchanged, part_of
from plates.omezarr.transport_local import LocalStore, real_place, sign_of

METHODS: Final = ("GET", "HEAD", "OPTIONS")
CORS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range, Content-Type, Authorization",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified"
    ),
    "Access-Control-Max-Age": "86400",
    # Asked by browsers before a page of the internet reads from this machine or its network.
    "Access-Control-Allow-Private-Network": "true",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""No credentials of a browser are asked for: what lets one in stands in the address."""
HARMLESS: Final[Mapping[str, str]] = {
    # Whatever lies in a store is never a page of ours.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
_JSON: Final = frozenset({"zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata"})


class Piece:
    """A part of an open file, which a server may send without looking into it."""

    def __init__(self, handle: int, part: Part) -> None:
        self._file = os.fdopen(handle, "rb", buffering=0)
        self._file.seek(part.start)
        self._left = part.length

    def fileno(self) -> int:
        """The open file; it stands where the part begins."""
        return self._file.fileno()

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the part."""
        wanted = self._left if size < 0 else min(size, self._left)
        found = self._file.read(wanted) if wanted else b""
        self._left -= len(found)
        return found

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def dressed(answer: HttpResponseBase, *, is_public: bool = False) -> HttpResponseBase:
    """An answer with what browsers want to see before a page of another site may read it."""
    for name, value in {**CORS, **HARMLESS}.items():
        answer[name] = value
    kept = "public, max-age=60" if is_public else "private, no-cache"
    answer.setdefault("Cache-Control", kept)
    return answer


def plain(status: HTTPStatus, sentence: str = "") -> HttpResponse:
    """An answer without bytes of a store: a sentence that says why."""
    text = f"{sentence}\n" if sentence else ""
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


def preflight() -> HttpResponse:
    """The answer to a browser that asks beforehand."""
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer["Allow"] = ", ".join(METHODS)
    return answer


def sent_to(url: str) -> HttpResponse:
    """The answer that sends a client to where the bytes are, with the same method."""
    answer = HttpResponse(status=HTTPStatus.TEMPORARY_REDIRECT)
    answer["Location"] = url
    answer["Cache-Control"] = "no-store"
    return answer


def from_disk(request: HttpRequest, folder: LocalStore, path: str) -> HttpResponseBase:
    """A file of a folder, or the part of it that is asked for. StoreError if it may not be read."""
    handle = folder.opened(path) if path else None
    if handle is None:
        return plain(HTTPStatus.NOT_FOUND)
    try:
        answer = _of_file(request, handle, path)
    except BaseException:
        os.close(handle)
        raise
    if not isinstance(answer, FileResponse):
        os.close(handle)
    return answer


def _of_file(request: HttpRequest, handle: int, path: str) -> HttpResponseBase:
    about = os.fstat(handle)
    tag = tag_of(sign_of(about))
    if settings.ACCEL:
        return _by_nginx(real_place(handle, path), path)
    found = settled(request, size=about.st_size, tag=tag, path=path)
    if isinstance(found, HttpResponse) or request.method == "HEAD":
        return found if isinstance(found, HttpResponse) else head_of(found, tag=tag, path=path)
    answer = FileResponse(Piece(handle, found), content_type=type_of(path))
    return described(answer, found, tag=tag)


def settled(request: HttpRequest, *, size: int, tag: str, path: str) -> Part | HttpResponse:
    """The part that is to be sent, or the answer to what needs none."""
    known = request.headers.get("If-None-Match")
    if known is not None and is_unchanged(known, tag):
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        answer["ETag"] = tag
        return answer
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        wanted = ""
    try:
        return part_of(wanted, size) or Part(0, size, size)
    except Unsatisfiable:
        answer = plain(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        answer["Content-Range"] = f"bytes */{size}"
        return answer


def described(answer: HttpResponseBase, part: Part, *, tag: str) -> HttpResponseBase:
    """An answer that says which part of what it is."""
    answer["ETag"] = tag
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = str(part.length)
    if part.length != part.size:
        answer.status_code = HTTPStatus.PARTIAL_CONTENT
        answer["Content-Range"] = part.told
    return answer


def head_of(part: Part, *, tag: str, path: str) -> HttpResponseBase:
    """What would be sent, without it."""
    return described(HttpResponse(content_type=type_of(path)), part, tag=tag)


def type_of(path: str) -> str:
    """The type under which a file of a store is sent: documents are JSON, the rest are bytes."""
    name = path.rpartition("/")[2]
    return "application/json" if name in _JSON else "application/octet-stream"


def tag_of(sign: str) -> str:
    """A strong ETag of what changes when a file does."""
    return '"' + "-".join(sign.replace('"', "").split()) + '"'


def _by_nginx(real: str, path: str) -> HttpResponse:
    """The answer in whose place nginx sends a file, with ranges and ETag of its own."""
    answer = HttpResponse(content_type=type_of(path))
    answer["X-Accel-Redirect"] = settings.ACCEL + quote(real)
    return answer
