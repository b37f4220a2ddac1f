"""Arrays as Postgres writes them."""

from collections.abc import Iterable


def array_of(numbers: Iterable[int]) -> str:
    """Whole numbers as one text: psycopg would look at each of hundreds, in every statement."""
    return f"{{{','.join(map(str, numbers))}}}"
