import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.data.ranges import Part, Unsatisfiable, is_unchanged, part_of


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=2-5", 2, 4),
        ("bytes=4-", 4, 6),
        ("bytes=-3", 7, 3),
        ("bytes=-99", 0, 10),
        ("bytes=8-99", 8, 2),
        ("Bytes= 1-1", 1, 1),
    ],
)
def test_a_range_is_a_part(header: str, start: int, length: int) -> None:
    assert part_of(header, 10) == Part(start, length, 10)


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "items=0-1", "bytes=x-y", "bytes=1"],
)
def test_what_is_no_single_range_is_all(header: str) -> None:
    assert part_of(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-11", "bytes=-0", "bytes=99-100"])
def test_a_range_without_a_byte_of_the_file_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(header, 10)


def test_nothing_of_an_empty_file_can_be_asked_for() -> None:
    with pytest.raises(Unsatisfiable):
        part_of("bytes=0-0", 0)


@given(st.text(max_size=40), st.integers(0, 2**63))
def test_any_text_is_a_part_of_the_file_or_all_or_refused(header: str, size: int) -> None:
    for text in (header, f"bytes={header}"):
        try:
            part = part_of(text, size)
        except Unsatisfiable:
            continue
        assert part is None or 0 <= part.start < part.start + part.length <= size


def test_a_tag_is_known_by_itself_or_among_others() -> None:
    assert is_unchanged('"a"', '"a"')
    assert is_unchanged('W/"a", "b"', '"a"')
    assert is_unchanged("*", '"a"')
    assert not is_unchanged('"b"', '"a"')
