"""Every request is known by an id, told in one line of the log, and counted."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from catalog.callers import is_among, trusted_networks
from catalog.logs import REQUESTS
from catalog.meters import count_request
from catalog.tracing import LONGEST_REQUEST_ID, request_id, traced

log = logging.getLogger(REQUESTS)

HEADER: Final = "X-Request-ID"
# Asked for every few seconds by whatever watches the processes, or without end by browsers.
QUIET: Final = frozenset({"healthz", "readyz", "metrics", "static"})
_FIT: Final = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_REQUEST_ID}}}")
_BROKEN: Final = 500

Answering = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Watch:
    """A request that goes on."""

    request: HttpRequest
    route: str = ""
    began: float = field(default_factory=time.perf_counter)

    def end(self, answer: HttpResponseBase, known_as: str) -> None:
        """Tell and count the request, now that its answer has gone."""
        seconds = time.perf_counter() - self.began
        route, status = self.route or route_of(self.request), answer.status_code
        method = str(self.request.method)
        count_request(route=route, method=method, status=status, seconds=seconds)
        level = logging.WARNING if status >= _BROKEN else logging.INFO
        log.log(
            logging.DEBUG if route in QUIET and status < _BROKEN else level,
            "%s %s %d",
            method,
            route or "nothing",
            status,
            extra={
                "request_id": known_as,
                "route": route,
                "method": method,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "user_id": user_id_of(self.request),
            },
        )


class Stream:
    """The pieces of an answer; the request ends when the server is done with them, or gives up."""

    def __init__(self, pieces: Iterable[bytes], end: Callable[[], None]) -> None:
        self._pieces = iter(pieces)
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """End the request; Django calls it once, whatever came of the pieces."""
        self._end()


def watched(get_response: Answering) -> Answering:
    """Middleware that sees every request from its begin to the end of its answer."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        return watch(request, get_response)

    return answered


def watch(request: HttpRequest, get_response: Answering, *, route: str = "") -> HttpResponseBase:
    """The answer to a request, which is told and counted; `route` for what has no routes."""
    going = Watch(request, route)
    with traced(request_id=request_id_of(request)):
        answer = get_response(request)
        name = request_id()
        answer.headers[HEADER] = name
        # A file may be sent by the server without us: its request ends as that begins.
        if isinstance(answer, StreamingHttpResponse) and not isinstance(answer, FileResponse):
            pieces: Iterable[bytes] = answer.streaming_content  # type: ignore[assignment]
            answer.streaming_content = Stream(pieces, lambda: going.end(answer, name))
        else:
            going.end(answer, name)
        return answer


def request_id_of(request: HttpRequest) -> str:
    """The id that a trusted proxy gave a request, if it is fit for a log; else a new one."""
    told = request.headers.get(HEADER, "")
    trusted = trusted_networks(tuple(settings.TRUSTED_PROXIES))
    if _FIT.fullmatch(told) and is_among(str(request.META.get("REMOTE_ADDR", "")), trusted):
        return told
    return uuid4().hex


def route_of(request: HttpRequest) -> str:
    """The name of the route that answered; `static` for files of pages, empty for none."""
    found = request.resolver_match
    if found is not None:
        return found.view_name
    return "static" if request.path_info.startswith(settings.STATIC_URL) else ""


def user_id_of(request: HttpRequest) -> int | None:
    """Who asked, if that had to be found out to answer; nobody is looked up for the log."""
    user = request.__dict__.get("user")
    if type(user) is SimpleLazyObject:
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
