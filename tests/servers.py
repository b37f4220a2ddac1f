"""Servers on loopback for tests: a web server that can be made to misbehave, and a real S3."""

import gzip
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote, urlsplit

import obstore
from obstore.store import S3Store

REGION = "us-east-1"
KEY, SECRET = "reader", "not-a-secret"
_START_S = 120.0


@dataclass
class Behaviour:
    """How a web server answers, and what it was asked; tests change it while it runs."""

    statuses: dict[str, int] = field(default_factory=dict)
    """Status by path; the path "*" stands for all that are not named."""
    failures: dict[str, int] = field(default_factory=dict)
    """How many times a path answers 503 before it is well."""
    missing_status: int = 404
    short: set[str] = field(default_factory=set)
    """Paths whose answer breaks off half way."""
    chunked: bool = False
    compressed: bool = False
    encoding: str = "gzip"
    """What a compressed answer says of how it was compressed; in truth it is always gzip."""
    tells_change: bool = True
    """Whether an answer says when its file was last changed."""
    ranges: bool = True
    """Whether a part of a file can be asked for."""
    listing: bool = True
    delay_s: float = 0.0
    user: str | None = None
    query: str | None = None
    """What the query string has to be."""
    redirects: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    signed: list[str | None] = field(default_factory=list)
    """Who signed in, by request."""


@dataclass(frozen=True)
class WebServer:
    """A running web server."""

    port: int
    behaviour: Behaviour
    scheme: str = "http"
    address: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.address}:{self.port}"


@contextmanager
def http_server(
    folder: Path,
    behaviour: Behaviour | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    address: str = "127.0.0.1",
) -> Iterator[WebServer]:
    """Serve a folder over http, or https, on a free port of an address of loopback."""
    behaviour = behaviour or Behaviour()
    server = _Server((address, 0), partial(_Handler, folder, behaviour))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        scheme = "http" if tls is None else "https"
        yield WebServer(server.server_port, behaviour, scheme, address)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are part of many tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    timeout = 10

    def __init__(self, folder: Path, behaviour: Behaviour, *request: object) -> None:
        self.folder = folder
        self.changed_at: float | None = None
        self.behaviour = behaviour
        super().__init__(*request)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        path = unquote(asked.path).lstrip("/")
        self.behaviour.requests.append(path)
        self.behaviour.signed.append(self.headers.get("Authorization"))
        time.sleep(self.behaviour.delay_s)
        status = self._status(path, asked.query)
        if path in self.behaviour.redirects:
            self._answer(
                302, b"<html>elsewhere</html>" * 9, location=self.behaviour.redirects[path]
            )
        elif status != 200:
            self._answer(status, b"<html>no</html>")
        elif (self.folder / path).is_dir():
            self._list(self.folder / path, asked.path)
        elif (self.folder / path).is_file():
            self._give(self.folder / path, short=path in self.behaviour.short)
        else:
            self._answer(self.behaviour.missing_status, b"<html>no</html>")

    def _give(self, file: Path, *, short: bool) -> None:
        """Answer with a file, or with the part of it that was asked for."""
        self.changed_at = file.stat().st_mtime if self.behaviour.tells_change else None
        wanted = re.fullmatch(r"bytes=(\d*)-(\d+)", self.headers.get("Range", ""))
        if wanted is None or not self.behaviour.ranges:
            self._answer(200, file.read_bytes(), short=short)
            return
        size = file.stat().st_size
        start = int(wanted[1]) if wanted[1] else max(0, size - int(wanted[2]))
        end = int(wanted[2]) if wanted[1] else size - 1
        with file.open("rb") as opened:
            opened.seek(start)
            body = opened.read(end + 1 - start)
        if body:
            told = f"bytes {start}-{start + len(body) - 1}/{size}"
            self._answer(206, body[: len(body) // 2] if short else body, short=short, part=told)
        else:
            self._answer(416, b"", part=f"bytes */{size}")

    def _status(self, path: str, query: str) -> int:
        behaviour = self.behaviour
        if behaviour.failures.get(path, 0) > 0:
            behaviour.failures[path] -= 1
            return 503
        if behaviour.query not in {None, query}:
            return 403
        if behaviour.user is not None and behaviour.user != self.headers.get("Authorization"):
            return 401
        return behaviour.statuses.get(path, behaviour.statuses.get("*", 200))

    def _list(self, folder: Path, base: str) -> None:
        if not self.behaviour.listing:
            self._answer(self.behaviour.missing_status, b"")
            return
        names = [quote(one.name) + "/" * one.is_dir() for one in sorted(folder.iterdir())]
        links = "".join(f'<a href="{name}">{name}</a>' for name in ["?C=N;O=D", "../", *names])
        self._answer(200, f"<html><body>{base}{links}</body></html>".encode(), kind="text/html")

    def _answer(
        self,
        status: int,
        body: bytes,
        *,
        short: bool = False,
        kind: str = "application/json",
        location: str | None = None,
        part: str | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if location is not None:
            self.send_header("Location", location)
        if part is not None:
            self.send_header("Content-Range", part)
        if self.changed_at is not None:
            self.send_header("Last-Modified", formatdate(self.changed_at, usegmt=True))
            self.changed_at = None
        if self.behaviour.compressed:
            self.send_header("Content-Encoding", self.behaviour.encoding)
            body = gzip.compress(body)
        if self.behaviour.chunked and status in {200, 206}:
            self.send_header("Transfer-Encoding", "chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body) + (10 if short else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = self.close_connection or short


@dataclass(frozen=True)
class S3Server:
    """A running S3 service."""

    endpoint: str

    def bucket(self, name: str) -> S3Store:
        """A client for a bucket, which is made if it is not there."""
        return S3Store(
            name,
            config={
                "endpoint": self.endpoint,
                "region": REGION,
                "access_key_id": KEY,
                "secret_access_key": SECRET,
            },
            client_options={"allow_http": True},
        )

    def environment(self) -> dict[str, str]:
        """What tells the tools of S3 where it is, and who asks."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "S3_ENDPOINT_URL": self.endpoint,
            "RCLONE_S3_ENDPOINT": self.endpoint,
            "RCLONE_REMOTE": ":s3,provider=Other,env_auth=true,force_path_style=true:",
        }

    def upload(self, folder: Path, bucket: str, prefix: str) -> str:
        """Copy a folder into a bucket and give the URL of the copy."""
        client = self.bucket(bucket)
        for path in folder.rglob("*"):
            if path.is_file():
                obstore.put(client, f"{prefix}/{path.relative_to(folder)}", path.read_bytes())
        return f"s3://{bucket}/{prefix}"


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a real S3 service (SeaweedFS) on free ports of loopback, and kill it afterwards."""
    weed = shutil.which("weed") or str(Path(sys.executable).with_name("weed"))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="weed-")))
        master, volume, filer, s3 = _free_ports(4)
        config = folder / "s3.json"
        config.write_text(json.dumps({"identities": [_identity()]}))
        command = [weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        command += [f"-master.port={master}", f"-volume.port={volume}", "-volume.max=200"]
        command += ["-master.volumeSizeLimitMB=32", "-filer", f"-filer.port={filer}"]
        command += ["-s3", f"-s3.port={s3}", f"-s3.config={config}", "-s3.port.iceberg=0"]
        command += ["-s3.port.lance=0"]
        log = stack.enter_context((folder / "log").open("wb"))
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        # It does not stop on SIGTERM.
        stack.callback(process.wait)
        stack.callback(process.kill)
        server = S3Server(f"http://127.0.0.1:{s3}")
        _await_answer(server, process, folder / "log")
        yield server


def _identity() -> dict[str, object]:
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    return {"name": "tests", "credentials": credentials, "actions": actions}


def _free_ports(number: int) -> list[int]:
    """Ports that are free, and whose neighbour 10,000 above, for gRPC, is free too."""
    ports: list[int] = []
    with ExitStack() as held:
        while len(ports) < number:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            second = held.enter_context(socket.socket())
            try:
                second.bind(("127.0.0.1", port + 10_000))
            except (OSError, OverflowError):
                continue
            ports.append(port)
    return ports


def _await_answer(server: S3Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            obstore.put(server.bucket("ready"), "ready", b"yes")
        except (obstore.exceptions.BaseError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"SeaweedFS did not start: {log.read_text(errors='replace')[-2000:]}")
