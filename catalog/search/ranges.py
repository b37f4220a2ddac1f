"""What a test says about numbers and about places, as ranges."""

from catalog.search.errors import QueryError
from catalog.search.meanings import Range
from catalog.search.queries import Between, Compared, Exactly, Operator, Spot, Test
from plates.addresses import AddressError, row_of_letters
from plates.platemaps.errors import QuantityUnreadable
from plates.platemaps.quantities import read_quantity

NEARLY = 1e-9
"""Numbers this close, relative to their size, are one: they came from decimal text."""

Amount = tuple[float, str]
"""A number and its base unit."""


def bounds_of(test: Test) -> tuple[str | None, str | None, bool, bool] | None:
    """Low and high of a test as text, and whether each is included; None where it has none."""
    if isinstance(test, Exactly):
        return test.text, test.text, True, True
    if isinstance(test, Between):
        return test.low, test.high, True, True
    if not isinstance(test, Compared):
        return None
    is_included = test.operator in {Operator.AT_LEAST, Operator.AT_MOST}
    if test.operator in {Operator.GREATER, Operator.AT_LEAST}:
        return test.text, None, is_included, True
    return None, test.text, True, is_included


def range_of(
    test: Test, *, dimensions: tuple[str, ...], unit: str, spot: Spot
) -> tuple[Range, str]:
    """The range that a test says, and its base unit; QueryError where it is none.

    `unit` is that of a number that names none.
    """
    bounds = bounds_of(test)
    if bounds is None:
        raise QueryError("A number is expected here, or a range such as 1..10.", spot)
    low, high, low_included, high_included = bounds
    if low is not None and high is not None and is_bare(low) and not is_bare(high):
        low = f"{low} {unit_part(high)}"
    amounts = [
        amount_of(text, dimensions=dimensions, unit=unit, spot=spot) if text is not None else None
        for text in (low, high)
    ]
    units = {amount[1] for amount in amounts if amount is not None}
    if len(units) > 1:
        raise QueryError("Both ends of a range need units of one kind.", spot)
    first, last = (None if amount is None else amount[0] for amount in amounts)
    if first is not None and last is not None and first > last:
        first, last = last, first
    wanted = Range(
        None if first is None else _nudged(first, down=low_included),
        None if last is None else _nudged(last, down=not high_included),
        low_included,
        high_included,
    )
    return wanted, units.pop()


def amount_of(text: str, *, dimensions: tuple[str, ...], unit: str, spot: Spot) -> Amount:
    """The number that a text says in the base unit of its dimension; QueryError otherwise."""
    try:
        value = read_quantity(text, unit="" if not is_bare(text) else unit, dimensions=dimensions)
    except QuantityUnreadable as error:
        raise QueryError(str(error), spot) from None
    if value.number is None:
        raise QueryError(f"{text!r} is no number.", spot)
    return value.number, value.unit


def is_bare(text: str) -> bool:
    """Whether a text is a number without a unit."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def unit_part(text: str) -> str:
    """What follows the number of a text."""
    return text.lstrip("+-.,0123456789eE ")


def _nudged(number: float, *, down: bool) -> float:
    return number - abs(number) * NEARLY if down else number + abs(number) * NEARLY


def places_of(test: Test, *, is_row: bool, spot: Spot) -> Range:
    """Rows or columns counted from 0; QueryError where a text is neither."""
    bounds = bounds_of(test)
    if bounds is None:
        raise QueryError("Write a row or column, or a range such as B..D or 3..5.", spot)
    low, high, low_included, high_included = bounds
    first, last = (
        None if text is None else place_of(text, is_row=is_row, spot=spot) for text in (low, high)
    )
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Range(first, last, low_included, high_included)


def place_of(text: str, *, is_row: bool, spot: Spot) -> int:
    """A row or a column from 0; QueryError if the text is neither."""
    if text.isascii() and text.isdigit() and int(text[:9]) > 0:
        return int(text[:9]) - 1
    if is_row:
        try:
            return row_of_letters(text)
        except AddressError as error:
            raise QueryError(str(error), spot) from None
    raise QueryError(f"{text[:40]!r} is no column: columns count from 1.", spot)
