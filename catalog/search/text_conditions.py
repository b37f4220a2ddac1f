"""Conditions on columns of text, as one place for all fields that are no annotation."""

from django.db.models import Q

from catalog.search.errors import QueryError
from catalog.search.queries import Anything, Beginning, Exactly, Spot, Test
from plates.ids import uuid_or_none


def text_in(column: str, test: Test, spot: Spot) -> Q:
    """That a column's text meets a test, whatever its case."""
    if isinstance(test, Exactly):
        return Q(**{f"{column}__iexact": test.text})
    if isinstance(test, Beginning):
        return Q(**{f"{column}__istartswith": test.text})
    if isinstance(test, Anything):
        return ~Q(**{column: ""}) & Q(**{f"{column}__isnull": False})
    raise QueryError("A text is expected here, or its beginning with a * after it.", spot)


def has_id(test: Test) -> Q:
    """That a row's public id is the one of a test; of what is no id, no row."""
    found = uuid_or_none(test.text) if isinstance(test, Exactly) else None
    return Q(id=found) if found else Q(pk__in=[])
