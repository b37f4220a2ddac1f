import gzip
import subprocess
import sys
from collections.abc import Generator, Iterator
from http.client import IncompleteRead
from urllib.request import urlopen

import pytest
from django.test import RequestFactory

from catalog.api.streams import Begun, accepts_gzip, packed
from catalog.local.plan import free_port
from tests.running import wait_until


@pytest.mark.parametrize("header", ["gzip, deflate", "br;q=1.0, GZIP ; q=0.5"])
def test_gzip_is_sent_to_those_who_take_it(header: str) -> None:
    assert accepts_gzip(RequestFactory().get("/", headers={"Accept-Encoding": header}))


@pytest.mark.parametrize("header", ["", "identity", "gzip;q=0", "gzip; q=0.000, br"])
def test_gzip_is_not_sent_to_those_who_do_not(header: str) -> None:
    assert not accepts_gzip(RequestFactory().get("/", headers={"Accept-Encoding": header}))


def test_what_is_packed_comes_out_again() -> None:
    chunks = [b"a" * 1000, b"", b"b"]
    assert gzip.decompress(b"".join(packed(one for one in chunks))) == b"".join(chunks)


def test_what_is_refused_is_refused_before_the_answer_begins() -> None:
    def refused() -> Generator[bytes, None, None]:
        yield b""
        raise LookupError

    with pytest.raises(LookupError):
        Begun(refused())
    with pytest.raises(LookupError):
        Begun(packed(refused()))


def test_an_answer_that_nobody_reads_to_its_end_lets_go_of_what_it_is_made_from() -> None:
    held = []

    def chunks() -> Generator[bytes, None, None]:
        held.append(True)
        try:
            yield b"one"
            yield b"two"
        finally:
            held.clear()

    begun = Begun(chunks())
    assert held
    begun.close()
    assert not held
    assert next(iter(Begun(chunks()))) == b"one"
    assert list(Begun(chunks())) == [b"one", b"two"]


@pytest.fixture
def breaking_off() -> Iterator[str]:
    """A gunicorn whose answers fail on the way."""
    where = f"127.0.0.1:{free_port(0)}"
    command = [sys.executable, "-m", "gunicorn", "tests.breaking_off", "--bind", where]
    command += ["--worker-class", "gthread", "--threads", "2", "--no-control-socket"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(f"http://{where}/"), within_s=120, what="gunicorn answers")
        yield f"http://{where}/"
    finally:
        server.terminate()
        server.wait()


def answers(url: str) -> bool:
    try:
        urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.processes
def test_half_an_answer_is_not_taken_for_the_whole(breaking_off: str) -> None:
    with urlopen(breaking_off, timeout=10) as answer, pytest.raises(IncompleteRead):
        answer.read()
