"""Annotation as lines of our own tidy CSV: one for each row that says something of a subject."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from plates.platemaps.exported_cells import NOTHING, joined, line_of
from plates.platemaps.exported_columns import ExportedColumn, ValuePart
from plates.platemaps.exported_headers import EDITION, SUBJECTS
from plates.platemaps.keys import KeyKind
from plates.platemaps.values import Value

_INDEXED: Final = frozenset({KeyKind.TERM, KeyKind.QUANTITY})


class Subject(NamedTuple):
    """What a line is about: a well of a plate, or an image."""

    plate: str = ""
    well: str = ""
    image: str = ""


Said = Mapping[ExportedColumn, Sequence[Value]]
"""What one row says, in the order of its columns; texts are values without anything else."""


@dataclass(frozen=True, slots=True)
class TidyTable:
    """The columns of an export, in their order."""

    columns: Sequence[ExportedColumn]
    with_ids: Collection[str] = frozenset()
    """The keys of which some value has an ontology id."""
    _told: list[tuple[ExportedColumn, ValuePart]] = field(init=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.columns, key=lambda column: column.rank)
        object.__setattr__(self, "columns", ordered)
        told = [(column, part) for column in ordered for part in self._parts(column)]
        object.__setattr__(self, "_told", told)

    def header(self) -> str:
        """The first line."""
        return line_of([*SUBJECTS, *(column.header(part) for column, part in self._told)])

    def lines(self, subject: Subject, rows: Iterable[Said]) -> Iterator[str]:
        """The lines of all that is said of one subject, in its order; what is said twice, once.

        Of equal lines the last stands: where two rows differ, the later one may count more.
        """
        lines = [self._line(subject, said) for said in rows]
        last = {line: number for number, line in enumerate(lines)}
        return (line for number, line in enumerate(lines) if last[line] == number)

    def _parts(self, column: ExportedColumn) -> Iterator[ValuePart]:
        yield ValuePart.TEXT
        if column.kind is KeyKind.TERM and column.key in self.with_ids:
            yield ValuePart.CURIE
        if column.kind is KeyKind.QUANTITY:
            yield from (ValuePart.NUMBER, ValuePart.UNIT)

    def _line(self, subject: Subject, said: Said) -> str:
        cells = (_cell(_distinct(column, said), part) for column, part in self._told)
        return line_of([EDITION, *subject, *cells])


def _distinct(column: ExportedColumn, said: Said) -> Sequence[Value]:
    values = said.get(column, ())
    return distinct(values) if column.kind in _INDEXED else values


def distinct(values: Sequence[Value]) -> Sequence[Value]:
    """Values without those that stand before already."""
    return values if len(values) <= 1 else tuple(dict.fromkeys(values))


def _cell(values: Sequence[Value], part: ValuePart) -> str:
    if not values:
        return ""
    texts = [_text(value, part) for value in values]
    if len(texts) == 1:
        return joined(texts)
    return joined([text or NOTHING for text in texts]) if any(texts) else ""


def _text(value: Value, part: ValuePart) -> str:
    if part is ValuePart.CURIE:
        return value.curie
    if part is ValuePart.NUMBER:
        return "" if value.number is None else repr(value.number)
    return value.unit if part is ValuePart.UNIT else value.text
