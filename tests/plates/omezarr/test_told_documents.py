"""One sign for all documents of a store: the same in any order, another after any change."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.objects import ListedObject
from plates.omezarr.told_documents import ToldDocuments

WHEN = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
TOLD = [
    ListedObject("zarr.json", 900, WHEN, etag="a"),
    ListedObject("B/03/zarr.json", 90, WHEN, etag="b"),
    ListedObject("B/03/0/zarr.json", 400, WHEN, etag="c"),
    ListedObject("B/03/0/0/zarr.json", 300, WHEN, etag="d"),
]


def sign(told: list[ListedObject]) -> bytes | None:
    documents = ToldDocuments()
    for one in told:
        documents.add(one)
    return documents.sign


@given(st.permutations(TOLD))
def test_the_order_does_not_matter(told: list[ListedObject]) -> None:
    assert sign(told) == sign(TOLD)
    assert len(sign(told) or b"") == 32


@given(
    st.integers(0, len(TOLD) - 1),
    st.sampled_from(
        [
            {"size": 1},
            {"etag": "z"},
            {"etag": ""},
            {"changed_at": WHEN + timedelta(microseconds=1)},
            {"path": "B/03/1/zarr.json"},
        ]
    ),
)
def test_whatever_is_changed_shows(number: int, change: dict[str, object]) -> None:
    changed = [*TOLD]
    changed[number] = msgspec.structs.replace(TOLD[number], **change)
    assert sign(changed) != sign(TOLD)


@given(st.integers(0, len(TOLD) - 1))
def test_what_is_missing_shows_and_so_does_what_is_told_twice(number: int) -> None:
    assert sign(TOLD[:number] + TOLD[number + 1 :]) != sign(TOLD)
    assert sign([*TOLD, TOLD[number], TOLD[number]]) != sign(TOLD)


def test_chunks_say_nothing_of_documents() -> None:
    chunks = [ListedObject("B/03/0/0/c/0/0", 7), ListedObject("B/03/0/0/0.0", 7, WHEN)]
    assert sign([*TOLD, *chunks]) == sign(TOLD)


def test_the_same_moment_in_another_zone_is_the_same() -> None:
    there = WHEN.astimezone(timezone(timedelta(hours=2)))
    assert sign([msgspec.structs.replace(TOLD[0], changed_at=there), *TOLD[1:]]) == sign(TOLD)


def test_there_is_no_sign_where_too_little_was_told() -> None:
    assert sign([]) is None
    assert sign([*TOLD, ListedObject("B/03/1/zarr.json", 400)]) is None
    assert sign([ListedObject("zarr.json", 900, WHEN)]) is not None
    assert sign([ListedObject("zarr.json", 900, etag="a")]) is not None
