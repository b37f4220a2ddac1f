"""Patterns of paths: what they take in and leave out, held against a plain matcher."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plates.omezarr.errors import PatternRefused
from plates.omezarr.patterns import MAX_PATTERN, MAX_PATTERNS, Patterns

NAMES = st.text(alphabet="ab.]-!^", min_size=1, max_size=4).filter(lambda n: n not in {".", ".."})
PIECES = st.sampled_from(
    ["a", "b", ".", "*", "?", "[ab]", "[!a]", "[]a]", "[a-b]", "[^a]", "[b-a]"]
)
SEGMENTS = st.one_of(
    st.just("**"),
    st.lists(PIECES, min_size=1, max_size=4)
    .map("".join)
    .filter(lambda name: "**" not in name and name not in {".", ".."}),
)
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


def path_fits(pattern: list[str], path: list[str]) -> bool:
    """Whether a path fits a pattern, tried in every way."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return path_fits(pattern[1:], path) or (bool(path) and path_fits(pattern, path[1:]))
    return bool(path) and name_fits(pattern[0], path[0]) and path_fits(pattern[1:], path[1:])


def name_fits(pattern: str, name: str) -> bool:
    """Whether a name fits the pattern of a name, letter by letter."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return name_fits(pattern[1:], name) or (bool(name) and name_fits(pattern, name[1:]))
    if not name:
        return False
    if pattern[0] == "[":
        end = pattern.index("]", 3 if pattern[1] == "!" else 2)
        return in_class(pattern[1:end], name[0]) and name_fits(pattern[end + 1 :], name[1:])
    return pattern[0] in {"?", name[0]} and name_fits(pattern[1:], name[1:])


def in_class(letters: str, letter: str) -> bool:
    if letters[0] == "!":
        return not in_class(letters[1:], letter)
    if letters[1:2] == "-" and len(letters) == 3:
        return letters[0] <= letter <= letters[2]
    return letter in letters


@given(PATTERNS, PATHS)
@example("**/a", "a")
@example("a/**", "a")
@example("**/**/a/**", "b/a/b")
def test_a_path_is_included_as_a_plain_matcher_says(pattern: str, path: str) -> None:
    fits = path_fits(pattern.split("/"), path.split("/"))
    assert Patterns(include=(pattern,)).includes(path) is fits


@given(PATTERNS, PATHS)
def test_a_path_is_excluded_if_it_or_a_folder_above_fits(pattern: str, path: str) -> None:
    names = path.split("/")
    starts = [names[:length] for length in range(len(names) + 1)]
    fits = any(path_fits(pattern.split("/"), start) for start in starts)
    assert Patterns(exclude=(pattern,)).excludes(path) is fits


@given(PATTERNS, PATHS)
def test_no_folder_is_passed_by_that_something_wanted_may_lie_in(pattern: str, path: str) -> None:
    names = path.split("/")
    patterns = Patterns(include=(pattern,))
    if patterns.includes(path):
        starts = ["/".join(names[:length]) for length in range(len(names))]
        assert all(map(patterns.may_include_below, starts))


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("**/*.ome.zarr", "a/b/c.ome.zarr", True),
        ("**/*.ome.zarr", "c.ome.zarr", True),
        ("*.zarr", "a/c.zarr", False),
        ("idr00??/*", "idr0001/x", True),
        ("**/*_tmp*", "a/b_tmp1", True),
        ("A/*", "a/b", False),
        ("old/", "old", True),
        ("pl[[]1].zarr", "pl[1].zarr", True),
    ],
)
def test_patterns_read_as_in_a_shell(pattern: str, path: str, *, fits: bool) -> None:
    assert Patterns(include=(pattern,)).includes(path) is fits


def test_without_patterns_everything_is_wanted() -> None:
    nothing_said = Patterns()
    assert nothing_said.includes("a/b")
    assert nothing_said.may_include_below("a")
    assert not nothing_said.excludes("a/b")


def test_a_folder_that_nothing_wanted_can_lie_in_is_known() -> None:
    patterns = Patterns(include=("idr0001/**/*.zarr", "idr0002/*"))
    assert patterns.may_include_below("idr0001/a/b")
    assert patterns.may_include_below("idr0002")
    assert not patterns.may_include_below("idr0002/a")
    assert not patterns.may_include_below("idr0003")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "1 to 1,024 characters"),
        ("a" * (MAX_PATTERN + 1), "1 to 1,024 characters"),
        ("a\x00b", "control characters"),
        ("a" * 256, "over 255"),
        ("/".join("a" * 65), "more than 64"),
        ("/a", "downwards"),
        ("a//b", "downwards"),
        ("../a", "downwards"),
        ("a/./b", "downwards"),
        ("a**/b", "alone"),
        ("***", "alone"),
        ("{a,b}", "each choice"),
        ("a\\b", "each choice"),
        ("pl[1", "not closed"),
        ("pl[]", "not closed"),
        ("a[!]", "not closed"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused_in_a_sentence(pattern: str, why: str) -> None:
    for refused in ({"include": (pattern,)}, {"exclude": (pattern,)}):
        with pytest.raises(PatternRefused, match=why):
            Patterns(**refused)


def test_more_patterns_than_are_taken_are_refused() -> None:
    with pytest.raises(PatternRefused, match="51 patterns"):
        Patterns(include=("a",) * MAX_PATTERNS, exclude=("b",))


@given(st.text(max_size=12))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        patterns = Patterns(include=(text,), exclude=(text,))
    except PatternRefused:
        return
    assert patterns.includes("a/b") in {True, False}


def test_no_pattern_takes_long() -> None:
    stars = "*a" * 120 + "b"
    deep = "/".join(["**", "*a*"] * 30) + "/b"
    patterns = Patterns(include=(stars, deep), exclude=(stars, deep))
    path = "/".join(["a" * 255] * 16)
    started = time.perf_counter()
    assert not patterns.includes(path)
    assert not patterns.excludes(path)
    assert time.perf_counter() - started < 1
