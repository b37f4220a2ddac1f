"""What is dialled under a guard, with real servers on loopback."""

import asyncio
import gc
import socket
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pycurl
import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.discover import find_stores
from plates.omezarr.errors import AddressRefused, StoreForbidden, StoreUnreachable
from plates.omezarr.guard import HOSTS, NETWORKS, SCHEMES, Guard
from plates.omezarr.guarded_client import GuardedClient
from plates.omezarr.listing import FolderEntry, list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.store import open_store
from plates.omezarr.transport_web import WebStore
from plates.omezarr.validate import validate_store
from plates.omezarr.web_client import NoAnswerError, WebClient
from plates.states import Reach, Verdict
from tests import stores
from tests.plates.omezarr.packing import STORED, pack
from tests.servers import Behaviour, WebServer, http_server

QUICK = StoreOptions(retries=1, timeout_s=5, connect_timeout_s=2)
ROOT = "p.zarr/zarr.json"
ONE_ADDRESS = Guard(networks=["127.0.0.1/32"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stores.plate(tmp_path / "p.zarr", wells=["B03"])
    return tmp_path


def under(guard: Guard) -> StoreOptions:
    return replace(QUICK, guard=guard)


def refusal_of(url: str, guard: Guard) -> str:
    with pytest.raises(AddressRefused) as refusal:
        read_store(url, options=under(guard))
    return str(refusal.value)


def by_name(server: WebServer, name: str = "localhost") -> str:
    return f"http://{name}:{server.port}"


def test_loopback_is_refused_by_number_and_by_name_and_nothing_is_asked(folder: Path) -> None:
    with http_server(folder) as server:
        for url in (server.url, by_name(server)):
            assert NETWORKS in refusal_of(f"{url}/p.zarr", Guard())
            assert NETWORKS in refusal_of(f"{url}/p.zarr", Guard(hosts=["localhost", "127.0.0.1"]))
        assert server.behaviour.requests == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_an_allowed_network_is_dialled(folder: Path, name: str) -> None:
    with http_server(folder) as server:
        url = f"{by_name(server, name)}/p.zarr"
        snapshot = read_store(url, options=under(ONE_ADDRESS))
        assert validate_store(url, options=under(ONE_ADDRESS)).reach is Reach.OK
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest


async def dialled(root: RootUrl, guard: Guard) -> None:
    """Ask the client itself, past the doors that would have refused the address before."""
    client = GuardedClient(root, QUICK, guard)
    try:
        await client.get(root.shown, at_most=10)
    finally:
        await client.close()


def test_a_refused_address_is_refused_when_it_is_dialled_however_it_is_written(
    folder: Path,
) -> None:
    with http_server(folder) as server:
        for host in ("127.0.0.1", "2130706433", "0x7f.1", "localhost"):
            root = RootUrl.parse(f"http://{host}:{server.port}/p.zarr")
            with pytest.raises(AddressRefused, match=NETWORKS):
                asyncio.run(dialled(root, Guard()))
        assert server.behaviour.requests == []


@pytest.mark.parametrize("by", ["number", "name"])
def test_a_redirect_to_a_refused_address_is_not_followed(folder: Path, by: str) -> None:
    with http_server(folder, address="127.0.0.2") as other, http_server(folder) as server:
        target = other.url if by == "number" else by_name(other)
        server.behaviour.redirects[ROOT] = f"{target}/{ROOT}"
        guard = ONE_ADDRESS if by == "number" else Guard(roots=[server.url])
        said = refusal_of(f"{server.url}/p.zarr", guard)
        assert NETWORKS in said
        assert f"{server.url}/p.zarr redirects: " in said
        assert target in said
        assert other.behaviour.requests == []
        assert server.behaviour.requests[0] == ROOT


def test_a_redirect_to_an_allowed_address_is_followed_without_the_password(folder: Path) -> None:
    with http_server(folder, address="127.0.0.2") as other, http_server(folder) as server:
        server.behaviour.redirects[ROOT] = f"{other.url}/{ROOT}"
        url = server.url.replace("http://", "http://me:s3cret@")
        snapshot = read_store(f"{url}/p.zarr", options=under(Guard(networks=["127.0.0.0/8"])))
        assert other.behaviour.signed == [None]
        assert None not in server.behaviour.signed
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest


def test_a_redirect_on_the_same_server_keeps_the_password(folder: Path) -> None:
    with http_server(folder, Behaviour(redirects={"a/zarr.json": f"/{ROOT}"})) as server:
        url = server.url.replace("http://", "http://me:s3cret@")
        assert asyncio.run(answered(RootUrl.parse(f"{url}/a"), server, "/a/zarr.json"))
        assert None not in server.behaviour.signed
        assert server.behaviour.requests == ["a/zarr.json", ROOT]


async def answered(root: RootUrl, server: WebServer, path: str) -> bytes:
    client = GuardedClient(root, QUICK, ONE_ADDRESS)
    try:
        return (await client.get(f"{server.url}{path}", at_most=1_000_000)).body
    finally:
        await client.close()


def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(folder: Path) -> None:
    guard = Guard(hosts=["127.0.0.1"], networks=["127.0.0.0/8", "::1/128"])
    with http_server(folder) as other, http_server(folder) as server:
        server.behaviour.redirects[ROOT] = f"{by_name(other)}/{ROOT}"
        assert HOSTS in refusal_of(f"{server.url}/p.zarr", guard)
        assert other.behaviour.requests == []
        server.behaviour.redirects[ROOT] = f"{other.url}/{ROOT}"
        assert read_store(f"{server.url}/p.zarr", options=under(guard)).plate is not None


def test_a_redirect_to_a_scheme_that_is_not_allowed_is_not_followed(folder: Path) -> None:
    with http_server(folder) as server:
        guard = Guard(schemes=["http"], networks=["127.0.0.1/32"])
        server.behaviour.redirects[ROOT] = "https://127.0.0.1/p.zarr"
        assert SCHEMES in refusal_of(f"{server.url}/p.zarr", guard)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://me:pw@127.0.0.2/",
        "http://127.0.0.1@127.0.0.2/",
        "http://127.0.0.1\\@127.0.0.2/",
        "http://127.0.0.2#@127.0.0.1/",
        "http://2130706434/",
        "http://0x7f.2/",
        "//127.0.0.2/",
        "http://[::ffff:127.0.0.2]/",
        "http://[::1]/",
        "http://[::1%25lo]/",
        "http://\xb5.example/",
    ],
)
def test_a_redirect_elsewhere_is_not_followed_however_it_is_written(
    folder: Path, location: str
) -> None:
    with http_server(folder, Behaviour(redirects={ROOT: location})) as server:
        assert "redirects: " in refusal_of(f"{server.url}/p.zarr", ONE_ADDRESS)


def test_what_a_root_holds_is_dialled_and_only_that(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "p.zarr").rename(folder / "data/p.zarr")
    (folder / "secret").write_text("{}")
    with http_server(folder) as server:
        # By name, so that only dialling tells that the address is private.
        guard = Guard(roots=[f"{by_name(server)}/data"])
        url = f"{by_name(server)}/data/p.zarr"
        assert read_store(url, options=under(guard)).plate is not None
        asked = len(server.behaviour.requests)
        assert NETWORKS in refusal_of(f"{by_name(server)}/secret", guard)
        assert len(server.behaviour.requests) == asked
        # The connection to the server is open already, and must not serve what no root holds.
        server.behaviour.redirects[f"data/{ROOT}"] = "/secret"
        said = refusal_of(url, guard)
        assert NETWORKS in said
        assert "secret" in said
        assert "secret" not in server.behaviour.requests


def test_an_endless_redirect_is_explained(folder: Path) -> None:
    with (
        http_server(folder, Behaviour(redirects={ROOT: f"/{ROOT}"})) as server,
        pytest.raises(StoreUnreachable, match="again and again"),
    ):
        read_store(f"{server.url}/p.zarr", options=replace(under(ONE_ADDRESS), retries=0))
    assert server.behaviour.requests.count(ROOT) == 11


def root_of(url: str, options: StoreOptions) -> bytes | None:
    """The document of a store's root."""

    async def read() -> bytes | None:
        store = open_store(RootUrl.parse(url), options)
        assert isinstance(store, WebStore)
        try:
            return await store.read("zarr.json")
        finally:
            await store.close()

    return asyncio.run(read())


@pytest.mark.parametrize("guard", [None, ONE_ADDRESS])
def test_ten_redirects_are_followed_with_a_guard_and_without(
    folder: Path, guard: Guard | None
) -> None:
    steps = [f"p.zarr/{step}" for step in range(9)] + [ROOT]
    behaviour = Behaviour(redirects={"q.zarr/zarr.json": f"/{steps[0]}"})
    behaviour.redirects |= {here: f"/{there}" for here, there in pairwise(steps)}
    with http_server(folder, behaviour) as server:
        options = replace(QUICK, guard=guard)
        assert root_of(f"{server.url}/q.zarr", options)
        behaviour.redirects[ROOT] = "/p.zarr/B/03/zarr.json"
        with pytest.raises(StoreUnreachable, match="again and again"):
            root_of(f"{server.url}/q.zarr", options)


def test_one_document_that_redirects_to_a_refused_address_is_a_problem_of_its_node(
    folder: Path,
) -> None:
    path = "p.zarr/B/03/0/zarr.json"
    with http_server(folder, Behaviour(redirects={path: "http://127.0.0.2/"})) as server:
        snapshot = read_store(f"{server.url}/p.zarr", options=under(ONE_ADDRESS))
    assert [problem.node for problem in snapshot.problems] == ["B/03/0"]
    assert NETWORKS in snapshot.problems[0].message


def test_a_refused_store_was_not_reached(folder: Path) -> None:
    report = validate_store("http://127.0.0.1:1/p.zarr", options=under(Guard()))
    assert report.reach is Reach.UNREACHABLE
    assert report.verdict is not Verdict.INVALID


def test_no_proxy_dials_in_our_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with http_server(folder) as proxy, http_server(folder) as server:
        for name in ("http_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert NETWORKS in refusal_of(f"{by_name(server)}/p.zarr", Guard())
        assert read_store(f"{server.url}/p.zarr", options=under(ONE_ADDRESS)).plate is not None
        assert proxy.behaviour.requests == []


def test_an_allowed_server_that_is_away_is_unreachable_and_not_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://localhost:{held.getsockname()[1]}/p.zarr"
        with pytest.raises(StoreUnreachable, match="refuses the connection"):
            read_store(url, options=replace(under(ONE_ADDRESS), retries=0))


def test_archives_and_lists_are_read_under_a_guard_too(folder: Path) -> None:
    pack(folder / "p.zarr", folder / "p.ozx", method=STORED)
    digest = read_store(str(folder / "p.zarr")).digest
    with http_server(folder, address="127.0.0.2") as other, http_server(folder) as server:
        url, options = f"{server.url}/p.ozx", under(ONE_ADDRESS)
        assert read_store(url, options=options).digest == digest
        # The page of a redirect is longer than the piece that was asked for.
        server.behaviour.redirects["q.ozx"] = "/p.ozx"
        assert read_store(f"{server.url}/q.ozx", options=options).digest == digest
        assert list_folder(RootUrl.parse(server.url), options=options)[-1] == FolderEntry(
            "p.zarr", is_folder=True
        )
        assert len(find_stores(server.url, options=options).urls) == 2
        server.behaviour.redirects[""] = f"{other.url}/"
        server.behaviour.redirects["p.ozx"] = f"{other.url}/p.ozx"
        with pytest.raises(AddressRefused):
            list_folder(RootUrl.parse(server.url), options=options)
        with pytest.raises(AddressRefused):
            read_store(url, options=options)
        assert other.behaviour.requests == []


def test_answers_are_bounded_and_compressed_as_without_a_guard(folder: Path) -> None:
    with http_server(folder, Behaviour(compressed=True)) as server:
        snapshot = read_store(f"{server.url}/p.zarr", options=under(ONE_ADDRESS))
        assert snapshot.digest == read_store(str(folder / "p.zarr")).digest
        (folder / "p.zarr/B/03/0/zarr.json").write_bytes(b" " * 100_000)
        options = replace(under(ONE_ADDRESS), max_document_bytes=50_000)
        (problem,) = read_store(f"{server.url}/p.zarr", options=options).problems
        assert "larger than 50,000 bytes" in problem.message


def test_a_server_that_refuses_is_told_from_a_guard_that_does(folder: Path) -> None:
    with (
        http_server(folder, Behaviour(statuses={"*": 403})) as server,
        pytest.raises(StoreForbidden, match="answered 403"),
    ):
        read_store(f"{server.url}/p.zarr", options=under(ONE_ADDRESS))


async def handles_after(client: WebClient, url: str, requests: int) -> int:
    """How many handles there are more after requests that fail, without the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        before = number_of_handles()
        for _ in range(requests):
            with pytest.raises((NoAnswerError, AddressRefused)):
                await client.get(url, at_most=10)
        return number_of_handles() - before
    finally:
        gc.enable()
        await client.close()


def number_of_handles() -> int:
    # Not isinstance: a weak reference that is still around would be asked what it leads to.
    return sum(type(one) is pycurl.Curl for one in gc.get_objects())


def test_requests_that_fail_or_are_refused_leave_no_handles_behind(folder: Path) -> None:
    redirects = {"out": "http://127.0.0.2/", "round": "/round"}
    with http_server(folder, Behaviour(redirects=redirects)) as server:
        root = RootUrl.parse(server.url)
        for path in redirects:
            guarded = GuardedClient(root, QUICK, ONE_ADDRESS)
            assert asyncio.run(handles_after(guarded, f"{server.url}/{path}", 20)) <= 1
        plain = WebClient(root, QUICK)
        assert asyncio.run(handles_after(plain, f"{server.url}/round", 20)) <= 1
