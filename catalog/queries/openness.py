from typing import Final

from django.contrib.auth.models import AnonymousUser

from catalog.queries.hits import Search
from catalog.queries.visible import Viewer

NOBODY: Final = AnonymousUser()


def is_public(found: Search, count: tuple[int, bool]) -> bool:
    """Whether all that a query finds for somebody is found by everybody.

    `count` is how many that are, and whether it is exact. Where they are too many to be compared
    the answer is no, unless everybody sees as much as who asks.
    """
    public = Viewer(NOBODY)
    if set(found.viewer.scopes) == set(public.scopes):
        return True
    return count[1] and Search(found.text, public).count() == count
