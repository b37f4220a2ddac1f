"""The cells of our own tidy export: several values in one, none that is run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from plates.platemaps.cell_meanings import Meaning
from plates.platemaps.mappings import ColumnKind
from plates.platemaps.units import BASE_UNITS
from plates.platemaps.values import Value

NOTHING: Final = "_"
"""Stands for a value that has no id, number or unit among several of which some have."""

_STARTS: Final = ("=", "+", "-", "@", "'")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", re.ASCII)
_END: Final = "\r\n"


def joined(parts: Sequence[str]) -> str:
    """Several texts in one cell, a line each; a line break within one is followed by a blank."""
    return "\n".join(part.replace("\n", "\n ") for part in parts)


def parts_of(cell: str) -> list[str]:
    """The texts of a cell, as `joined` was given them; none of an empty one."""
    if "\n" not in cell:
        return [cell] if cell else []
    parts: list[str] = []
    for line in cell.split("\n"):
        if parts and line.startswith(" "):
            parts[-1] = f"{parts[-1]}\n{line[1:]}"
        else:
            parts.append(line)
    return parts


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs: one that might be a formula begins with an apostrophe."""
    if cell.startswith(_STARTS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def plain(cell: str) -> str:
    """A cell as it was before `safe`."""
    return cell[1:] if cell[:1] == "'" else cell


def line_of(cells: Iterable[str]) -> str:
    """A line of the export, with its end."""
    line = io.StringIO()
    # The end is what is quoted within cells: both characters that may break a line.
    csv.writer(line, lineterminator=_END).writerow(map(safe, cells))
    return line.getvalue()[: -len(_END)] + "\n"


@dataclass(frozen=True, slots=True)
class Exported:
    """Reads cells of an export: nothing is interpreted, ids, numbers and units stand beside."""

    beside: tuple[ColumnKind, ...]
    """What each neighbour tells."""

    def __call__(self, cell: str, neighbours: Sequence[str]) -> Meaning:
        """A value for each text of the cell."""
        texts = parts_of(cell)
        told = {
            kind: parts_of(neighbour)
            for kind, neighbour in zip(self.beside, neighbours, strict=True)
        }
        problems = tuple(
            f"There are {len(texts)} values, but {len(parts)} of {kind.value}: give a line to each, "
            f"with {NOTHING} for none."
            for kind, parts in told.items()
            if parts and len(parts) != len(texts)
        )
        if problems:
            return Meaning(tuple(Value(text) for text in texts), problems)
        values, wrong = [], []
        for place, text in enumerate(texts):
            number = _beside(told, ColumnKind.NUMBER, place)
            value = Value(text, _beside(told, ColumnKind.CURIE, place))
            if number:
                unit = _beside(told, ColumnKind.UNIT, place)
                measure = _measure(number)
                if measure is None:
                    wrong.append(f"{number[:40]!r} is no number: it is left out.")
                elif unit not in BASE_UNITS:
                    wrong.append(f"{unit[:40]!r} is no base unit: the number is left out.")
                else:
                    value = Value(text, value.curie, measure, unit)
            values.append(value)
        return Meaning(tuple(dict.fromkeys(values)), tuple(wrong))


def _measure(text: str) -> float | None:
    """The number of a cell; None for what is none, or has no end."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _beside(told: dict[ColumnKind, list[str]], kind: ColumnKind, place: int) -> str:
    parts = told.get(kind)
    text = parts[place] if parts else ""
    return "" if text == NOTHING else text
