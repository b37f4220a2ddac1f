"""Which plate map a barcode file means: by name, forgiving what people change in names."""

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

from plates.platemaps.spelling import folded

_EXTENSION = re.compile(r"\.(csv|tsv|txt|tab|xlsx|xlsm|xls|gz|zip)$", re.IGNORECASE)
_NO_MAP = frozenset({"", "control", "controls", "none", "na", "n a", "null", "no map", "nan"})


class NameMatch(NamedTuple):
    """The names that a spelling may mean; one if it is clear, none if there is no such name."""

    names: tuple[str, ...]
    exact: bool
    """Whether it is written as the name is."""


def stem(name: str) -> str:
    """A file's name without folders and the extensions of tables: `a/map.txt.gz` is `map`."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    while shorter := _EXTENSION.sub("", bare):
        if shorter == bare:
            break
        bare = shorter
    return bare


def table_name(name: str) -> str:
    """The name under which a table is meant: of a workbook with several sheets, its sheet's."""
    file, colon, sheet = name.rpartition(":")
    return sheet.strip() if colon and stem(file) != file else stem(name)


def says_no_map(text: str) -> bool:
    """Whether the name of a plate map says that there is none."""
    return folded(text) in _NO_MAP


def match_name(text: str, names: Iterable[str]) -> NameMatch:
    """The names that a spelling means, by the first way in which there are any.

    The ways: the same, but for the extension, but for case, but for separators, and one the
    beginning of the other up to a separator.
    """
    known = dict.fromkeys(names)
    if text in known:
        return NameMatch((text,), exact=True)
    for same in (stem, _case, _words):
        wanted = same(text)
        found = tuple(name for name in known if same(name) == wanted)
        if found:
            return NameMatch(found, exact=False)
    words = _words(text).split()
    begun = tuple(name for name in known if _begins(words, _words(name).split()))
    return NameMatch(begun, exact=False)


def _case(name: str) -> str:
    return stem(name).casefold()


def _words(name: str) -> str:
    return folded(stem(name))


def _begins(one: list[str], other: list[str]) -> bool:
    shared = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
    return 0 < shared == min(len(one), len(other))
