"""The columns of our own tidy export: what each header says, to the letter.

A header is the key's name. What a registry of keys would not say of it stands behind in brackets:
the kind, the number of the group, and of which part of the value the column tells, as in
`compound`, `compound [2]`, `compound [2, curie]`, `concentration [unit]`, `Odd Column [term]`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.exported_cells import plain
from plates.platemaps.exported_headers import SUBJECTS
from plates.platemaps.keys import KeyKind
from plates.platemaps.known_keys import KEYS_BY_NAME, KNOWN_KEYS
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Place

_SUBJECT_KINDS: Final = (
    ColumnKind.IGNORED,
    ColumnKind.PLATE,
    ColumnKind.WELL,
    ColumnKind.IMAGE,
)
_BRACKETS: Final = re.compile(r"(.+) \[([a-z0-9, ]+)\]", re.DOTALL)
_RANKS: Final = {key.name: rank for rank, key in enumerate(KNOWN_KEYS)}


class ValuePart(StrEnum):
    """What of a value a column tells."""

    TEXT = ""
    CURIE = "curie"
    NUMBER = "number"
    UNIT = "unit"


_PART_KINDS: Final = {
    ValuePart.CURIE: ColumnKind.CURIE,
    ValuePart.NUMBER: ColumnKind.NUMBER,
    ValuePart.UNIT: ColumnKind.UNIT,
}


@dataclass(frozen=True, slots=True)
class ExportedColumn:
    """A key in one of its kinds and groups."""

    key: str
    kind: KeyKind
    group: int = 0

    @property
    def rank(self) -> tuple[int, str, int, str]:
        """By which columns are ordered: known keys as the registry has them, then all others."""
        return (_RANKS.get(self.key, len(_RANKS)), self.key, self.group, self.kind.value)

    def header(self, part: ValuePart = ValuePart.TEXT) -> str:
        """The header of the column that tells a part of its values."""
        known = KEYS_BY_NAME.get(self.key)
        more = [] if known is not None and known.kind is self.kind else [self.kind.value]
        if self.group:
            more.append(str(self.group))
        if part:
            more.append(part.value)
        return f"{self.key} [{', '.join(more)}]" if more else self.key


def exported_columns(table: int, headers: Sequence[str]) -> list[ColumnMapping]:
    """What each column of an export becomes; PlateMapRefused for a header that is none of ours."""
    return list(_columns(table, headers))


def _columns(table: int, headers: Sequence[str]) -> Iterator[ColumnMapping]:
    for number, (header, kind) in enumerate(zip(SUBJECTS, _SUBJECT_KINDS, strict=True)):
        yield ColumnMapping(Place(table, number), header, kind)
    texts: dict[ExportedColumn, Place] = {}
    for number, header in enumerate(headers[len(SUBJECTS) :], start=len(SUBJECTS)):
        place = Place(table, number)
        column, part = _read(header)
        if part is ValuePart.TEXT:
            texts[column] = place
            kind = ColumnKind(column.kind.value)
            yield ColumnMapping(place, header, kind, column.key, column.group)
        elif column in texts:
            yield ColumnMapping(place, header, _PART_KINDS[part], of=texts[column])
        else:
            raise PlateMapRefused(
                f'The column "{header[:80]}" of this export speaks of a column that does not stand '
                "before it. Export the plate map again, or rename the column."
            )


def _read(header: str) -> tuple[ExportedColumn, ValuePart]:
    name = plain(header)
    kind, group, part = KeyKind.TERM, 0, ValuePart.TEXT
    bracketed = _BRACKETS.fullmatch(name)
    words = bracketed[2].split(", ") if bracketed else []
    if bracketed is not None and all(map(_is_known, words)):
        name = bracketed[1]
    else:
        words = []
    if name in KEYS_BY_NAME:
        kind = KEYS_BY_NAME[name].kind
    for word in words:
        if word.isdecimal():
            group = int(word)
        elif word in _KINDS:
            kind = KeyKind(word)
        else:
            part = ValuePart(word)
    return ExportedColumn(name, kind, group), part


_KINDS: Final = frozenset(kind.value for kind in KeyKind)
_PARTS: Final = frozenset(part.value for part in _PART_KINDS)


def _is_known(word: str) -> bool:
    return word in _KINDS or word in _PARTS or (word.isdecimal() and len(word) <= 4)  # noqa: PLR2004
