"""Conditions on numbers in SQL."""

from catalog.search.meanings import Range
from catalog.search.statement import SqlValue, Values


def within_range(values: Values, column: str, wanted: Range) -> str:
    """The condition that a column lies in a range; that it is there, if the range has no end."""
    return lies_between(
        values,
        column,
        wanted.low,
        wanted.high,
        low_included=wanted.low_included,
        high_included=wanted.high_included,
    )


def lies_between(
    values: Values,
    column: str,
    low: SqlValue,
    high: SqlValue,
    *,
    low_included: bool,
    high_included: bool,
) -> str:
    """The condition that a column lies between two ends, each of which may be left out."""
    parts = [f"{column} IS NOT NULL"]
    if low is not None:
        parts.append(f"{column} {'>=' if low_included else '>'} {values.add(low)}")
    if high is not None:
        parts.append(f"{column} {'<=' if high_included else '<'} {values.add(high)}")
    return " AND ".join(parts)


def reaches_range(values: Values, row: str, wanted: Range) -> str:
    """The condition that the numbers of a row of readouts reach into a range."""
    parts = ["TRUE"]
    if wanted.low is not None:
        parts.append(f"{row}.highest >= {values.add(wanted.low)}")
    if wanted.high is not None:
        parts.append(f"{row}.lowest <= {values.add(wanted.high)}")
    return " AND ".join(parts)
