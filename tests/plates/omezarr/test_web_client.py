"""What the client for http(s) does with redirects, compression, certificates and odd addresses."""

import ssl
from pathlib import Path

import pytest
import trustme

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import DocumentTooLarge, StoreUnreachable, UnsupportedScheme
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.web_client import on_the_wire
from tests import stores
from tests.servers import Behaviour, http_server

QUICK = StoreOptions(retries=0, timeout_s=5, connect_timeout_s=2)
ROOT = "p.zarr/zarr.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stores.plate(tmp_path / "p.zarr", wells=["B03"])
    return tmp_path


def test_a_redirect_is_followed_but_the_password_stays_behind(folder: Path) -> None:
    with http_server(folder) as other, http_server(folder) as server:
        server.behaviour.redirects[ROOT] = f"{other.url}/{ROOT}"
        url = server.url.replace("http://", "http://me:s3cret@")
        snapshot = read_store(f"{url}/p.zarr", options=QUICK)
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest
    assert other.behaviour.signed == [None]
    assert None not in server.behaviour.signed


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (f"/{ROOT}", "again and again"),
        ("file:///etc/passwd", "no web address"),
        ("gopher://127.0.0.1/", "no web address"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_explained(
    folder: Path, location: str, reason: str
) -> None:
    with (
        http_server(folder, Behaviour(redirects={ROOT: location})) as server,
        pytest.raises(StoreUnreachable, match=reason),
    ):
        read_store(f"{server.url}/p.zarr", options=QUICK)


def test_what_is_compressed_on_the_way_is_the_same_and_as_bounded(folder: Path) -> None:
    with http_server(folder, Behaviour(compressed=True)) as server:
        snapshot = read_store(f"{server.url}/p.zarr", options=QUICK)
        assert snapshot.digest == read_store(str(folder / "p.zarr")).digest
        (folder / ROOT).write_bytes(b" " * 50_000_000)
        with pytest.raises(DocumentTooLarge):
            read_store(f"{server.url}/p.zarr", options=QUICK)


def test_an_answer_that_is_not_compressed_as_it_says_is_explained(folder: Path) -> None:
    with (
        http_server(folder, Behaviour(encoding="br", compressed=True)) as server,
        pytest.raises(StoreUnreachable, match="not compressed as it says"),
    ):
        read_store(f"{server.url}/p.zarr", options=QUICK)


def test_a_further_authority_is_trusted_if_asked_for(folder: Path, tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    with http_server(folder, tls=tls) as server:
        url = f"{server.url}/p.zarr"
        with pytest.raises(StoreUnreachable, match="not trusted here; the option ca"):
            read_store(url, options=QUICK)
        snapshot = read_store(url, options=StoreOptions(retries=0, ca=str(ca)))
        with pytest.raises(StoreUnreachable, match="certificates of the option ca cannot be read"):
            read_store(url, options=StoreOptions(retries=0, ca=str(tmp_path / "none.pem")))
    assert snapshot.digest == read_store(str(folder / "p.zarr")).digest


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("http://Host:80/a b/p.zarr/", ("http://host:80/a%20b/p.zarr", "")),
        ("https://h/p.zarr?sig=a%2Fb&x=a b", ("https://h/p.zarr", "?sig=a%2Fb&x=a%20b")),
        ("https://bücher.example/ü", ("https://xn--bcher-kva.example/%C3%BC", "")),
        ("https://bücher.みんな:80/ü", ("https://xn--bcher-kva.xn--q9jyb4c:80/%C3%BC", "")),
        ("http://h", ("http://h", "")),
    ],
)
def test_an_address_is_spelt_as_http_wants_it(url: str, wire: tuple[str, str]) -> None:
    assert on_the_wire(RootUrl.parse(url)) == wire


def test_a_server_whose_name_cannot_be_spelt_is_none() -> None:
    with pytest.raises(UnsupportedScheme, match="names no server"):
        read_store(f"http://{'é' * 70}/p.zarr", options=QUICK)
