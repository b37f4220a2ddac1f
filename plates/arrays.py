"""Arrays as Postgres writes them."""

from collections.abc import Iterable


def array_of(numbers: Iterable[int]) -> str:
    """Whole numbers as one text: psycopg would look at each of hundreds, in every statement."""
    return f"{{{','.join(map(str, numbers))}}}"


def unplanned(array: str) -> str:
    """An array of whole numbers in SQL that Postgres looks at when it runs a statement, not before.

    Of hundreds of numbers that it knows it weighs each by its statistics, which takes longer than
    many a statement. It is for what an index is asked for: rows that are filtered by such an array
    are compared with one number after the other.
    """
    return f"((SELECT {array}::integer[])::integer[])"
