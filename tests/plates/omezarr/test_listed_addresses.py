"""Addresses in lists: recognised, and written in one way."""

import os

import pytest

from plates.omezarr.errors import StoreError
from plates.omezarr.listed_addresses import (
    ADDRESS,
    NOTHING,
    RELATIVE,
    STORE,
    likeness,
    names_list,
    why_refused,
    written_address,
)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("https://example.org/plate.zarr", STORE),
        ("https://example.org/Plate 1.ome.zarr/", STORE),
        ("s3://bucket/a.zarr/fields/0", STORE),
        ("/data/plate.ozx", STORE),
        ("C:\\data\\plate.zarr", STORE),
        ("https://v.org/?source=https://example.org/plate.zarr", STORE),
        ('https://v.org/#!{"layers":[{"source":"zarr://https://a.org/b"}]}', STORE),
        ("plates/a.ome.zarr.zip", RELATIVE),
        ("https://example.org/a/b", ADDRESS),
        ("zarr://https://example.org/a", ADDRESS),
        ("/data/plates", ADDRESS),
        ("lists/more.tsv", ADDRESS),
        ("", NOTHING),
        ("plate 1", NOTHING),
        ("Screen: idr0012/HT30.ome.zarr", NOTHING),
        ("the store https://example.org/plate.zarr is good", NOTHING),
        ("https://creativecommons.org/licenses/by/4.0/", NOTHING),
        ("https://example.org/thumbnail.PNG", NOTHING),
        ("#Dataset-408", NOTHING),
        ("https://a.org/" + "x" * 5_000 + ".zarr", NOTHING),
    ],
)
def test_a_text_looks_like_the_address_of_a_store_or_less(text: str, like: int) -> None:
    assert likeness(text) == like


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("HTTPS://Example.org/a.zarr/", "https://example.org/a.zarr"),
        ("https://example.org/Plate 1.zarr", "https://example.org/Plate%201.zarr"),
        ("https://example.org/Plate%201.zarr", "https://example.org/Plate%201.zarr"),
        ("https://example.org/a.zarr/zarr.json", "https://example.org/a.zarr"),
        ("s3://bucket/a b#c.zarr/.zattrs", "s3://bucket/a b#c.zarr"),
        ("gs://bucket/a.zarr//", "gs://bucket/a.zarr"),
        ("file:///data/a%20b.zarr", "/data/a b.zarr"),
        ("/data/x/../a.zarr/", "/data/a.zarr"),
        ("././a.zarr/", "a.zarr"),
    ],
)
def test_an_address_is_written_in_one_way(text: str, written: str) -> None:
    assert written_address(text) == written


@pytest.mark.parametrize(
    ("base", "written"),
    [
        ("", "a/b c#?.zarr"),
        ("s3://bucket/lists/", "s3://bucket/lists/a/b c#?.zarr"),
        ("https://example.org/lists", "https://example.org/lists/a/b%20c%23%3F.zarr"),
        ("/data/lists", "/data/lists/a/b c#?.zarr"),
    ],
)
def test_a_relative_path_is_put_below_the_list(base: str, written: str) -> None:
    assert written_address("./a/b c#?.zarr", base=base) == written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("../a.zarr", "downwards"),
        ("a/../../b.zarr", "downwards"),
        ("a\\b.zarr", "downwards"),
        ("https://user:word@example.org/a.zarr", "password"),
        ("https://example.org/a.zarr?X-Amz-Signature=abc", "query"),
        ("s3:///a.zarr", "no bucket"),
        ("https://example.org:x/a.zarr", "not a URL"),
        ("https://example.org/a\x7f.zarr", "no address"),
        ("x" * 5_000, "longer"),
        pytest.param("D:\\a.zarr", "Windows", marks=pytest.mark.skipif(os.name == "nt", reason="")),
    ],
)
def test_what_is_no_address_of_a_store_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(StoreError) as refused:
        written_address(text)
    sentence = why_refused(refused.value)
    assert reason in sentence
    assert not any(secret in sentence for secret in ("word@", "abc"))


def test_a_plain_word_is_an_address_only_where_paths_are_meant() -> None:
    assert written_address("plate1") == "plate1"
    assert written_address("plate1.zarr", relative=False) == "plate1.zarr"
    with pytest.raises(StoreError, match="no address"):
        written_address("n/a", relative=False)


def test_a_further_list_is_known_by_its_name() -> None:
    assert names_list("https://a.org/more.csv")
    assert names_list("s3://b/more.JSONL.gz")
    assert not names_list("s3://b/more.zarr")
    assert not names_list("http://lists.csv")
    assert not names_list("s3://lists.csv/")
