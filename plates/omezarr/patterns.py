"""Patterns of paths that a search takes in or leaves out, in the manner of a shell, with `**`."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from plates.omezarr.errors import PatternRefused

MAX_PATTERNS: Final = 50
MAX_PATTERN: Final = 1_024
MAX_SEGMENT: Final = 255
MAX_SEGMENTS: Final = 64

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_ANY_DEPTH: Final = "**"
_Segments: TypeAlias = tuple[re.Pattern[str] | None, ...]
"""One expression for each name; None stands for any number of names, none among them."""


@dataclass(frozen=True)
class Patterns:
    """Which paths below a root are wanted.

    A pattern is divided by `/` into patterns of single names: `*` is any text, `?` one character,
    `[ab]` or `[!ab]` one of some; a name `**` is any number of names, or none. A pattern begins at
    the root: `*.zarr` lies directly in it, `**/*.zarr` anywhere. Case counts. PatternRefused if
    one cannot be read.
    """

    include: tuple[str, ...] = ()
    """What is wanted; everything if there is none."""
    exclude: tuple[str, ...] = ()
    """What is left out, with all that lies below it."""
    _wanted: tuple[_Segments, ...] = field(init=False, repr=False, compare=False)
    _left_out: tuple[_Segments, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        number = len(self.include) + len(self.exclude)
        if number > MAX_PATTERNS:
            raise PatternRefused(
                f"{number} patterns are more than the {MAX_PATTERNS} that are taken. Write fewer "
                "that say more, or search deeper folders one by one."
            )
        object.__setattr__(self, "_wanted", tuple(map(_compiled, self.include)))
        object.__setattr__(self, "_left_out", tuple(map(_compiled, self.exclude)))

    def includes(self, path: str) -> bool:
        """Whether what lies at a path is wanted, exclusion apart."""
        return not self.include or any(
            len(segments) in _places(segments, path) for segments in self._wanted
        )

    def may_include_below(self, path: str) -> bool:
        """Whether something below a path could be wanted, exclusion apart."""
        return not self.include or any(
            place < len(segments) for segments in self._wanted for place in _places(segments, path)
        )

    def excludes(self, path: str) -> bool:
        """Whether a path, or a folder that it lies in, is left out."""
        return any(
            len(segments) in places
            for segments in self._left_out
            for places in _each_place(segments, path)
        )


def _places(segments: _Segments, path: str) -> set[int]:
    """The places in a pattern that a path leads to; that of its end if the path matches."""
    *_, last = _each_place(segments, path)
    return last


def _each_place(segments: _Segments, path: str) -> Iterator[set[int]]:
    """The places in a pattern that a path leads to, name by name.

    All places are followed at once and none twice, so no pattern can take long.
    """
    places = _with_skipped(segments, {0})
    yield places
    for name in path.split("/") if path else ():
        places = _with_skipped(segments, set(_after(segments, places, name)))
        yield places


def _after(segments: _Segments, places: set[int], name: str) -> Iterator[int]:
    for place in places:
        if place == len(segments):
            continue
        segment = segments[place]
        if segment is None:
            yield place
        elif segment.match(name) is not None:
            yield place + 1


def _with_skipped(segments: _Segments, places: set[int]) -> set[int]:
    """The places, and those behind each `**` among them."""
    for place in sorted(places):
        end = place
        while end < len(segments) and segments[end] is None:
            end += 1
            places.add(end)
    return places


def _compiled(pattern: str) -> _Segments:
    if not pattern or len(pattern) > MAX_PATTERN or _CONTROL.search(pattern) is not None:
        raise PatternRefused(
            f"The pattern {pattern[:80]!r} is refused: a pattern is text of 1 to {MAX_PATTERN:,} "
            "characters without control characters, such as **/*.ome.zarr."
        )
    names = pattern.removesuffix("/").split("/")
    if len(names) > MAX_SEGMENTS or max(map(len, names)) > MAX_SEGMENT:
        raise _refused(
            pattern, f"it has more than {MAX_SEGMENTS} names, or one of over {MAX_SEGMENT} letters"
        )
    return tuple(_segment(pattern, name) for name in names)


def _segment(pattern: str, name: str) -> re.Pattern[str] | None:
    if name == _ANY_DEPTH:
        return None
    if name in {"", ".", ".."}:
        raise _refused(
            pattern,
            "it has to lead downwards from the root, without '.', '..', '//' or a first '/'",
        )
    if _ANY_DEPTH in name:
        raise _refused(pattern, "'**' has to stand alone between two '/'")
    if "\\" in name or "{" in name or "}" in name:
        raise _refused(
            pattern, "'\\' and '{}' mean nothing here. Write one pattern for each choice"
        )
    if _is_left_open(name):
        raise _refused(pattern, "a '[' is not closed. Write [[] for the character itself")
    # Its stars take the first fit and never go back.
    return re.compile(fnmatch.translate(name))


def _is_left_open(name: str) -> bool:
    """Whether a `[` has no `]`; one right after it stands for itself."""
    start = name.find("[")
    while start >= 0:
        first = start + 2 if name[start + 1 : start + 2] == "!" else start + 1
        end = name.find("]", first + 1)
        if end < 0:
            return True
        start = name.find("[", end + 1)
    return False


def _refused(pattern: str, because: str) -> PatternRefused:
    return PatternRefused(f"The pattern {pattern[:80]!r} is refused: {because}.")


EVERYTHING: Final = Patterns()
