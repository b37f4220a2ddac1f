"""Signs of documents: the same while nothing changes, others when something does, on any storage."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest

from plates.omezarr.errors import ReadCancelled, StoreForbidden, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.signs import Document, Sign, signs_of
from tests import stores
from tests.plates.omezarr.packing import STORED, pack
from tests.servers import KEY, REGION, SECRET, S3Server, http_server, s3_server

QUICK = StoreOptions(retries=0, timeout_s=5, connect_timeout_s=2, concurrency=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a b.zarr", "c.zarr"):
        stores.plate(tmp_path / name, wells=["B03"])
    return tmp_path


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


def wanted(place: str) -> list[Document]:
    return [
        (f"{place}/a b.zarr", "zarr.json"),
        (f"{place}/c.zarr", "zarr.json"),
        (f"{place}/c.zarr", ".zattrs"),
        (f"{place}/none.zarr", "zarr.json"),
    ]


def change(document: Path) -> None:
    document.write_bytes(document.read_bytes() + b" ")
    os.utime(document, (1, 1))


def look(place: str, options: StoreOptions = QUICK) -> list[Sign]:
    return signs_of(wanted(place), options=options)


def test_signs_on_a_disk(folder: Path) -> None:
    first = look(str(folder))
    assert first[2:] == [None, None]
    assert look(str(folder)) == first
    change(folder / "c.zarr/zarr.json")
    second = look(str(folder))
    assert (second[0], second[1] == first[1]) == (first[0], False)


def test_signs_over_http_cost_one_request_each(folder: Path) -> None:
    with http_server(folder) as server:
        first = look(server.url)
        assert len(server.behaviour.requests) == 4
        assert first[2:] == [None, None]
        assert all(first[:2])
        assert look(server.url) == first
        change(folder / "c.zarr/zarr.json")
        second = look(server.url)
        assert (second[0], second[1] == first[1]) == (first[0], False)


def test_a_server_that_tells_nothing_of_a_document_gives_no_sign(folder: Path) -> None:
    with http_server(folder) as server:
        server.behaviour.tells_change = False
        assert look(server.url)[0] == ""


def test_what_keeps_a_document_from_being_looked_at_stands_in_its_place(folder: Path) -> None:
    with http_server(folder) as server:
        server.behaviour.statuses = {
            "a b.zarr/zarr.json": 403,
            "c.zarr/zarr.json": 503,
        }
        refused, failing, *_ = look(server.url)
    assert isinstance(refused, StoreForbidden)
    assert isinstance(failing, StoreUnreachable)


@pytest.mark.processes
def test_signs_in_a_bucket(folder: Path, s3: S3Server) -> None:
    options = StoreOptions(
        endpoint=s3.endpoint, region=REGION, key=KEY, secret=SECRET, retries=1, timeout_s=10
    )
    place = s3.upload(folder, "signs", "screens")
    first = look(place, options)
    assert first[2:] == [None, None]
    assert look(place, options) == first
    change(folder / "c.zarr/zarr.json")
    s3.upload(folder, "signs", "screens")
    assert look(place, options)[1] not in {None, first[1]}


def test_an_archive_has_one_sign_for_all_its_documents(folder: Path) -> None:
    pack(folder / "c.zarr", folder / "c.ozx", method=STORED)
    with http_server(folder) as server:
        for place in (str(folder), server.url):
            documents = [(f"{place}/c.ozx", name) for name in ("zarr.json", "B/zarr.json")]
            first, second = signs_of(documents, options=QUICK)
            assert first
            assert first == second


def test_a_file_system_that_tells_times_gives_signs(folder: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(folder / "c.zarr"), "/test_signs/c.zarr", recursive=True)
    try:
        told = signs_of([("memory://test_signs/c.zarr", "zarr.json")], options=QUICK)
        assert told[0]
    finally:
        memory.rm("/test_signs", recursive=True)
    assert signs_of([("memory://test_signs/c.zarr", "zarr.json")], options=QUICK) == [None]


def test_looking_can_be_stopped_and_tells_how_far_it_is(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    signs_of(
        wanted(str(folder)), options=QUICK, progress=lambda done, all_: told.append((done, all_))
    )
    assert told == [(number, 4) for number in range(1, 5)]
    with http_server(folder) as server:
        for place in (str(folder), server.url):
            with pytest.raises(ReadCancelled):
                signs_of(wanted(place), options=QUICK, stop=lambda: True)


class Asked(BaseHTTPRequestHandler):
    """Keeps the paths that it is asked for, as they came over the wire."""

    paths: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.mark.parametrize(
    "name", ["caf%E9.zarr", "a%2Fb.zarr", "a%20b.zarr", "c.zarr", "50%25.zarr"]
)
def test_a_path_goes_over_the_wire_as_the_address_writes_it(name: str) -> None:
    Asked.paths = []
    with HTTPServer(("127.0.0.1", 0), Asked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{name}"
        assert signs_of([(url, "zarr.json")], options=QUICK) == [None]
        server.shutdown()
    assert Asked.paths == [f"/{name}/zarr.json"]


class Verbose(Asked):
    """Tells more of a document than anybody keeps."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("ETag", "x" * 50_000)
        self.send_header("Content-Length", "0")
        self.end_headers()


def test_what_a_server_tells_of_a_document_is_kept_up_to_a_bound() -> None:
    with HTTPServer(("127.0.0.1", 0), Verbose) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/p.zarr"
        (sign,) = signs_of([(url, "zarr.json")], options=QUICK)
        server.shutdown()
    assert isinstance(sign, str)
    assert 0 < len(sign) < 2_000
