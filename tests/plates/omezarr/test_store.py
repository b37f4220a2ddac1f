"""The same store behind every kind of storage, and what storage can do to a reader."""

import asyncio
import base64
import time
from pathlib import Path

import fsspec
import pytest

from plates.omezarr import drivers
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    DocumentTooLarge,
    NotOmeZarr,
    ReadCancelled,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
)
from plates.omezarr.listing import FolderEntry, list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import StoreSnapshot
from tests import stores
from tests.servers import Behaviour, http_server
from tests.stores import Style, Version

QUICK = StoreOptions(retries=1, timeout_s=5, connect_timeout_s=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    style = Style(labels=("nuclei",))
    stores.plate(tmp_path / "p.zarr", wells=["B03", "C04"], fields=2, missing=["C04"], style=style)
    return tmp_path


def present(snapshot: StoreSnapshot) -> list[bool]:
    assert snapshot.plate is not None
    return [well.present for well in snapshot.plate.wells]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_http_shows_the_same_as_the_disk(
    tmp_path: Path, version: Version, *, chunked: bool
) -> None:
    local = read_store(str(stores.plate(tmp_path / "a b.zarr", version=version, wells=["B03"])))
    with http_server(tmp_path, Behaviour(chunked=chunked)) as server:
        remote = read_store(f"{server.url}/a b.zarr", options=QUICK)
    assert (remote.digest, remote.plate, remote.name) == (local.digest, local.plate, "a b")


def test_no_document_is_asked_for_twice(folder: Path) -> None:
    with http_server(folder) as server:
        snapshot = read_store(f"{server.url}/p.zarr")
        asked = server.behaviour.requests
    # The absent well, and tables, which are nowhere, are asked for in vain.
    assert len(asked) == len(set(asked)) == snapshot.documents + 2


def test_paths_with_odd_characters_reach_the_server(tmp_path: Path) -> None:
    style = Style(field_names=("field 1", "100%", "a#b?c", "é", "%2e%2e"))
    stores.plate(tmp_path / "p.zarr", wells=["B03"], style=style)
    for chunked in (False, True):
        with http_server(tmp_path, Behaviour(chunked=chunked)) as server:
            snapshot = read_store(f"{server.url}/p.zarr", options=QUICK)
        assert snapshot.plate is not None
        assert [field.present for field in snapshot.plate.wells[0].fields] == [True] * 5


def test_memory_shows_the_same_as_the_disk(folder: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(folder / "p.zarr"), "/test_store/p.zarr", recursive=True)
    try:
        snapshot = read_store("memory://test_store/p.zarr")
        listed = list_folder(RootUrl.parse("memory://test_store"), options=QUICK)
        with pytest.raises(NotOmeZarr, match=r"such as p\.zarr"):
            read_store("memory://test_store")
        with pytest.raises(DocumentTooLarge):
            read_store("memory://test_store/p.zarr", options=StoreOptions(max_document_bytes=9))
    finally:
        memory.rm("/test_store", recursive=True)
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest
    assert listed == (FolderEntry("p.zarr", is_folder=True),)
    with pytest.raises(StoreNotFound):
        read_store("memory://test_store/p.zarr")


def test_a_server_that_fails_for_a_moment_is_asked_again(folder: Path) -> None:
    behaviour = Behaviour(failures={"p.zarr/B/03/zarr.json": 1, "p.zarr/zarr.json": 1})
    with http_server(folder, behaviour) as server:
        assert present(read_store(f"{server.url}/p.zarr")) == [True, False]


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.parametrize("path", ["p.zarr/zarr.json", "p.zarr/B/03/1/zarr.json"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_server_that_goes_on_failing_is_unreachable_and_nothing_is_taken_as_missing(
    folder: Path, status: int, path: str, *, chunked: bool
) -> None:
    behaviour = Behaviour(statuses={path: status}, chunked=chunked)
    with (
        http_server(folder, behaviour) as server,
        pytest.raises(StoreUnreachable, match=f"answered {status}") as failure,
    ):
        read_store(f"{server.url}/p.zarr", options=QUICK)
    assert failure.value.passing


def test_an_answer_that_breaks_off_is_no_document(folder: Path) -> None:
    path = "p.zarr/B/03/zarr.json"
    with http_server(folder, Behaviour(short={path})) as server:
        with pytest.raises(StoreUnreachable, match="broke off"):
            read_store(f"{server.url}/p.zarr", options=QUICK)
        assert server.behaviour.requests.count(path) == 2


@pytest.mark.parametrize("status", [404, 410, 403])
def test_what_a_server_says_of_missing_documents_does_not_matter(folder: Path, status: int) -> None:
    with http_server(folder, Behaviour(missing_status=status)) as server:
        snapshot = read_store(f"{server.url}/p.zarr", options=QUICK)
    assert present(snapshot) == [True, False]
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest
    # Behind a refusal might be a well that somebody else may see.
    assert [problem.node for problem in snapshot.problems] == (["C/04"] if status == 403 else [])


@pytest.mark.parametrize("status", [401, 403])
def test_a_store_whose_root_is_refused_is_forbidden(folder: Path, status: int) -> None:
    with (
        http_server(folder, Behaviour(statuses={"*": status})) as server,
        pytest.raises(StoreForbidden, match=f"answered {status}"),
    ):
        read_store(f"{server.url}/p.zarr", options=QUICK)


def test_permission_that_runs_out_half_way_is_no_store_with_missing_wells(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behaviour = Behaviour()
    with http_server(folder, behaviour) as server:
        whole = drivers.walk_remote

        async def lose_permission(*arguments: object) -> None:
            behaviour.statuses["*"] = 403
            await whole(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr("plates.omezarr.read.walk_remote", lose_permission)
        with pytest.raises(StoreForbidden):
            read_store(f"{server.url}/p.zarr", options=QUICK)


def test_a_web_page_in_the_place_of_every_missing_document_is_a_problem_of_its_node(
    folder: Path,
) -> None:
    with http_server(folder, Behaviour(missing_status=200)) as server:
        snapshot = read_store(f"{server.url}/p.zarr", options=QUICK)
    assert present(snapshot) == [True, False]
    assert all("it is a web page" in problem.message for problem in snapshot.problems)


def test_a_document_that_is_too_large_is_not_taken_over_http(folder: Path) -> None:
    (folder / "p.zarr/B/03/0/zarr.json").write_bytes(b" " * 100_000)
    for chunked in (False, True):
        with http_server(folder, Behaviour(chunked=chunked)) as server:
            options = StoreOptions(max_document_bytes=50_000)
            (problem,) = read_store(f"{server.url}/p.zarr", options=options).problems
        assert "larger than 50,000 bytes" in problem.message


def test_a_user_in_the_address_signs_in_and_is_never_shown(folder: Path) -> None:
    word = base64.b64encode(b"me:s3cret").decode()
    with http_server(folder, Behaviour(user=f"Basic {word}", chunked=False)) as server:
        url = server.url.replace("http://", "http://me:s3cret@")
        assert "s3cret" not in read_store(f"{url}/p.zarr", options=QUICK).url
        with pytest.raises(StoreForbidden) as refusal:
            read_store(f"{url.replace('s3cret', 'wr0ng')}/p.zarr", options=QUICK)
    assert "wr0ng" not in str(refusal.value)


def test_a_signature_in_the_address_goes_with_every_request_and_is_never_shown(
    folder: Path,
) -> None:
    with http_server(folder, Behaviour(query="sig=abc&x=%2F")) as server:
        snapshot = read_store(f"{server.url}/p.zarr?sig=abc&x=%2F", options=QUICK)
        with pytest.raises(StoreForbidden) as refusal:
            read_store(f"{server.url}/p.zarr?sig=expired", options=QUICK)
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest
    assert "sig" not in snapshot.url
    assert "expired?" not in str(refusal.value)
    assert "sig=" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/p.zarr", "refuses the connection"),
        ("http://127.0.0.1:1/p.zarr?sig=secret", "refuses"),
        ("http://no-such-host.invalid/p.zarr", "its name is not known"),
    ],
)
def test_a_server_that_is_away_is_unreachable(url: str, reason: str) -> None:
    with pytest.raises(StoreUnreachable, match=reason) as failure:
        read_store(url, options=StoreOptions(retries=0, connect_timeout_s=2, timeout_s=4))
    assert failure.value.passing
    assert "secret" not in str(failure.value)


def test_a_server_that_speaks_no_tls_is_explained(folder: Path) -> None:
    with http_server(folder) as server:
        url = server.url.replace("http://", "https://")
        with pytest.raises(StoreUnreachable, match="does not speak TLS"):
            read_store(f"{url}/p.zarr", options=StoreOptions(retries=0))


def test_a_server_that_hangs_is_given_up(folder: Path) -> None:
    with http_server(folder, Behaviour(delay_s=3)) as server:
        started = time.monotonic()
        with pytest.raises(StoreUnreachable, match="too long"):
            read_store(f"{server.url}/p.zarr", options=StoreOptions(retries=0, timeout_s=0.5))
    assert time.monotonic() - started < 10


def test_a_caller_can_stop_while_a_server_hangs(folder: Path) -> None:
    behaviour = Behaviour()
    with http_server(folder, behaviour) as server:
        read_store(f"{server.url}/p.zarr")

        def stop() -> bool:
            behaviour.delay_s = 2.0
            return len(behaviour.requests) > 12

        started = time.monotonic()
        with pytest.raises(ReadCancelled):
            read_store(f"{server.url}/p.zarr", stop=stop)
    assert time.monotonic() - started < 10


def test_latency_is_paid_per_stage_and_not_per_document(tmp_path: Path) -> None:
    stores.plate(tmp_path / "p.zarr", wells=["A01", "A02", "A03", "A04"], fields=3)
    with http_server(tmp_path, Behaviour(delay_s=0.05)) as server:
        started = time.monotonic()
        read_store(f"{server.url}/p.zarr")
        spent = time.monotonic() - started
        asked = len(server.behaviour.requests)
    assert asked > 50
    assert spent < asked * 0.05 / 3


def test_one_request_at_a_time_is_possible(folder: Path) -> None:
    with http_server(folder) as server:
        options = StoreOptions(concurrency=1)
        assert present(read_store(f"{server.url}/p.zarr", options=options)) == [True, False]


def test_progress_is_told_over_http(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    with http_server(folder) as server:
        read_store(f"{server.url}/p.zarr", progress=lambda done, known: told.append((done, known)))
    assert told[-1][0] == told[-1][1] > 10


def test_a_folder_on_the_web_is_listed_if_the_server_lists(folder: Path) -> None:
    with http_server(folder) as server:
        root = RootUrl.parse(server.url)
        assert list_folder(root, options=QUICK) == (FolderEntry("p.zarr", is_folder=True),)
        names = [entry.name for entry in list_folder(root, "p.zarr", options=QUICK)]
        assert names == ["B", "zarr.json"]
        with pytest.raises(NotOmeZarr, match=r"such as p\.zarr"):
            read_store(server.url, options=QUICK)
        server.behaviour.listing = False
        with pytest.raises(StoreNotFound):
            list_folder(root, options=QUICK)
        server.behaviour.statuses["*"] = 403
        with pytest.raises(StoreForbidden):
            list_folder(root, options=QUICK)
    with pytest.raises(StoreUnreachable):
        list_folder(root, options=QUICK)


def test_a_local_folder_is_listed(folder: Path) -> None:
    root = RootUrl.parse(str(folder))
    assert list_folder(root, "p.zarr/B", options=QUICK) == (
        FolderEntry("03", is_folder=True),
        FolderEntry("zarr.json", is_folder=False),
    )
    with pytest.raises(StoreNotFound):
        list_folder(root, "no", options=QUICK)


def test_reading_works_from_a_thread(folder: Path) -> None:
    async def main() -> StoreSnapshot:
        return await asyncio.to_thread(read_store, f"{url}/p.zarr")

    with http_server(folder) as server:
        url = server.url
        assert present(asyncio.run(main())) == [True, False]
