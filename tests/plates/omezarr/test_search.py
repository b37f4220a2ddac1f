"""How a search goes about it: how much it asks for, in which order, and what stops it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from plates.omezarr import discover, search, unseen
from plates.omezarr.addressing import MAX_DEPTH
from plates.omezarr.discover import BATCH, Found, find_stores, search_stores
from plates.omezarr.errors import (
    FolderTooLarge,
    ReadCancelled,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
    UnsupportedScheme,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.patterns import Patterns
from plates.omezarr.plain_zarr import MAX_FRUITLESS
from plates.omezarr.read import read_store
from plates.states import StoreKind
from tests import stores
from tests.archive_layouts import array_2, files, group_2
from tests.bucket_server import BucketServer, bucket_server
from tests.servers import KEY, REGION, SECRET, Behaviour, S3Server, http_server, s3_server

QUICK = StoreOptions(retries=0, timeout_s=10)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """A real S3 service."""
    with s3_server() as server:
        yield server


def below(found: Found, root: object) -> list[str]:
    """The paths of the stores below a root."""
    return [url.removeprefix(f"{root}/") for url in found.urls]


def images(root: Path, *names: str, version: stores.Version = "0.5") -> None:
    for name in names:
        stores.image(root / name, version=version)


def lists(bucket: BucketServer) -> list[str]:
    """What was listed since this was asked last."""
    return [line.removeprefix("LIST ") for line in bucket.asked() if line.startswith("LIST ")]


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


@pytest.mark.parametrize("failing", ["a/", "a/one.zarr/zarr.json"])
def test_a_failure_that_stays_makes_a_search_incomplete(tmp_path: Path, failing: str) -> None:
    images(tmp_path, "a/one.zarr", "two.zarr")
    with http_server(tmp_path, Behaviour(statuses={failing: 503})) as web:
        found = find_stores(web.url, options=StoreOptions(retries=1))
        assert web.behaviour.requests.count(failing) == 2
    assert below(found, web.url) == ["two.zarr"]
    assert not found.complete
    assert "503" in found.unread[0]
    assert not found.covers(f"{web.url}/a/one.zarr")


def test_a_list_in_a_bucket_that_goes_on_failing_makes_a_search_incomplete() -> None:
    with bucket_server("2x3x1") as bucket:
        bucket.fail("screens/study-0001/")
        found = find_stores(bucket.url, options=bucket.options)
    assert len(found.urls) == 3
    assert not found.complete
    assert found.hidden == (f"{bucket.url}/screens/study-0001",)


def test_below_a_closed_folder_nothing_can_be_said_to_be_gone(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    (tmp_path / "now closed").mkdir()
    with http_server(tmp_path, Behaviour(statuses={"now closed/": 403})) as web:
        found = find_stores(web.url, options=QUICK)
    assert found.complete
    assert found.hidden == (f"{web.url}/now%20closed",)
    assert not found.covers(f"{web.url}/now%20closed/a.zarr")
    assert not found.covers(f"{web.url}/now closed")
    assert found.covers(f"{web.url}/now%20closed-not/a.zarr")


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


def test_a_store_whose_documents_may_not_be_read_is_found(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr", "plain_name")
    closed = {f"{name}/zarr.json": 403 for name in ("one.zarr", "plain_name")}
    with http_server(tmp_path, Behaviour(statuses=closed)) as web:
        found = find_stores(web.url, options=QUICK)
    assert below(found, web.url) == ["one.zarr", "plain_name"]
    assert {store.kind for store in found.stores} == {StoreKind.UNKNOWN}


@pytest.mark.parametrize("fault", [stores.Fault.TRUNCATED, stores.Fault.EMPTY, stores.Fault.DEEP])
def test_a_store_whose_document_is_broken_is_found(tmp_path: Path, fault: stores.Fault) -> None:
    stores.image(tmp_path / "one.zarr", faults={"": fault})
    assert below(find_stores(str(tmp_path), options=QUICK), tmp_path) == ["one.zarr"]


def test_only_the_start_of_a_long_document_is_read(tmp_path: Path) -> None:
    stores.plate(tmp_path / "long.zarr", version="0.4", shape=384, wells=["A/1"])
    document = tmp_path / "long.zarr" / ".zattrs"
    content = json.loads(document.read_bytes())
    document.write_text(json.dumps(content | {"notes": "x" * 1_000_000}))
    options = StoreOptions(retries=0, max_document_bytes=500_000)
    with http_server(tmp_path) as web:
        (store,) = find_stores(web.url, options=options).stores
        assert web.behaviour.requests.count("long.zarr/.zattrs") == 1
    assert store.kind is StoreKind.PLATE
    (store,) = find_stores(str(tmp_path), options=options).stores
    assert store.kind is StoreKind.PLATE


def test_copies_of_images_in_a_document_make_no_image_of_it(tmp_path: Path) -> None:
    images(tmp_path, "plain.zarr/inside")
    inside = json.loads((tmp_path / "plain.zarr" / "inside" / "zarr.json").read_bytes())
    copies = {"metadata": {f"inside{number}": inside for number in range(200)}}
    group = {"zarr_format": 3, "node_type": "group", "consolidated_metadata": copies}
    (tmp_path / "plain.zarr" / "zarr.json").write_text(json.dumps(group))
    assert below(find_stores(str(tmp_path), options=QUICK), tmp_path) == ["plain.zarr/inside"]


def test_plain_zarr_at_the_address_is_looked_into_too(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, "a.zarr/b/c", version="0.4")
    assert below(find_stores(str(tmp_path / "a.zarr"), options=QUICK), tmp_path) == ["a.zarr/b/c"]


def test_a_plain_array_is_one_store_and_its_chunks_are_not_listed(tmp_path: Path) -> None:
    array_2(tmp_path / "a.zarr")
    with http_server(tmp_path) as web:
        (store,) = find_stores(web.url, options=QUICK).stores
        assert [path for path in web.behaviour.requests if path.endswith("/")] == []
    assert (store.kind, store.mark) == (StoreKind.ZARR, ".zarray")


def test_a_plain_zarr_of_many_groups_is_given_up_and_that_is_told(tmp_path: Path) -> None:
    group_2(tmp_path / "crops.zarr")
    for number in range(400):
        group_2(tmp_path / "crops.zarr" / f"{number:03}")
    images(tmp_path, "crops.zarr/last", "other.zarr", version="0.4")
    with bucket_server(tmp_path) as bucket:
        found = find_stores(bucket.url, options=bucket.options)
        ahead = search._AHEAD * bucket.options.concurrency
        assert len(lists(bucket)) <= MAX_FRUITLESS + ahead + 2
    assert below(found, bucket.url) == ["crops.zarr", "other.zarr"]
    assert "in a row" in found.unread[0]
    assert not found.covers(f"{bucket.url}/crops.zarr/last")
    assert found.complete


def test_a_plain_zarr_of_many_images_is_looked_at_whole(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, *(f"a.zarr/{number}" for number in range(150)), version="0.4")
    found = find_stores(str(tmp_path), options=QUICK)
    assert len(found.urls) == 150
    assert found.unread == ()


def test_what_arrives_without_its_document_yet_costs_little(tmp_path: Path) -> None:
    for number in range(500):
        files(tmp_path / "arriving.zarr" / "0" / "c" / str(number), "0")
    images(tmp_path, "one.zarr")
    with bucket_server(tmp_path) as bucket:
        found = find_stores(bucket.url, options=bucket.options)
        assert len(lists(bucket)) < 300
    assert below(found, bucket.url) == ["one.zarr"]
    assert "arriving.zarr" in found.unread[0]


def test_a_failure_inside_of_plain_zarr_does_not_make_it_one_store(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, "a.zarr/b", "one.zarr", version="0.4")
    with http_server(tmp_path, Behaviour(statuses={"a.zarr/b/.zattrs": 503})) as web:
        found = find_stores(web.url, options=QUICK)
    assert below(found, web.url) == ["one.zarr"]
    assert not found.complete


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


def test_a_pattern_that_names_plain_zarr_names_the_images_in_it(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, "a.zarr/em/b", "a.zarr/old/c", version="0.4")
    patterns = Patterns(include=("*.zarr",), exclude=("**/old",))
    found = find_stores(str(tmp_path), options=QUICK, patterns=patterns)
    assert below(found, tmp_path) == ["a.zarr/em/b"]


def test_a_store_at_the_address_itself_is_wanted_by_any_pattern(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    patterns = Patterns(include=("no",), exclude=("**",))
    found = find_stores(str(tmp_path / "one.zarr"), options=QUICK, patterns=patterns)
    assert below(found, tmp_path) == ["one.zarr"]


def test_folders_that_lie_too_deep_are_told(tmp_path: Path) -> None:
    deepest = "/".join(["d"] * (MAX_DEPTH - 1))
    images(tmp_path, f"{deepest}/x.zarr", f"{deepest}/d/too/y.zarr")
    found = find_stores(str(tmp_path), options=QUICK)
    assert below(found, tmp_path) == [f"{deepest}/x.zarr"]
    assert "too deep" in found.unread[0]
    assert not found.covers(f"{tmp_path}/{deepest}/d/too/y.zarr")


def test_names_that_no_address_can_hold_are_told(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    (tmp_path / b"\xff\xfe".decode("utf-8", "surrogateescape")).mkdir()
    found = find_stores(str(tmp_path), options=QUICK)
    assert "no UTF-8" in found.unread[0]
    assert len(found.urls) == 1


def test_more_is_hidden_than_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images(tmp_path, "one.zarr")
    monkeypatch.setattr(unseen, "MAX_HIDDEN", 2)
    statuses = {}
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        statuses[f"{name}/"] = 403
    with http_server(tmp_path, Behaviour(statuses=statuses)) as web:
        found = find_stores(web.url, options=QUICK)
    assert (len(found.hidden), found.complete) == (2, False)


def test_a_folder_of_too_many_names_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(tmp_path, "one.zarr")
    files(tmp_path / "tiffs", *map(str, range(20)))
    for module in ("folders_local", "folders_web", "folders_objects"):
        monkeypatch.setattr(f"plates.omezarr.{module}.MAX_NAMES", 10)
    with http_server(tmp_path) as web, bucket_server(tmp_path) as bucket:
        for root, options in (
            (str(tmp_path), QUICK),
            (web.url, QUICK),
            (bucket.url, bucket.options),
        ):
            found = find_stores(root, options=options)
            assert below(found, root) == ["one.zarr"]
            assert "more than" in found.unread[0]
            assert not found.complete


def test_a_list_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plates.omezarr.folders_objects.LONGEST_LISTING_S", 0.05)
    with (
        bucket_server("1x1x1", delay_s=0.2) as bucket,
        pytest.raises(FolderTooLarge, match="takes longer"),
    ):
        find_stores(bucket.url, options=bucket.options)


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
