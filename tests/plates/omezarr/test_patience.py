"""What is asked again: all that can pass, with pauses, and nothing that cannot; http and S3 alike."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from plates.omezarr.errors import StoreError, StoreForbidden, StoreNotFound, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.patience import pause_s
from plates.omezarr.read import read_store
from plates.omezarr.signs import signs_of
from tests import stores
from tests.misbehaving import PASSING, Fault, Misbehaviour, in_turn, misbehaving_server
from tests.servers import WebServer

ROOT = "b/p.zarr/zarr.json"
FIELD = "b/p.zarr/B/03/0/zarr.json"
Address = Callable[[WebServer], tuple[str, StoreOptions]]


def over_http(server: WebServer) -> tuple[str, StoreOptions]:
    """The plate behind http."""
    return f"{server.url}/b/p.zarr", StoreOptions(retries=2, timeout_s=20, stall_s=1)


def over_s3(server: WebServer) -> tuple[str, StoreOptions]:
    """The same plate for a client of S3."""
    options = StoreOptions(
        endpoint=server.url, region="r", anonymous=True, retries=2, timeout_s=20, stall_s=1
    )
    return "s3://b/p.zarr", options


both = pytest.mark.parametrize("address", [over_http, over_s3])
# No answer of S3 comes in chunks: without its length it is none.
each_passing = pytest.mark.parametrize(
    ("address", "fault"),
    [
        (address, fault)
        for address in (over_http, over_s3)
        for fault in PASSING
        if (address, fault) != (over_s3, Fault.CUT_CHUNKED)
    ],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stores.plate(tmp_path / "b" / "p.zarr", wells=["B03"])
    return tmp_path


@each_passing
@pytest.mark.parametrize("path", [ROOT, FIELD], ids=["root", "field"])
def test_what_can_pass_is_asked_again(
    folder: Path, address: Address, fault: Fault, path: str
) -> None:
    whole = read_store(str(folder / "b" / "p.zarr"))
    misbehaviour = Misbehaviour(in_turn(path, fault))
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = address(server)
        snapshot = read_store(url, options=options)
    assert (snapshot.digest, snapshot.problems) == (whole.digest, ())
    assert misbehaviour.faults == {fault: 1}
    assert misbehaviour.asked[path] == 2


@both
@pytest.mark.parametrize(
    "fault", [Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.TOO_SLOW_A_REQUEST, Fault.RESET, Fault.CUT]
)
def test_what_can_pass_and_does_not_is_told_as_such(
    folder: Path, address: Address, fault: Fault
) -> None:
    misbehaviour = Misbehaviour(in_turn(FIELD, *[fault] * 9))
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = address(server)
        with pytest.raises(StoreUnreachable) as failure:
            read_store(url, options=options)
    assert failure.value.passing
    # libcurl asks once more by itself where a connection that was kept turns out to be dead.
    assert 3 <= misbehaviour.asked[FIELD] <= 4


@both
@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.FORBIDDEN, StoreForbidden), (Fault.ABSENT, StoreNotFound)]
)
def test_what_cannot_pass_is_final_at_once(
    folder: Path, address: Address, fault: Fault, error: type[StoreError]
) -> None:
    misbehaviour = Misbehaviour(lambda path, _: fault if path.startswith("b/p.zarr") else None)
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = address(server)
        with pytest.raises(error) as failure:
            read_store(url, options=options)
    assert not failure.value.passing
    assert misbehaviour.asked[ROOT] == 1


@both
def test_a_malformed_document_is_final_at_once(folder: Path, address: Address) -> None:
    (folder / ROOT).write_bytes(b'{"zarr_format": 3,')
    misbehaviour = Misbehaviour(in_turn(ROOT))
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = address(server)
        with pytest.raises(StoreError) as failure:
            read_store(url, options=options)
    assert not failure.value.passing
    assert misbehaviour.asked[ROOT] == 1


@both
@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.RESET, Fault.STALL])
def test_signs_are_asked_for_again_too(folder: Path, address: Address, fault: Fault) -> None:
    misbehaviour = Misbehaviour(in_turn(ROOT, fault))
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = address(server)
        (sign,) = signs_of([(url, "zarr.json")], options=options)
    assert isinstance(sign, str)
    assert sign


def test_a_server_is_left_alone_as_long_as_it_asks(folder: Path) -> None:
    misbehaviour = Misbehaviour(in_turn(ROOT, Fault.TOO_MANY), retry_after_s=2)
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = over_http(server)
        started = time.monotonic()
        read_store(url, options=options)
    assert time.monotonic() - started >= 2


def test_a_server_that_wants_to_be_left_alone_for_long_is_given_up_for_now(folder: Path) -> None:
    misbehaviour = Misbehaviour(in_turn(ROOT, *[Fault.UNAVAILABLE] * 9), retry_after_s=3600)
    with misbehaving_server(folder, misbehaviour) as server:
        url, options = over_http(server)
        with pytest.raises(StoreUnreachable) as failure:
            read_store(url, options=options)
    assert failure.value.after_s == 3600
    assert misbehaviour.asked[ROOT] == 1


def test_a_name_that_is_not_known_may_pass() -> None:
    with pytest.raises(StoreUnreachable, match="name is not known") as failure:
        read_store("http://no-such-host.invalid/p.zarr", options=StoreOptions(retries=1))
    assert failure.value.passing


def test_pauses_double_and_are_spread_and_end() -> None:
    random.seed(0)
    assert all(0.125 <= pause_s(0) <= 0.25 for _ in range(50))
    assert all(1 <= pause_s(3) <= 2 for _ in range(50))
    assert pause_s(90) <= 8
    assert all(5 <= pause_s(0, asked_s=5) <= 5.25 for _ in range(50))
    assert len({pause_s(2) for _ in range(20)}) > 1
