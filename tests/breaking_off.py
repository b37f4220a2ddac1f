"""A web application whose answer fails on the way, as gunicorn serves it."""

from collections.abc import Generator, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from catalog.api.streams import Begun


def chunks() -> Generator[bytes, None, None]:
    yield b"a,b\n" * 1000
    raise RuntimeError


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Half a file."""
    start_response("200 OK", [("Content-Type", "text/csv")])
    return iter(Begun(chunks()))
