"""How rows name their datasets."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection

from catalog.models import Dataset
from catalog.queries.visible import Viewer, named_to
from plates.arrays import array_of

_SCOPES: Final = array_of([-1])
_WANTED: Final = array_of([-2])
"""Numbers of no scopes, where those of a viewer and those that are asked for are put in."""


class NamedDataset(NamedTuple):
    """A dataset as its rows name it, where all that is told of it would take longer to read."""

    id: UUID
    slug: str


def dataset_names(viewer: Viewer, scopes: Iterable[int]) -> Mapping[int, NamedDataset]:
    """The names of those of some datasets that a viewer may know of, by scope; one statement.

    It is made even if none is asked for, so that the number of statements does not tell a private
    parent from none.
    """
    is_known = viewer.user.is_authenticated and viewer.user.is_active
    text, parameters = _statement(is_known=is_known)
    told = {_SCOPES: viewer.scopes_array, _WANTED: array_of(scopes)}
    with connection.cursor() as cursor:
        cursor.execute(text, [told.get(str(one), one) for one in parameters])
        return {scope: NamedDataset(*name) for scope, *name in cursor.fetchall()}


@lru_cache(maxsize=2)
def _statement(*, is_known: bool) -> tuple[str, tuple[int | str, ...]]:
    """The statement for somebody or for anybody: each page has it, and Django takes long to write it."""
    somebody = User(is_active=True) if is_known else AnonymousUser()
    named = Dataset.objects.filter(named_to(somebody, _SCOPES), serial__any=_WANTED).order_by()
    return named.values_list("serial", "id", "slug").query.sql_with_params()
