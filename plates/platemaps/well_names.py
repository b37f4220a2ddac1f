"""Wells by all the names that tables give them."""

import re
from functools import lru_cache

from plates.addresses import AddressError, PlateShape, WellAddress

_LONGEST = 40
_ROW_AND_COLUMN = re.compile(
    r"r(?:ow)?[ _-]?0*([0-9]{1,3})[ _,-]{0,2}c(?:ol(?:umn)?)?[ _-]?0*([0-9]{1,3})",
    re.ASCII | re.IGNORECASE,
)
_WHOLE = re.compile(r"0*([0-9]{1,7})(?:[.,]0+)?", re.ASCII)


@lru_cache(maxsize=16_384)
def address_of(text: str) -> WellAddress | None:
    """The well that one text names, None if it names none.

    `A1`, `a01`, `AA01`, `A/1`, `A-01`, `A_1`, `A 1`; and `r01c01`, `R1C1`, `Row 1, Column 1`.
    """
    text = text.strip() if len(text) <= _LONGEST else ""
    match = _ROW_AND_COLUMN.fullmatch(text)
    if match is not None:
        return WellAddress.of_names(match[1], match[2])
    try:
        return WellAddress.parse(text)
    except AddressError:
        return None


@lru_cache(maxsize=16_384)
def address_at(row: str, column: str) -> WellAddress | None:
    """The well in a row, by its letters or number, and a column, by its number; None if none.

    Numbers count from 1; spreadsheets may have made `1.0` of them.
    """
    return WellAddress.of_names(_whole(row), _whole(column))


@lru_cache(maxsize=16_384)
def address_numbered(number: str, shape: PlateShape) -> WellAddress | None:
    """The well of a number that counts from 1, row by row, in a plate of this shape; None if none.

    B2 is 14 on 96 wells, F8 is 48 on 48 wells.
    """
    whole = _whole(number)
    position = int(whole) - 1 if whole.isdecimal() and whole.isascii() else -1
    return shape.address(position) if 0 <= position < shape.size else None


def _whole(text: str) -> str:
    """A text without blanks around it; a whole number as its digits, whatever its decimals."""
    text = text.strip() if len(text) <= _LONGEST else ""
    match = _WHOLE.fullmatch(text)
    return text if match is None else match[1]
