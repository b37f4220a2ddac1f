"""Stores in buckets by their keys: what is but chunks is left out, and nothing else."""

from collections.abc import Iterator

import pytest

from plates.omezarr import document_listing_s3
from plates.omezarr.document_listing import UNTOLD, StoreSign, list_documents
from plates.omezarr.options import StoreOptions
from tests.bucket_server import BucketServer, bucket_server


def sign(url: str, options: StoreOptions) -> StoreSign:
    return list_documents([url], options=options).signs[0]


@pytest.fixture(scope="module")
def crowded() -> Iterator[BucketServer]:
    """Images of 5,500 chunks, half of them in Zarr 2."""
    with bucket_server("2x3x5500") as bucket:
        yield bucket


def at(study: int, number: int = 0) -> str:
    return f"screens/study-{study:04}/plate-{number:05}.ome.zarr"


def test_the_chunks_of_an_array_of_zarr_3_are_left(crowded: BucketServer) -> None:
    crowded.asked()
    urls = [f"{crowded.url}/{at(0, number)}" for number in range(3)]
    listings = list_documents(urls, options=crowded.options)
    assert all(isinstance(one, bytes) and one for one in listings.signs)
    # A page, the look whether `c` is a node, and the page behind the chunks.
    assert listings.requests == len(crowded.asked()) == 3 * 3
    document = f"{at(0)}/0/zarr.json"
    crowded.write(document, "[]")  # of the same size
    again = list_documents(urls, options=crowded.options).signs
    assert [old == new for old, new in zip(listings.signs, again, strict=True)] == [
        False,
        True,
        True,
    ]
    crowded.write(f"{at(0, 1)}/0/c/9/9", "changed")
    assert list_documents(urls, options=crowded.options).signs == again


def test_the_chunks_of_an_array_of_zarr_2_are_left(crowded: BucketServer) -> None:
    root = "v2.zarr"
    for name in (".zattrs", ".zgroup", "0/.zarray", "1/.zarray"):
        crowded.write(f"{root}/{name}", "{}")
    for number in range(2_500):
        crowded.write(f"{root}/0/0/{number}", "")
    first = list_documents([f"{crowded.url}/{root}"], options=crowded.options)
    assert first.requests == 3
    crowded.write(f"{root}/1/.zarray", "[]")
    assert list_documents([f"{crowded.url}/{root}"], options=crowded.options).signs != first.signs


def test_what_does_not_begin_with_a_digit_is_never_left(crowded: BucketServer) -> None:
    listings = list_documents([f"{crowded.url}/{at(1)}"], options=crowded.options)
    assert listings.requests == 6


def test_a_node_that_is_called_as_the_folder_of_chunks_is_not_left(crowded: BucketServer) -> None:
    root = "labels.zarr"
    for name in ("zarr.json", "labels/c/zarr.json", "labels/c/5/zarr.json"):
        crowded.write(f"{root}/{name}", "{}")
    for number in range(1_500):
        crowded.write(f"{root}/labels/c/0/{number}", "")
    first = sign(f"{crowded.url}/{root}", crowded.options)
    crowded.write(f"{root}/labels/c/5/zarr.json", "[]")
    assert sign(f"{crowded.url}/{root}", crowded.options) != first


def test_one_that_takes_too_many_requests_has_no_sign(
    crowded: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_listing_s3, "MAX_PAGES", 2)
    assert sign(f"{crowded.url}/{at(1)}", crowded.options) == UNTOLD
