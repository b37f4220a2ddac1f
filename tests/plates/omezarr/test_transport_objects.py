"""What the client of S3 does that nobody can forbid it: it follows redirects."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from plates.omezarr.errors import AddressRefused, StoreNotFound
from plates.omezarr.guard import Guard
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store

Asked = list[tuple[int, str, bool]]
"""The port, the path, and whether a signature came with it, of each request."""


class Answers(BaseHTTPRequestHandler):
    """Answers that nothing is there, or that it lies elsewhere."""

    elsewhere = ""
    asked: Asked

    def do_GET(self) -> None:
        """Answer one request."""
        assert isinstance(self.server, ThreadingHTTPServer)
        port = self.server.server_port
        self.asked.append((port, self.path, "Authorization" in self.headers))
        self.send_response(307 if self.elsewhere else 404)
        if self.elsewhere:
            self.send_header("Location", f"{self.elsewhere}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture
def services() -> Iterator[tuple[ThreadingHTTPServer, ThreadingHTTPServer, Asked]]:
    """A service that sends everybody to another one, the other one, and what both were asked."""
    asked: Asked = []
    inner = ThreadingHTTPServer(("127.0.0.1", 0), type("Inner", (Answers,), {"asked": asked}))
    elsewhere = f"http://localhost:{inner.server_port}"
    outer = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Outer", (Answers,), {"asked": asked, "elsewhere": elsewhere})
    )
    for server in (inner, outer):
        Thread(target=server.serve_forever, daemon=True).start()
    yield outer, inner, asked
    for server in (inner, outer):
        server.shutdown()
        server.server_close()


def test_an_s3_service_that_the_operator_named_may_send_elsewhere_without_the_credentials(
    services: tuple[ThreadingHTTPServer, ThreadingHTTPServer, Asked],
) -> None:
    outer, inner, asked = services
    endpoint = f"http://127.0.0.1:{outer.server_port}"
    guard = Guard(roots=[endpoint])
    options = StoreOptions(endpoint=endpoint, region="eu", key="k", secret="s", retries=0)
    with pytest.raises(StoreNotFound):
        read_store("s3://b/p.zarr", options=replace(options, guard=guard))
    signed = {port: has_signature for port, _, has_signature in asked}
    assert signed == {outer.server_port: True, inner.server_port: False}


def test_one_that_the_operator_did_not_name_is_not_even_asked(
    services: tuple[ThreadingHTTPServer, ThreadingHTTPServer, Asked],
) -> None:
    outer, _, asked = services
    options = StoreOptions(
        endpoint=f"http://127.0.0.1:{outer.server_port}", region="eu", anonymous=True
    )
    with pytest.raises(AddressRefused):
        read_store("s3://b/p.zarr", options=replace(options, guard=Guard()))
    assert asked == []
