"""Asking the process of bytes in this process, past any web server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from catalog.data.serving import serve


@dataclass(frozen=True)
class Told:
    """What was answered, read to its end."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


def asked(path: str, method: str = "GET", **headers: str) -> Told:
    """What is answered below /data/; underscores in names of headers are hyphens."""
    with answering(path, method, **headers) as answer:
        body: bytes = answer.getvalue()
        return Told(answer.status_code, answer.headers, body)


@contextmanager
def answering(path: str, method: str = "GET", **headers: str) -> Iterator[HttpResponseBase]:
    """An answer below /data/, closed afterwards."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = serve(RequestFactory().generic(method, f"/data/{path}", headers=told))
    # The end of an answer does not end the test's own connection, as with Django's client.
    request_finished.disconnect(close_old_connections)
    try:
        yield answer
    finally:
        answer.close()
        request_finished.connect(close_old_connections)
