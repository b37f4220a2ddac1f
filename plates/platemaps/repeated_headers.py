"""Headers that stand in a table several times: the first treatment of its wells, the second one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from plates.platemaps.headers import HeaderReading, HeaderRole
from plates.platemaps.keys import Family
from plates.platemaps.spelling import folded

_NUMBERED: Final = re.compile(r"(.+)\.[1-9][0-9]?", re.ASCII)


def told_apart(texts: Sequence[str], headers: Sequence[HeaderReading]) -> tuple[HeaderReading, ...]:
    """The readings of a table's headers, repeated ones of treatments numbered from 1.

    `Compound, Dose, Compound, Dose` is two compounds with a dose each. `Compound.1` beside
    `Compound` is its second one, as pandas writes it.
    """
    return tuple(_numbered(texts, headers))


def _numbered(texts: Sequence[str], headers: Sequence[HeaderReading]) -> Iterator[HeaderReading]:
    there = {folded(text) for text in texts}
    bare = [_bare(text, there) for text in texts]
    counts, seen = Counter(bare), Counter[str]()
    readings = dict(zip(map(folded, texts), headers, strict=True))
    for name, header in zip(bare, headers, strict=True):
        seen[name] += 1
        first = readings.get(name, header)
        is_repeated = counts[name] > 1 and _is_of_treatment(first)
        yield replace(first, group=seen[name]) if is_repeated else header


def _bare(text: str, there: set[str]) -> str:
    """A header, folded, without the number that sets it apart from an equal one."""
    match = _NUMBERED.fullmatch(text)
    if match is not None and folded(match[1]) in there:
        return folded(match[1])
    return folded(text)


def _is_of_treatment(header: HeaderReading) -> bool:
    if header.group:
        return False
    is_unit = header.role is HeaderRole.UNIT and not header.key.name
    return is_unit or (
        header.role in (HeaderRole.KEY, HeaderRole.UNIT) and header.key.family is Family.TREATMENT
    )
