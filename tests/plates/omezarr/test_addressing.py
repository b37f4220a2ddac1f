import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.addressing import RootUrl, hide_secrets, names_packed_store, safe_path
from plates.omezarr.errors import PathEscapesStore, UnsupportedScheme


@pytest.mark.parametrize(
    "path", ["B/03", "B/03/", "0", "0_mip", "s0", "a b", "é", "%2e%2e", "..a", "a..", "A/1/field 1"]
)
def test_a_path_that_leads_downwards_is_taken(path: str) -> None:
    assert safe_path(path) == path.removesuffix("/")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        ".",
        "..",
        "../x",
        "B/../../x",
        "B/./0",
        "/etc/passwd",
        "//host/x",
        "B//03",
        "B\\03",
        "..\\x",
        "C:\\x",
        "file:///etc/passwd",
        "http://evil.example/x",
        "a\0b",
        "a\nb",
        "a\x7f",
        "a" * 256,
        "/".join("abcdefghijklmnopq"),
        "a/" * 600,
    ],
)
def test_a_path_that_might_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(PathEscapesStore) as refusal:
        safe_path(path)
    assert len(str(refusal.value)) < 300


@given(st.text(alphabet="./\\aB0:%\0 ", max_size=12))
def test_what_is_taken_stays_in_its_folder(text: str) -> None:
    try:
        path = safe_path(text)
    except PathEscapesStore:
        return
    assert os.path.normpath(f"/store/{path}").startswith("/store/")
    assert os.path.normpath(f"/store/{path}") == f"/store/{path}"


def test_local_folders_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/biologist")
    assert RootUrl.parse("plate.zarr/").path == str(tmp_path / "plate.zarr")
    assert RootUrl.parse("~/plate.zarr").path == "/home/biologist/plate.zarr"
    assert RootUrl.parse("/a/../b").path == "/b"
    assert RootUrl.parse("file:///a%20b/c.zarr").path == "/a b/c.zarr"
    assert RootUrl.parse("file:///a/20%25%2041%2541.zarr").path == "/a/20% 41%41.zarr"
    assert RootUrl.parse("C:/plates").is_local


@pytest.mark.parametrize(
    ("url", "shown", "name"),
    [
        ("/data/plate.ome.zarr/", "/data/plate.ome.zarr", "plate"),
        ("/data/.zarr", "/data/.zarr", ".zarr"),
        ("https://Example.org/a/P1.zarr/", "https://example.org/a/P1.zarr", "P1"),
        ("https://h/a b.zarr", "https://h/a%20b.zarr", "a b"),
        ("https://h/a%20b.zarr", "https://h/a%20b.zarr", "a b"),
        ("https://me:secret@h:8080/p.zarr?sig=1#x", "https://h:8080/p.zarr", "p"),
        ("s3://bucket/key/P.OME.ZARR", "s3://bucket/key/P.OME.ZARR", "P"),
        ("s3://bucket", "s3://bucket", "bucket"),
        ("S3://bucket/odd?key", "s3://bucket/odd?key", "odd?key"),
        ("memory://p.zarr", "memory://p.zarr", "p"),
        ("  /data/x.lif.zarr ", "/data/x.lif.zarr", "x.lif"),
        ("/data/P.ozx", "/data/P.ozx", "P"),
        ("s3://bucket/P.ome.zarr.ZIP", "s3://bucket/P.ome.zarr.ZIP", "P"),
        ("https://h/P.zarr.zip?sig=1", "https://h/P.zarr.zip", "P"),
    ],
)
def test_an_address_is_shown_without_secrets(url: str, shown: str, name: str) -> None:
    root = RootUrl.parse(url)
    assert (root.shown, root.name) == (shown, name)
    assert RootUrl.parse(shown).shown == shown


@pytest.mark.parametrize(
    ("url", "is_archive", "is_packed_store"),
    [
        ("/data/p.OZX", True, True),
        ("https://h/p.zarr.Zip?sig=1", True, True),
        ("s3://b/p.zip/", True, False),
        ("/data/p.zarr", False, False),
        ("https://host.zip", False, False),
        ("https://h/p.zarr?name=p.zip", False, False),
    ],
)
def test_an_archive_is_known_by_its_name(
    url: str, *, is_archive: bool, is_packed_store: bool
) -> None:
    root = RootUrl.parse(url)
    assert root.is_archive is is_archive
    assert names_packed_store(root.path) is is_packed_store


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "a\0b", "a\nb", "https://", "http:///path", "http://h:port/x", "x" * 5000),
        *("file:///a/%00b", "/a/\ud800", "file:///\ud800", "https://h/\ud800", "s3://b/\udc80"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedScheme):
        RootUrl.parse(text)


def test_secrets_are_cut_out_of_every_url_in_a_text() -> None:
    text = "GET https://me:pw@h/p?X-Amz-Signature=abc failed, s3://k:s@b/c too"
    assert hide_secrets(text) == "GET https://h/p failed, s3://b/c too"


def test_the_address_of_a_child_is_below_that_of_the_store() -> None:
    assert RootUrl.parse("s3://b/p.zarr").child("B/03") == "s3://b/p.zarr/B/03"
    assert RootUrl.parse("s3://b/p.zarr").child("") == "s3://b/p.zarr"
