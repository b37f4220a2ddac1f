"""Hits that are gathered whole, where a small catalog's would be found in other ways."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from catalog.queries import hits
from catalog.queries.hits import Search
from catalog.search.driving import driving
from plates.states import CarrierKind


@contextmanager
def everything_is_gathered() -> Iterator[None]:
    """However few hits there are, all are gathered."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("_SPARSE", "_FEW"):
            patched.setattr(hits, name, -1)
        patched.setattr("catalog.search.driving.DENSE", 10**9)
        yield


def is_gathered_widely(search: Search) -> bool:
    """Whether the hits of a search are gathered without a look at each plate."""
    driver, _ = driving(search.resolved.meaning)
    assert driver is not None
    return search.compiler().is_gathered_widely(driver, kind=CarrierKind.PLATE)


def is_told_by_layer(search: Search) -> bool:
    """Whether the hits of a search are counted by layer."""
    meaning = search.resolved.meaning
    told = search.compiler().by_layer(meaning, None, kind=CarrierKind.PLATE, enough=1)
    return bool(told)
