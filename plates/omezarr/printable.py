"""Text from a store, made fit for a terminal, a line and a cell."""

import re
from enum import Enum
from typing import Final

# What moves the cursor, breaks the line, turns the direction of writing, or is no character.
_UNFIT: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ud800-\\udfff]"
)


def printable(text: str) -> str:
    """The text on one line, with escapes for what is no visible character."""
    return _UNFIT.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def encodable(text: str, encoding: str | None) -> str:
    """The text with escapes for what an encoding does not know; UTF-8 if none is named."""
    encoding = encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


class Colour(Enum):
    """The colours of a terminal, by the number that asks for each."""

    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"


def painted(text: str, *colours: Colour, on: bool) -> str:
    """The text in some colours, if they are on."""
    if not on or not colours:
        return text
    return f"\x1b[{';'.join(colour.value for colour in colours)}m{text}\x1b[0m"
