"""The units that the specification names, and what people write instead of them."""

from collections.abc import Mapping
from typing import Final

_PREFIXES: Final = {
    "yocto": "y",
    "zepto": "z",
    "atto": "a",
    "femto": "f",
    "pico": "p",
    "nano": "n",
    "micro": "u",
    "milli": "m",
    "centi": "c",
    "deci": "d",
    "": "",
    "hecto": "h",
    "kilo": "k",
    "mega": "M",
    "giga": "G",
    "tera": "T",
    "peta": "P",
    "exa": "E",
    "zetta": "Z",
    "yotta": "Y",
}
"""The prefixes of UDUNITS-2 that the specification lists, with their symbols."""

_OTHER_LENGTHS: Final = ("angstrom", "foot", "inch", "mile", "parsec", "yard")
_OTHER_TIMES: Final = ("day", "hour", "minute")

UNITS: Final[Mapping[str, frozenset[str]]] = {
    "space": frozenset([f"{prefix}meter" for prefix in _PREFIXES]).union(_OTHER_LENGTHS),
    "time": frozenset([f"{prefix}second" for prefix in _PREFIXES]).union(_OTHER_TIMES),
}
"""The units of each type of axis that has any."""

_SYMBOLS: Final[Mapping[str, str]] = {
    **{f"{symbol}m": f"{prefix}meter" for prefix, symbol in _PREFIXES.items()},
    **{f"{symbol}s": f"{prefix}second" for prefix, symbol in _PREFIXES.items()},
    "\N{ANGSTROM SIGN}": "angstrom",
    "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}": "angstrom",
    "A": "angstrom",
    "ft": "foot",
    "in": "inch",
    "mi": "mile",
    "pc": "parsec",
    "yd": "yard",
    "d": "day",
    "h": "hour",
    "hr": "hour",
    "min": "minute",
    "sec": "second",
    "msec": "millisecond",
    "usec": "microsecond",
}
_WORDS: Final[Mapping[str, str]] = {
    "feet": "foot",
    "inches": "inch",
    "micron": "micrometer",
    "\N{LATIN SMALL LETTER A WITH RING ABOVE}ngstr\N{LATIN SMALL LETTER O WITH DIAERESIS}m": (
        "angstrom"
    ),
}
_MICRO_SIGNS: Final = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u"})
_LONGEST: Final = 32


def right_name(unit: str) -> str:
    """What the specification calls a unit that is written in another way; empty if unknown."""
    if len(unit) > _LONGEST:
        return ""
    written = unit.strip().translate(_MICRO_SIGNS)
    word = written.lower().replace("metre", "meter")
    for candidate in (word, word.removesuffix("s")):
        name = _WORDS.get(candidate, candidate)
        if any(name in units for units in UNITS.values()):
            return name
    # Symbols tell milli from mega by their case; where that fails, small letters are meant.
    return _SYMBOLS.get(written) or _SYMBOLS.get(written.lower(), "")
