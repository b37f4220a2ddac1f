"""How a search goes about it: how much it asks for, in which order, and what stops it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from plates.omezarr import discover
from plates.omezarr.discover import BATCH, find_stores, search_stores
from plates.omezarr.errors import (
    ReadCancelled,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
    UnsupportedScheme,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.patterns import Patterns
from plates.omezarr.read import read_store
from plates.states import StoreKind
from tests.archive_layouts import files, group_2
from tests.bucket_server import bucket_server
from tests.plates.omezarr.searching import QUICK, below, images, lists
from tests.servers import KEY, REGION, SECRET, Behaviour, S3Server, http_server, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """A real S3 service."""
    with s3_server() as server:
        yield server


def test_a_store_that_is_called_one_is_one_request(tmp_path: Path) -> None:
    images(tmp_path, *(f"{number}.zarr" for number in range(50)))
    with http_server(tmp_path) as web:
        assert len(find_stores(web.url, options=QUICK).urls) == 50
        asked = web.behaviour.requests
    # Four marks that the root does not have, and the list of it.
    assert len(asked) == 50 + 4 + 1
    assert not any(path.endswith(".zarr/") for path in asked)


def test_the_mark_that_stores_have_is_learned(tmp_path: Path) -> None:
    images(tmp_path, *(f"{number:02}.zarr" for number in range(50)), version="0.4")
    with http_server(tmp_path) as web:
        options = StoreOptions(retries=0, concurrency=2)
        found = find_stores(web.url, options=options)
        asked = web.behaviour.requests
    assert {store.mark for store in found.stores} == {".zattrs"}
    # The first four are under way before anything is known of the first.
    assert len(asked) == 50 + 4 + 4 + 1


def test_a_list_in_a_bucket_is_read_to_its_end_and_no_store_is_listed() -> None:
    with bucket_server("1x1500x3") as bucket:
        found = find_stores(bucket.url, options=bucket.options)
        assert len(found.urls) == 1500
        listed = lists(bucket)
    assert listed == ["", "screens/", "screens/study-0000/", "screens/study-0000/"]


def test_many_folders_are_looked_at_at_once(tmp_path: Path) -> None:
    images(tmp_path, *(f"{number}/x.zarr" for number in range(20)))
    with http_server(tmp_path, Behaviour(delay_s=0.05)) as web:
        started = time.perf_counter()
        find_stores(web.url, options=QUICK)
        spent = time.perf_counter() - started
        assert spent < len(web.behaviour.requests) * 0.05 / 2


def test_the_order_is_the_same_whatever_answers_first() -> None:
    with bucket_server("7x30x1", spread_s=0.02) as bucket:
        orders = [
            [
                store.url
                for batch in search_stores(bucket.url, options=bucket.options)
                for store in batch
            ]
            for _ in range(3)
        ]
    assert orders[0] == orders[1] == orders[2]
    assert len(orders[0]) == 210


def test_stores_are_given_while_the_search_goes_on() -> None:
    with bucket_server("40x30x1") as bucket:
        found = search_stores(bucket.url, options=bucket.options)
        batches = iter(found)
        first = next(batches)
        assert len(first) == BATCH
        assert len(bucket.asked()) < 600
        rest = list(batches)
    assert sum(map(len, rest)) == 1200 - BATCH
    assert max(map(len, rest)) == BATCH
    assert found.complete


def test_a_search_that_is_left_half_way_ends() -> None:
    with bucket_server("40x30x1", delay_s=0.05) as bucket:
        for _ in search_stores(bucket.url, options=bucket.options):
            break
        bucket.asked()
        time.sleep(0.3)
        assert bucket.asked() == []


def test_few_stores_do_not_wait_for_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images(tmp_path, "a/one.zarr")
    for number in range(20):
        (tmp_path / f"b{number}").mkdir()
    monkeypatch.setattr(discover, "PATIENCE_S", 0.1)
    with http_server(tmp_path, Behaviour(delay_s=0.1)) as web:
        batches = iter(search_stores(web.url, options=StoreOptions(concurrency=1, retries=0)))
        (first,) = next(batches)
        assert first.url.endswith("one.zarr")
        assert (first.kind, first.mark) == (StoreKind.IMAGE, "zarr.json")
        assert "b19/" not in web.behaviour.requests
        assert list(batches) == []


def test_a_search_is_stopped_within_a_second_though_no_answer_comes(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    with http_server(tmp_path, Behaviour(delay_s=5)) as web:
        started = time.perf_counter()
        with pytest.raises(ReadCancelled):
            find_stores(web.url, options=QUICK, stop=lambda: time.perf_counter() - started > 0.3)
        assert time.perf_counter() - started < 1.3


def test_a_failure_that_passes_is_not_told(tmp_path: Path) -> None:
    images(tmp_path, "a/one.zarr", "two.zarr")
    behaviour = Behaviour(failures={"a/": 1, "two.zarr/zarr.json": 1})
    with http_server(tmp_path, behaviour) as web:
        found = find_stores(web.url, options=StoreOptions(retries=1))
    assert (below(found, web.url), found.unread, found.complete) == (
        ["a/one.zarr", "two.zarr"],
        (),
        True,
    )


def test_a_root_that_cannot_be_looked_at_is_refused(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    with http_server(tmp_path, Behaviour(statuses={"*": 403})) as web:
        with pytest.raises(StoreForbidden):
            find_stores(web.url, options=QUICK)
        web.behaviour.statuses["*"] = 500
        with pytest.raises(StoreUnreachable):
            find_stores(web.url, options=QUICK)
    with pytest.raises(UnsupportedScheme):
        find_stores("nothing://a/b", options=QUICK)


def test_patterns_say_what_is_found_and_what_is_looked_into(tmp_path: Path) -> None:
    images(
        tmp_path, "a/x.ome.zarr", "a/y.zarr", "a/old/z.ome.zarr", "b/x_tmp1.ome.zarr", "c/x.zarr"
    )
    patterns = Patterns(include=("[ab]/**/*.ome.zarr",), exclude=("**/old/**", "**/*_tmp*"))
    with http_server(tmp_path) as web:
        found = find_stores(web.url, options=QUICK, patterns=patterns)
        asked = web.behaviour.requests
    assert below(found, web.url) == ["a/x.ome.zarr"]
    assert not any(path.startswith(("a/old", "b/x", "c/")) for path in asked)
    with pytest.raises(StoreNotFound, match="patterns"):
        find_stores(str(tmp_path), options=QUICK, patterns=Patterns(include=("no",)))


def test_a_store_at_the_address_itself_is_wanted_by_any_pattern(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    patterns = Patterns(include=("no",), exclude=("**",))
    found = find_stores(str(tmp_path / "one.zarr"), options=QUICK, patterns=patterns)
    assert below(found, tmp_path) == ["one.zarr"]


def test_odd_names_on_the_web_lead_to_their_stores(tmp_path: Path) -> None:
    names = ["100%.zarr", "%41.zarr", "a b.zarr", "a#b.zarr", "a?b.zarr", "pl[1].zarr", "é.zarr"]
    images(tmp_path, *names)
    with http_server(tmp_path) as web:
        found = find_stores(web.url, options=QUICK)
        assert len(found.urls) == len(names)
        assert all(read_store(url, options=QUICK).images for url in found.urls)


def test_memory_is_searched_and_nothing_is_remembered(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    images(tmp_path, "a/one.zarr")
    memory.put(str(tmp_path / "a"), "/test_search/a", recursive=True)
    try:
        found = find_stores("memory://test_search", options=QUICK)
        assert below(found, "memory://test_search") == ["a/one.zarr"]
        memory.put(str(tmp_path / "a"), "/test_search/b", recursive=True)
        found = find_stores("memory://test_search", options=QUICK)
        assert below(found, "memory://test_search") == ["a/one.zarr", "b/one.zarr"]
    finally:
        memory.rm("/test_search", recursive=True)


@pytest.mark.processes
def test_a_real_bucket_is_searched(tmp_path: Path, s3: S3Server) -> None:
    images(tmp_path, "a/b/one.zarr", "two", version="0.4")
    group_2(tmp_path / "plain.zarr")
    images(tmp_path, "plain.zarr/100% #1", version="0.4")
    files(tmp_path / "notes", "readme.txt")
    options = StoreOptions(
        endpoint=s3.endpoint, region=REGION, key=KEY, secret=SECRET, retries=1, timeout_s=10
    )
    url = s3.upload(tmp_path, "searched", "lab/screens")
    found = find_stores(url, options=options)
    assert below(found, url) == ["a/b/one.zarr", "plain.zarr/100% #1", "two"]
    assert found.complete
    with pytest.raises(StoreNotFound, match="bucket"):
        find_stores("s3://no-such-bucket-here", options=options)


ABANDONED = """
import sys
from plates.omezarr.discover import search_stores
from tests.bucket_server import bucket_server

with bucket_server("40x30x1", spread_s=0.01) as bucket:
    for _ in range(60):
        search = iter(search_stores(bucket.url, options=bucket.options))
        next(search)
        search.close()
"""


def test_a_search_that_is_abandoned_leaves_no_answer_to_a_closed_loop() -> None:
    # obstore prints from its own threads, where nothing in this process could catch it.
    done = subprocess.run(
        [sys.executable, "-c", ABANDONED], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
