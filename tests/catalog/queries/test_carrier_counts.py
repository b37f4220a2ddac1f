"""How many carriers there are is known at once where they are few, and soon where they are many."""

from itertools import count

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from catalog.queries import carrier_counts
from catalog.queries.carrier_counts import MANY, carriers_in
from plates.models import Carrier

pytestmark = pytest.mark.django_db

_fresh = count(1_000_001)


@pytest.fixture
def scope() -> int:
    """One of which nobody has asked yet."""
    return next(_fresh)


@pytest.fixture
def other() -> int:
    """Another one."""
    return next(_fresh)


def add(carriers: int, *, scope: int) -> None:
    """So many plates more."""
    for _ in range(carriers):
        Carrier.objects.create(kind="plate", scope=scope, positions=96)


def test_a_few_are_counted_anew_each_time(scope: int, other: int) -> None:
    assert carriers_in((scope, other)) == 0
    add(MANY - 2, scope=scope)
    assert carriers_in((scope, other)) == MANY - 2
    add(1, scope=scope)
    add(3, scope=other)
    assert carriers_in((scope, other)) == MANY + 2
    assert carriers_in((other,)) == 3


def test_beside_very_many_a_few_are_counted_once(
    scope: int,
    other: int,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(carrier_counts, "AMPLE", MANY)
    add(MANY, scope=scope)
    add(1, scope=other)
    assert carriers_in((scope, other)) == MANY + 1
    add(1, scope=other)
    with django_assert_num_queries(0):
        assert carriers_in((scope, other)) == MANY + 1
    assert carriers_in((other,)) == 2


def test_a_dataset_that_is_new_is_counted_beside_very_many(
    scope: int, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier_counts, "AMPLE", MANY)
    add(MANY, scope=scope)
    assert carriers_in((scope,)) == MANY
    add(MANY, scope=other)
    assert carriers_in((scope, other)) == 2 * MANY


def test_many_are_counted_again_in_a_while(
    scope: int, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(MANY, scope=scope)
    assert carriers_in((scope,)) == MANY
    add(1, scope=scope)
    assert carriers_in((scope, other)) == MANY
    monkeypatch.setattr(carrier_counts, "KEPT_S", carrier_counts.KEPT_S / 1e6)
    assert carriers_in((scope,)) == MANY + 1
