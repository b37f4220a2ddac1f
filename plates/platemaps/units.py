"""The units that quantities may have, as people write them, and what each is in its base unit.

Only words listed here are understood. The library of units is given our own names for them and
never a text of a file, so that nothing written in a cell is evaluated.
"""

import importlib.util
import re
import sys
import threading
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING


def _lazily(name: str) -> ModuleType:
    """A module that is loaded when something of it is first asked for."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


if TYPE_CHECKING:
    import pint
else:
    # It loads numpy and hundreds of definitions: half a second, which only a process that meets
    # a quantity has to wait for, once.
    pint = sys.modules.get("pint") or _lazily("pint")

_LOADING = threading.Lock()
_LONGEST_UNIT = 40


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity; quantities of different dimensions are never compared."""

    name: str
    base: str
    """The unit in which its numbers are kept, as Value.unit has it."""
    expression: str
    """The base unit as the library calls it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that people write."""

    symbol: str
    """How we write it: `uM`, `ng/mL`, `C`."""
    dimension: Dimension
    expression: str
    """As the library calls it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a number of a unit becomes one of the base unit: times the factor, plus the offset."""

    factor: Decimal
    offset: Decimal


MOLAR = Dimension("molar concentration", "mol/L", "mole / liter")
MASS_PER_VOLUME = Dimension("mass concentration", "g/L", "gram / liter")
AMOUNT = Dimension("amount", "mol", "mole")
MASS = Dimension("mass", "g", "gram")
TIME = Dimension("time", "s", "second")
TEMPERATURE = Dimension("temperature", "K", "kelvin")
VOLUME = Dimension("volume", "L", "liter")
LENGTH = Dimension("length", "m", "meter")
AREA = Dimension("area", "m2", "meter ** 2")
RATIO = Dimension("ratio", "1", "dimensionless")
NUMBER = Dimension("number of cells", "cells", "dimensionless")
NUMBER_PER_VOLUME = Dimension("cells in a volume", "cells/L", "1 / liter")
NUMBER_PER_AREA = Dimension("cells on an area", "cells/m2", "1 / meter ** 2")
ACTIVITY = Dimension("units of activity", "U", "dimensionless")
ACTIVITY_PER_VOLUME = Dimension("units of activity in a volume", "U/L", "1 / liter")
INTERNATIONAL = Dimension("international units", "IU", "dimensionless")
INTERNATIONAL_PER_VOLUME = Dimension("international units in a volume", "IU/L", "1 / liter")
ABSORBED_DOSE = Dimension("absorbed dose", "Gy", "gray")

_QUOTIENTS = {
    (AMOUNT, VOLUME): MOLAR,
    (MASS, VOLUME): MASS_PER_VOLUME,
    (MASS, MASS): RATIO,
    (VOLUME, VOLUME): RATIO,
    (NUMBER, VOLUME): NUMBER_PER_VOLUME,
    (NUMBER, AREA): NUMBER_PER_AREA,
    (ACTIVITY, VOLUME): ACTIVITY_PER_VOLUME,
    (INTERNATIONAL, VOLUME): INTERNATIONAL_PER_VOLUME,
}
_SIMPLE = (
    AMOUNT, MASS, TIME, TEMPERATURE, VOLUME, LENGTH, AREA, RATIO, NUMBER, ACTIVITY, INTERNATIONAL,
    ABSORBED_DOSE,
)  # fmt: skip

DIMENSIONS = {dimension.name: dimension for dimension in (*_SIMPLE, *_QUOTIENTS.values())}
"""Every dimension by its name, as keys list them."""

BASE_UNITS = frozenset({"", *(dimension.base for dimension in DIMENSIONS.values())})
"""The units that numbers are kept in; empty for a number without one."""

_PREFIXES = {
    "f": "femto", "p": "pico", "n": "nano", "u": "micro", "m": "milli", "c": "centi", "d": "deci",
    "": "", "k": "kilo",
}  # fmt: skip
_METRIC = (
    ("M", "molar", MOLAR, "f p n u m", ("M",), ("molar",)),
    ("mol", "mole", AMOUNT, "f p n u m", ("mol", "mols"), ("mole", "moles")),
    ("g", "gram", MASS, "f p n u m k", ("g", "gm"), ("gram", "grams", "gramme", "grammes")),
    ("L", "liter", VOLUME, "p n u m c d", ("L", "l"), ("liter", "liters", "litre", "litres")),
    ("m", "meter", LENGTH, "n u m c", ("m",), ("meter", "meters", "metre", "metres")),
    ("Gy", "gray", ABSORBED_DOSE, "m", ("Gy",), ("gray", "grays")),
    ("s", "second", TIME, "m u", ("s", "sec", "secs"), ("second", "seconds")),
)
"""Symbol, the library's name, dimension, prefixes; then what takes a prefix's letter only, and
what takes its letter or its word."""
_OTHERS = (
    ("min", "minute", TIME, ("min", "mins", "minute", "minutes")),
    ("h", "hour", TIME, ("h", "hr", "hrs", "hour", "hours")),
    ("d", "day", TIME, ("d", "day", "days")),
    ("wk", "week", TIME, ("wk", "wks", "week", "weeks")),
    ("C", "degree_Celsius", TEMPERATURE, ("C", "degC", "deg C", "celsius", "degrees C")),
    ("F", "degree_Fahrenheit", TEMPERATURE, ("F", "degF", "deg F", "fahrenheit")),
    ("K", "kelvin", TEMPERATURE, ("K", "kelvin")),
    ("um", "micrometer", LENGTH, ("micron", "microns")),
    ("ug", "microgram", MASS, ("mcg",)),
    ("m2", "meter ** 2", AREA, ("m2", "m^2")),
    ("cm2", "centimeter ** 2", AREA, ("cm2", "cm^2", "sq cm")),
    ("mm2", "millimeter ** 2", AREA, ("mm2", "mm^2", "sq mm")),
    ("%", "percent", RATIO, ("%", "percent", "pct", "per cent", "percentage")),
    ("%", "percent", RATIO, ("% v/v", "%v/v", "% (v/v)", "%(v/v)", "v/v%")),
    ("%", "percent", RATIO, ("% w/v", "%w/v", "% (w/v)", "%(w/v)", "w/v%")),
    ("ppm", "ppm", RATIO, ("ppm",)),
    ("x", "dimensionless", RATIO, ("x", "fold")),
    ("MOI", "dimensionless", RATIO, ("MOI", "PFU/cell", "TU/cell")),
    ("cells", "dimensionless", NUMBER, ("cells", "cell", "cells/well", "cells per well")),
    ("U", "dimensionless", ACTIVITY, ("U", "unit", "units")),
    ("IU", "dimensionless", INTERNATIONAL, ("IU", "international units")),
)

_QUOTIENT = re.compile(r"(.+?)(?:\s*/\s*|\s+per\s+)(.+)")
_INVERSE = re.compile(r"(.+?)[ .*]\s*([A-Za-z]+)\s*\^?-1")
_LOOKALIKES = str.maketrans(
    {
        "\u03bc": "u",
        "\u00b0": "deg",
        "\u2212": "-",
        "\u00b7": ".",
        "\u22c5": ".",
        "\u2215": "/",
        "_": " ",
    }
)


@cache
def _spellings() -> dict[str, Unit]:
    """The units that are no quotients, by every way of writing them in its case."""
    spelled: dict[str, Unit] = {}
    for symbol, name, dimension, signs, short, long in _METRIC:
        for sign in ("", *signs.split()):
            unit = Unit(f"{sign}{symbol}", dimension, f"{_PREFIXES[sign]}{name}")
            for word in (*short, *long):
                spelled[f"{sign}{word}"] = unit
            for word in long:
                spelled[f"{_PREFIXES[sign]}{word}"] = unit
    for symbol, name, dimension, words in _OTHERS:
        spelled.update((word, Unit(symbol, dimension, name)) for word in words)
    return spelled


@cache
def _folded_spellings() -> dict[str, frozenset[Unit]]:
    """What each spelling may mean where its case is not to be trusted."""
    folded: dict[str, set[Unit]] = {}
    for spelling, unit in _spellings().items():
        folded.setdefault(spelling.casefold(), set()).add(unit)
    return {spelling: frozenset(units) for spelling, units in folded.items()}


@lru_cache(maxsize=4096)
def unit_of(text: str, dimensions: tuple[str, ...] = ()) -> Unit | None:
    """The unit that a text means; None if it is none that we know, or could be several.

    The case of letters counts where the text is written as one unit is: `mM` is no `mm`. A text
    that is spelt as none (`UM`, `Hrs`) means the one unit that it is but for case, among those of
    the `dimensions` given (by their names; empty for all).
    """
    if len(text) > _LONGEST_UNIT:
        return None
    plain = _plain(text)
    return _simple(plain, dimensions) or _quotient(plain)


def meant_but_for_case(text: str, dimensions: tuple[str, ...]) -> Unit | None:
    """The unit of these dimensions that is spelt alike: `uM` for `um` where a dose is wanted."""
    alike = _folded_spellings().get(_plain(text).casefold(), ())
    meant = [unit for unit in alike if unit.dimension.name in dimensions]
    return meant[0] if len(meant) == 1 else None


@cache
def scale_of(unit: Unit) -> Scale:
    """How a number of this unit becomes one of its dimension's base unit, exactly."""
    registry = _registry()
    base = unit.dimension.expression
    zero, one = (
        registry.Quantity(Decimal(number), unit.expression).to(base).magnitude for number in (0, 1)
    )
    return Scale(factor=Decimal(one - zero), offset=Decimal(zero))


@cache
def _registry() -> "pint.UnitRegistry[Decimal]":
    with _LOADING:
        return pint.UnitRegistry(non_int_type=Decimal)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).split())


def _simple(text: str, dimensions: tuple[str, ...] = ()) -> Unit | None:
    exact = _spellings().get(text)
    if exact is not None:
        return exact
    meant = [
        unit
        for unit in _folded_spellings().get(text.casefold(), ())
        if not dimensions or unit.dimension.name in dimensions
    ]
    return meant[0] if len(meant) == 1 else None


def _quotient(text: str) -> Unit | None:
    match = _QUOTIENT.fullmatch(text) or _INVERSE.fullmatch(text)
    if match is None:
        return None
    above, below = _simple(match[1]), _simple(match[2])
    if above is None or below is None:
        return None
    dimension = _QUOTIENTS.get((above.dimension, below.dimension))
    if dimension is None:
        return None
    return Unit(
        symbol=f"{above.symbol}/{below.symbol}",
        dimension=dimension,
        expression=f"{above.expression} / {below.expression}",
    )
