"""Numbers as people write them: decimal commas, thousands, exponents."""

import re
from collections.abc import Iterable
from decimal import Decimal

LONGEST_NUMBER = 40
"""Longer texts are no number."""

_SIGN = r"[+-]?"
_EXPONENT = r"(?:[eE]([+-]?[0-9]{1,3}))?"
_PLAIN = re.compile(rf"({_SIGN}(?:[0-9]+\.?[0-9]*|\.[0-9]+)){_EXPONENT}", re.ASCII)
_DECIMAL_COMMA = re.compile(rf"({_SIGN}(?:[0-9]+,[0-9]*|,[0-9]+)){_EXPONENT}", re.ASCII)
_EITHER = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}[,.][0-9]{{3}}", re.ASCII)
"""One mark with three digits behind it: decimals, or thousands."""
_BLANK_THOUSANDS = re.compile(
    rf"({_SIGN}[1-9][0-9]{{0,2}})((?:[ '][0-9]{{3}})+)([.,][0-9]+)?", re.ASCII
)
_COMMA_THOUSANDS = re.compile(rf"({_SIGN}[1-9][0-9]{{0,2}})((?:,[0-9]{{3}})+)(\.[0-9]+)?", re.ASCII)
_POINT_THOUSANDS = re.compile(rf"({_SIGN}[1-9][0-9]{{0,2}})((?:\.[0-9]{{3}})+)(,[0-9]+)?", re.ASCII)
_LOOKALIKES = str.maketrans(
    {"\u2212": "-", "\u2019": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
)


def decimal_mark(cells: Iterable[str]) -> str:
    """What stands before decimals in the numbers of a column: `.`, `,`, or empty.

    It takes the first numbers of cells that may have a unit behind them. Empty where no cell
    shows it, and where cells contradict each other.
    """
    marks = {mark for cell in cells if (mark := _mark(cell))}
    return marks.pop() if len(marks) == 1 else ""


def number_of(text: str, decimal: str = "") -> Decimal | None:
    """The number that a text is, None if it is none.

    `decimal` is the mark of its column; without it a lone comma before three digits, `1,000`, is
    no number that can be told, and a lone point is taken as it is written elsewhere.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    text = text.translate(_LOOKALIKES)
    if decimal != ",":
        match = _PLAIN.fullmatch(text)
        if match is not None:
            return _decimal(match[1], match[2])
    return _number_with_marks(text, decimal)


def is_ambiguous(text: str, decimal: str = "") -> bool:
    """Whether a text is a number whose one comma may stand before decimals or thousands."""
    return not decimal and "," in text and _EITHER.fullmatch(text) is not None


def _number_with_marks(text: str, decimal: str) -> Decimal | None:
    if is_ambiguous(text, decimal):
        return None
    thousands = _POINT_THOUSANDS if decimal == "," else _COMMA_THOUSANDS
    for pattern in (_BLANK_THOUSANDS, thousands, _POINT_THOUSANDS if not decimal else thousands):
        match = pattern.fullmatch(text)
        if match is not None:
            whole = re.sub(r"[^0-9]", "", match[2])
            return _decimal(f"{match[1]}{whole}{match[3] or ''}", None)
    match = None if decimal == "." else _DECIMAL_COMMA.fullmatch(text)
    if match is None:
        match = _PLAIN.fullmatch(text)
    return None if match is None else _decimal(match[1], match[2])


def _decimal(digits: str, exponent: str | None) -> Decimal:
    return Decimal(f"{digits.replace(',', '.')}e{exponent or 0}")


_HEAD = re.compile(r"[+-]?([0-9.,]*[0-9])", re.ASCII)


def _mark(cell: str) -> str:
    """The decimal mark that one cell shows; empty if it shows none."""
    match = _HEAD.match(cell[:LONGEST_NUMBER])
    digits = "" if match is None else match[1]
    commas, points = digits.count(","), digits.count(".")
    if commas and points:
        return "," if digits.rindex(",") > digits.rindex(".") else "."
    if commas + points == 0 or _EITHER.fullmatch(digits):
        return ""
    if commas:
        return "," if commas == 1 else "."
    return "." if points == 1 else ","
