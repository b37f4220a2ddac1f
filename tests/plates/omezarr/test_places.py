import os
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.addressing import RootUrl
from plates.omezarr.hosts import NotPlain
from plates.omezarr.places import is_below, place_of, web_address


def holds(allowed: str, url: str) -> bool:
    try:
        return place_of(RootUrl.parse(allowed)).holds(place_of(RootUrl.parse(url)))
    except NotPlain:
        return False


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("https://h.org/data", "https://h.org/data"),
        ("https://h.org/data/", "https://H.ORG.:443/data/p.zarr?sig=1"),
        ("https://h.org", "https://h.org/any/p.zarr"),
        ("https://h.org/a b", "https://h.org/a%20b/p.zarr"),
        ("https://h.org/data", "https://me:pw@h.org/d%61ta/p.zarr"),
        ("http://[::1]:8000/", "http://[0::1]:8000/p.zarr"),
        ("s3://bucket", "s3://bucket/any/p.zarr"),
        ("s3://bucket/a", "s3://bucket/a/p.zarr"),
        ("ftp://h/a", "ftp://h/a/b"),
    ],
)
def test_a_place_holds_what_lies_below_it(allowed: str, url: str) -> None:
    assert holds(allowed, url)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("https://h.org/data", "https://h.org/database/p.zarr"),
        ("https://h.org/data", "https://h.org/"),
        ("https://h.org/data", "https://h.org/Data/p.zarr"),
        ("https://h.org/data", "https://h.org/x/data/p.zarr"),
        ("https://h.org/data", "http://h.org/data/p.zarr"),
        ("https://h.org/data", "https://h.org:8443/data/p.zarr"),
        ("https://h.org/data", "https://h.org.evil.org/data/p.zarr"),
        ("https://h.org/data", "https://h.org@evil.org/data/p.zarr"),
        ("https://h.org/data", "https://evil.org/h.org/data/p.zarr"),
        ("https://h.org/data", "https://h.org/data/../secret"),
        ("https://h.org/data", "https://h.org/data/./p.zarr"),
        ("https://h.org/data", "https://h.org/data/%2e%2e/secret"),
        ("https://h.org/data", "https://h.org/data/%252e%252e/secret"),
        ("https://h.org/data", "https://h.org/data/%25252525252e./secret"),
        ("https://h.org/data", "https://h.org/data/..%2fsecret"),
        ("https://h.org/data", "https://h.org/data/..%5csecret"),
        ("https://h.org/data", "https://h.org/data/..;x/secret"),
        ("https://h.org/data", "https://h.org/data/..\\secret"),
        ("https://h.org/%fe", "https://h.org/%ff/p.zarr"),
        ("s3://bucket/a", "s3://bucket/ab/p.zarr"),
        ("s3://bucket/a", "s3://bucket/a/../b"),
        ("s3://bucket", "s3://bucket-of-mine/p.zarr"),
        ("s3://bucket", "gs://bucket/p.zarr"),
        ("s3://bucket/%61", "s3://bucket/a/p.zarr"),
    ],
)
def test_a_place_holds_nothing_beside_it(allowed: str, url: str) -> None:
    assert not holds(allowed, url)


PARTS = ["a", "ab", "..", ".", "%2e%2e", "%252e.", "%2f", "%5c..", "..;x", "", "b%25", "%62", "é"]


def served(path: str, times: int) -> str:
    """What a careless server makes of a path: it decodes it again and again, and cuts."""
    for _ in range(times):
        path = unquote(path)
    parts = [part.partition(";")[0] for part in path.replace("\\", "/").split("/")]
    return os.path.normpath("/".join(parts))


@given(st.lists(st.sampled_from(PARTS), max_size=5), st.integers(0, 4))
def test_what_a_place_holds_stays_there_however_a_server_reads_it(
    parts: list[str], times: int
) -> None:
    url = "https://h.org/a/" + "/".join(parts)
    if holds("https://h.org/a", url):
        assert f"{served('/' + RootUrl.parse(url).path, times)}/".startswith("/a/")


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://H.org/a%20b/?q=1#x", RootUrl("https", "h.org", "a%20b/")),
        ("HTTP://h:80//a", RootUrl("http", "h:80", "/a")),
        ("http://h?q", RootUrl("http", "h", "")),
        ("http://h#@evil", RootUrl("http", "h", "")),
    ],
)
def test_a_web_address_is_taken_as_it_is_written(url: str, root: RootUrl) -> None:
    assert web_address(url) == root


@pytest.mark.parametrize(
    "url",
    [
        "",
        "//h/x",
        "file:///etc/passwd",
        "gopher://h/",
        "http:/h",
        "http:///x",
        "http://a:b@h/",
        "http://good\\@evil/",
        "http://h/a b",
        "http://bücher.example/",
        "http://2130706433/",
        " http://h/",
    ],
)
def test_what_is_no_plain_web_address_is_none(url: str) -> None:
    with pytest.raises(NotPlain):
        web_address(url)


@given(
    st.lists(st.sampled_from(["data", "database", "a"]), max_size=3),
    st.lists(st.sampled_from(["data", "database", "a"]), max_size=3),
)
def test_folders_hold_what_pathlib_says(real: list[str], folder: list[str]) -> None:
    below, above = "/" + "/".join(real), "/" + "/".join(folder)
    assert is_below(below, above) == PurePosixPath(below).is_relative_to(above)
    assert is_below(below, above + "/") == PurePosixPath(below).is_relative_to(above)
