"""Whole files of any storage: bounded, a piece at a time, gone when they were read."""

import os
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from plates.omezarr import fetching
from plates.omezarr.errors import (
    FileTooLarge,
    ReadCancelled,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
    UnsupportedScheme,
)
from plates.omezarr.fetching import changed_at, fetched, folder_and_name
from plates.omezarr.options import StoreOptions
from tests.bucket_server import bucket_server
from tests.servers import Behaviour, http_server

QUICK = StoreOptions(retries=0, timeout_s=5)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_PIECE", 1_000)


@pytest.mark.parametrize("url", ["http://lists.csv", "https://lists.csv/", "s3://lists.csv", "/"])
def test_a_storage_is_no_file_and_never_looked_for_on_the_disk(url: str) -> None:
    with pytest.raises(UnsupportedScheme, match="not of a file in it"):
        folder_and_name(url)


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 5_500])
def test_a_file_is_fetched_from_a_disk_and_from_the_web(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "a list.csv").write_bytes(content)
    with http_server(tmp_path) as server:
        for place in (str(tmp_path), server.url):
            with fetched(f"{place}/a list.csv", options=QUICK, at_most=10_000) as file:
                assert file.read() == content


def test_a_server_without_ranges_gives_a_file_of_one_piece(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(b"x" * 999)
    with http_server(tmp_path, Behaviour(ranges=False)) as server:
        with fetched(f"{server.url}/l.csv", options=QUICK, at_most=3_000) as file:
            assert len(file.read()) == 999
        (tmp_path / "l.csv").write_bytes(b"x" * 1_500)
        with (
            pytest.raises(StoreForbidden),
            fetched(f"{server.url}/l.csv", options=QUICK, at_most=3_000),
        ):
            pass


def test_a_file_that_is_too_large_or_away_is_refused(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(b"x" * 5_000)
    with http_server(tmp_path) as server:
        for place in (str(tmp_path), server.url):
            with (
                pytest.raises(FileTooLarge, match="larger than 3,000 bytes"),
                fetched(f"{place}/l.csv", options=QUICK, at_most=3_000),
            ):
                pass
            with (
                pytest.raises(StoreNotFound),
                fetched(f"{place}/none.csv", options=QUICK, at_most=3_000),
            ):
                pass


def test_fetching_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(b"x" * 5_000)
    with (
        pytest.raises(ReadCancelled),
        fetched(f"{tmp_path}/l.csv", options=QUICK, at_most=9_000, stop=lambda: True),
    ):
        pass


class Stingy(BaseHTTPRequestHandler):
    """Gives 100 bytes of a file of 5,000 at most, whatever it is asked for, from a place that is told."""

    from_start = False

    def do_GET(self) -> None:
        first = int(self.headers["Range"].removeprefix("bytes=").partition("-")[0])
        start = 0 if self.from_start else first
        size = 1_000 if self.from_start else 100
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + size - 1}/5000")
        self.send_header("Content-Length", f"{size}")
        self.end_headers()
        self.wfile.write(b"x" * size)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


class Forgetful(Stingy):
    """Gives the first bytes of a file, whatever it is asked for."""

    from_start = True


@pytest.mark.parametrize("handler", [Stingy, Forgetful])
def test_a_file_of_which_a_server_gives_other_bytes_is_no_shorter_file(
    handler: type[BaseHTTPRequestHandler],
) -> None:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/l.csv"
        with (
            pytest.raises(StoreUnreachable, match="other bytes than it was asked for"),
            fetched(url, options=StoreOptions(retries=0), at_most=9_000),
        ):
            pass
        server.shutdown()


def test_when_a_file_was_changed_is_told_where_its_storage_tells(tmp_path: Path) -> None:
    (tmp_path / "a list.csv").write_bytes(b"x")
    os.utime(tmp_path / "a list.csv", (1_000, 1_000))
    with http_server(tmp_path) as web, bucket_server(tmp_path) as bucket:
        moments = {
            place: changed_at(f"{place}/a list.csv", options=options)
            for place, options in {
                str(tmp_path): QUICK,
                web.url: QUICK,
                bucket.url: bucket.options,
            }.items()
        }
        nothing = [
            changed_at(f"{place}/none.csv", options=options)
            for place, options in ((str(tmp_path), QUICK), (bucket.url, bucket.options))
        ]
    assert list(moments.values()) == [
        datetime.fromtimestamp(1_000, UTC),
        datetime.fromtimestamp(1_000, UTC),
        datetime(2026, 11, 25, tzinfo=UTC),
    ]
    assert nothing == [None, None]
