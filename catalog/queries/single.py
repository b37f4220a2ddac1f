"""One visible thing by what names it; NotThere says no more than that."""

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from catalog.errors import NotThere

Row = TypeVar("Row", bound=Model)


def only(rows: QuerySet[Row], noun: str, **by: object) -> Row:
    """The one visible row with these values."""
    nothing = NotThere(f"There is no such {noun}, or none that you may see.")
    # Text that Postgres cannot hold names nothing.
    if any(isinstance(value, str) and "\x00" in value for value in by.values()):
        raise nothing
    try:
        return rows.get(**by)
    except ObjectDoesNotExist:
        raise nothing from None
