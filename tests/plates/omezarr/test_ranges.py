"""A store in an archive on the network shows the same as on disk."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.discover import find_stores
from plates.omezarr.errors import StoreError, StoreForbidden, StoreNotFound, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.store import open_store
from plates.omezarr.transport_zip_remote import RemoteArchive
from plates.omezarr.validate import validate_store
from plates.states import Reach
from tests import stores
from tests.plates.omezarr.packing import (
    DEFLATED,
    QUICK,
    ROOT,
    STORED,
    error_of,
    pack,
    pack_files,
    told,
)
from tests.servers import (
    KEY,
    REGION,
    SECRET,
    Behaviour,
    S3Server,
    WebServer,
    http_server,
    s3_server,
)
from tests.stores import Style


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def served(tmp_path: Path) -> Iterator[WebServer]:
    """A server with one plate, packed and unpacked."""
    style = Style(labels=("nuclei",))
    folder = stores.plate(tmp_path / "p.zarr", wells=["A01", "B02"], fields=2, style=style)
    pack(folder, tmp_path / "p q.ozx", method=DEFLATED)
    with http_server(tmp_path, Behaviour()) as server:
        yield server


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("query", ["", "?sig=abc%2F"])
def test_an_archive_is_read_over_http(
    tmp_path: Path, served: WebServer, query: str, *, chunked: bool
) -> None:
    served.behaviour.chunked = chunked
    served.behaviour.query = query.removeprefix("?")
    url = f"{served.url}/p%20q.ozx"
    plain = read_store(str(tmp_path / "p.zarr"))
    snapshot = read_store(url + query, options=QUICK)
    assert (snapshot.digest, snapshot.plate) == (plain.digest, plain.plate)
    assert (snapshot.url, snapshot.name) == (url, "p q")
    report = validate_store(url + query, options=QUICK)
    assert told(report) == told(validate_store(str(tmp_path / "p.zarr")))
    assert report.coverage.listed


def test_each_document_costs_one_request_and_the_directory_few(served: WebServer) -> None:
    snapshot = read_store(f"{served.url}/p q.ozx", options=QUICK)
    assert len(served.behaviour.requests) == snapshot.documents + 2


def test_a_server_that_fails_for_a_moment_is_asked_again(served: WebServer) -> None:
    served.behaviour.failures["p q.ozx"] = 2
    assert read_store(f"{served.url}/p q.ozx", options=StoreOptions(retries=3)).problems == ()
    served.behaviour.statuses["p q.ozx"] = 503
    assert isinstance(error_of(f"{served.url}/p q.ozx"), StoreUnreachable)


def test_a_server_without_ranges_is_explained(served: WebServer) -> None:
    served.behaviour.ranges = False
    refusal = error_of(f"{served.url}/p q.ozx")
    assert isinstance(refusal, StoreForbidden)
    assert "takes no range requests" in str(refusal)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, StoreForbidden), (404, StoreNotFound), (500, StoreUnreachable)]
)
def test_an_archive_that_is_not_shown_is_refused_by_name(
    served: WebServer, status: int, kind: type[StoreError]
) -> None:
    served.behaviour.statuses["*"] = status
    assert isinstance(error_of(f"{served.url}/p q.ozx"), kind)
    assert validate_store(f"{served.url}/p q.ozx", options=QUICK).reach is Reach.UNREACHABLE


def test_an_archive_that_breaks_off_on_the_way_is_unreachable(served: WebServer) -> None:
    served.behaviour.short.add("p q.ozx")
    assert isinstance(error_of(f"{served.url}/p q.ozx"), StoreUnreachable)


def test_an_empty_file_on_the_web_is_no_archive(tmp_path: Path, served: WebServer) -> None:
    (tmp_path / "empty.ozx").touch()
    assert "no zip archive" in str(error_of(f"{served.url}/empty.ozx"))
    assert isinstance(error_of(f"{served.url}/none.ozx"), StoreNotFound)


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_piece_of_a_member_comes_over_http(tmp_path: Path, method: int) -> None:
    content = os.urandom(300_000) * 10
    pack_files(tmp_path / "p.ozx", {"zarr.json": ROOT, "c/0": content}, method)
    with http_server(tmp_path) as server:
        store = open_store(RootUrl.parse(f"{server.url}/p.ozx"), QUICK)
        assert isinstance(store, RemoteArchive)
        got = asyncio.run(pieces_of(store))
    assert got == [content, content[-16:], content[700_000:700_100], None]


async def pieces_of(store: RemoteArchive) -> list[bytes | None]:
    try:
        wanted = [("c/0", 0, None), ("c/0", -16, None), ("c/0", 700_000, 100), ("c/1", 0, 5)]
        return [await store.piece(path, start, length) for path, start, length in wanted]
    finally:
        await store.close()


def test_memory_holds_archives_too(tmp_path: Path, served: WebServer) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(tmp_path / "p q.ozx"), "/test_archives/p.ozx")
    try:
        snapshot = read_store("memory://test_archives/p.ozx")
    finally:
        memory.rm("/test_archives", recursive=True)
    assert snapshot.digest == read_store(str(tmp_path / "p.zarr")).digest
    assert isinstance(error_of("memory://test_archives/p.ozx"), StoreNotFound)


@pytest.mark.processes
@pytest.mark.parametrize("prefix", ["", "screens/"])
def test_a_bucket_holds_archives_too(
    tmp_path: Path, served: WebServer, s3: S3Server, prefix: str
) -> None:
    (tmp_path / "up").mkdir()
    (tmp_path / "p q.ozx").rename(tmp_path / "up" / f"{prefix.strip('/')}p q.ozx")
    s3.upload(tmp_path / "up", "archives", prefix.strip("/") or "top")
    options = StoreOptions(
        endpoint=s3.endpoint, region=REGION, key=KEY, secret=SECRET, retries=1, timeout_s=10
    )
    folder = f"s3://archives/{prefix.strip('/') or 'top'}"
    url = f"{folder}/{prefix.strip('/')}p q.ozx"
    assert read_store(url, options=options).digest == read_store(str(tmp_path / "p.zarr")).digest
    assert find_stores(folder, options=options).urls == (url,)
    assert isinstance(error_of(f"{folder}/none.ozx", options), StoreNotFound)


def test_an_address_of_an_archive_on_the_web_is_that_store(served: WebServer) -> None:
    url = f"{served.url}/p%20q.ozx"
    assert find_stores(url, options=QUICK).urls == (url,)
    assert f"{served.url}/p q.ozx" in find_stores(served.url, options=QUICK).urls
