"""Doses, times, temperatures: a number in its base unit out of the text of a cell, and back."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, localcontext
from math import isinf

from plates.platemaps.errors import QuantityUnreadable
from plates.platemaps.numbers import is_ambiguous, number_of
from plates.platemaps.units import (
    DIMENSIONS,
    RATIO,
    TEMPERATURE,
    TIME,
    Unit,
    meant_but_for_case,
    scale_of,
    unit_of,
)
from plates.platemaps.values import Value

_LONGEST = 100
_LONGEST_QUOTED = 40
_LONGEST_PLAIN = 20
_NUMBER = r"[+-]?(?:[0-9.,]|(?<=[0-9])[ '](?=[0-9]{3}(?![0-9])))+"
_PARTS = re.compile(rf"({_NUMBER}(?:[eE][+-]?[0-9]+(?![0-9]))?)\s*(.*)", re.ASCII)
_DILUTION = re.compile(rf"({_NUMBER})\s*[:/]\s*({_NUMBER})", re.ASCII)
_MULTIPLICITY = re.compile(r"MOI\s*[:=]?\s*([0-9.,]+)", re.ASCII | re.IGNORECASE)
_BOUND = re.compile(r"[<>~\u2264\u2265\u2248]|ca\b|approx|about\b|up to\b", re.IGNORECASE)
_RANGE = re.compile(
    r"[0-9.,]+\s?[^0-9\s]{0,12}\s?(?:-|\u2013|\u2014|to|\.\.|\+/-|\u00b1)\s?[0-9.,]+", re.IGNORECASE
)
_MAY_BE_NEGATIVE = frozenset({TIME, RATIO})
_LADDERS = {
    "mol/L": ("M", "mM", "uM", "nM", "pM", "fM"),
    "g/L": ("mg/mL", "ug/mL", "ng/mL", "pg/mL"),
    "mol": ("mol", "mmol", "umol", "nmol", "pmol", "fmol"),
    "g": ("g", "mg", "ug", "ng", "pg"),
    "s": ("h", "min", "s"),
    "K": ("C", "K"),
    "L": ("L", "mL", "uL", "nL"),
    "m": ("m", "mm", "um", "nm"),
    "1": ("x", "%"),
    "cells/L": ("cells/mL", "cells/L"),
    "cells/m2": ("cells/cm2", "cells/m2"),
    "U/L": ("U/mL", "U/L"),
    "IU/L": ("IU/mL", "IU/L"),
}
"""The units in which numbers are shown, the largest first; others are shown in their base unit."""


def read_quantity(
    text: str, *, unit: str = "", dimensions: tuple[str, ...] = (), decimal: str = ""
) -> Value:
    """The number that a text says, in the base unit of its dimension.

    `unit` is what the header or a neighbour cell says, for texts that have none themselves.
    `dimensions` are those that the key allows, by name; empty for all. `decimal` is the mark of
    the column, see numbers.decimal_mark. A bare number without any unit is a ratio if the key
    allows nothing else, zero is zero of the key's first dimension, and where the key names no
    dimension it stays a number without unit. QuantityUnreadable, with a sentence, otherwise.
    """
    plain = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).strip()
    match = _PARTS.fullmatch(plain) if 0 < len(plain) <= _LONGEST else None
    if _DILUTION.fullmatch(plain) or (match is None and _MULTIPLICITY.fullmatch(plain)):
        return _read_ratio(text, plain, dimensions, decimal)
    if match is None:
        raise QuantityUnreadable(_why_not(text, plain))
    number = _number(text, match[1], plain, decimal)
    if match[2]:
        return _value(text, number, _unit(text, match[2], plain, dimensions))
    if unit:
        written = f"{text} {unit}"
        return _value(written, number, _unit(written, unit, written, dimensions))
    return _read_bare(text, number, dimensions)


def render(value: Value) -> str:
    """The number of a value in a unit that people read, `30 uM`; it reads back as the same value.

    A value without a number is given by its text.
    """
    if value.number is None:
        return value.text
    number = Decimal(repr(value.number))
    with localcontext() as context:
        context.prec = 60
        ladder = _LADDERS.get(value.unit, ())
        for symbol in ladder:
            shown = _shown_in(symbol, number, may_be_small=symbol == ladder[-1])
            if shown is not None:
                return f"{shown} {symbol}"
    unit = value.unit if value.unit != RATIO.base else "x"
    return f"{_digits(number)} {unit}".rstrip()


def _shown_in(symbol: str, number: Decimal, *, may_be_small: bool) -> str | None:
    """The number in a unit, None if that is long, too small, or not exactly the same."""
    unit = unit_of(symbol)
    if unit is None or not number:
        return None
    scale = scale_of(unit)
    shown = (number - scale.offset) / scale.factor
    is_exact = shown * scale.factor + scale.offset == number
    is_short = len(_digits(shown)) <= len(_digits(number)) + 3
    is_large = may_be_small or abs(shown) >= 1 or unit.dimension == TEMPERATURE
    return _digits(shown) if is_exact and is_short and is_large else None


def _digits(number: Decimal) -> str:
    plain = format(number.normalize(), "f")
    return plain if len(plain) <= _LONGEST_PLAIN else str(number.normalize())


def _read_ratio(text: str, plain: str, dimensions: tuple[str, ...], decimal: str) -> Value:
    """What `1:1000` and `MOI 5` say."""
    if dimensions and RATIO.name not in dimensions:
        raise QuantityUnreadable(
            f"{_quoted(text)} is a ratio; what belongs here is {_wanted(dimensions)}."
        )
    dilution = _DILUTION.fullmatch(plain)
    if dilution is None:
        one = _MULTIPLICITY.fullmatch(plain)
        return _in_base(text, _number(text, one[1] if one else "", plain, decimal), RATIO.base)
    above, below = (_number(text, part, plain, decimal) for part in dilution.groups())
    if not below:
        raise QuantityUnreadable(f"{_quoted(text)} divides by zero.")
    return _in_base(text, above / below, RATIO.base)


def _read_bare(text: str, number: Decimal, dimensions: tuple[str, ...]) -> Value:
    if not dimensions:
        return _in_base(text, number, "")
    if dimensions == (RATIO.name,) or not number:
        return _in_base(text, number, DIMENSIONS[dimensions[0]].base)
    raise QuantityUnreadable(
        f"{_quoted(text)} has no unit: write it behind the number, or say the column's unit in the "
        "mapping."
    )


def _number(text: str, digits: str, plain: str, decimal: str) -> Decimal:
    number = number_of(digits, decimal)
    if number is not None:
        return number
    if is_ambiguous(digits, decimal):
        raise QuantityUnreadable(
            f"{_quoted(text)} may have decimals or thousands behind its comma: say in the mapping "
            "which mark stands before the decimals of this column."
        )
    raise QuantityUnreadable(_why_not(text, plain))


def _unit(text: str, written: str, plain: str, dimensions: tuple[str, ...]) -> Unit:
    unit = unit_of(written, dimensions)
    if unit is None:
        raise QuantityUnreadable(_why_not(text, plain, unit=written))
    if not dimensions or unit.dimension.name in dimensions:
        return unit
    meant = meant_but_for_case(written, dimensions)
    hint = "" if meant is None else f" Was {meant.symbol} meant?"
    raise QuantityUnreadable(
        f"{_quoted(text)}: {unit.symbol} measures {unit.dimension.name}; what belongs here is "
        f"{_wanted(dimensions)}.{hint}"
    )


def _value(text: str, number: Decimal, unit: Unit) -> Value:
    scale = scale_of(unit)
    scaled = number * scale.factor + scale.offset
    if scaled < 0 and unit.dimension not in _MAY_BE_NEGATIVE:
        raise QuantityUnreadable(f"{_quoted(text)} is below zero: no {unit.dimension.name} is.")
    return _in_base(text, scaled, unit.dimension.base)


def _in_base(text: str, number: Decimal, base: str) -> Value:
    as_float = float(number)
    if isinf(as_float) or (number and not as_float):
        raise QuantityUnreadable(f"{_quoted(text)} is too large or too small a number.")
    return Value(text=text, number=as_float or 0.0, unit=base)


def _why_not(text: str, plain: str, unit: str = "") -> str:
    quoted = _quoted(text)
    if _BOUND.match(plain):
        return f"{quoted} is a bound or an estimate: it is kept as text. Write one number."
    if _RANGE.match(plain):
        return f"{quoted} is a range: it is kept as text. Write one number."
    if unit:
        return f"{quoted}: {_quoted(unit)} is no unit that is known. Write it as in 30 uM or 24 h."
    return f"{quoted} is no number with a unit. Write it as in 30 uM or 24 h."


def _wanted(dimensions: Sequence[str]) -> str:
    return " or ".join(dimensions)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_QUOTED else f"{text[:_LONGEST_QUOTED]}...")


def unit_in(text: str) -> str:
    """What stands behind the number of a text as its unit; empty if nothing does."""
    match = _PARTS.fullmatch(unicodedata.normalize("NFKC", text[:_LONGEST]).strip())
    return "" if match is None else match[2]
