"""How many carriers there are is known at once where they are few, and soon where they are many."""

import pytest

from catalog.queries import carrier_counts
from catalog.queries.carrier_counts import MANY, carriers_in
from plates.models import Carrier

pytestmark = pytest.mark.django_db

SCOPE, OTHER = 1_000_001, 1_000_002


def add(count: int, *, scope: int = SCOPE) -> None:
    """So many plates more."""
    for _ in range(count):
        Carrier.objects.create(kind="plate", scope=scope, positions=96)


def test_a_few_are_counted_anew_each_time() -> None:
    assert carriers_in((SCOPE, OTHER)) == 0
    add(MANY - 2)
    assert carriers_in((SCOPE, OTHER)) == MANY - 2
    add(1)
    add(3, scope=OTHER)
    assert carriers_in((SCOPE, OTHER)) == MANY + 2
    assert carriers_in((OTHER,)) == 3


def test_many_are_counted_again_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    add(MANY)
    assert carriers_in((SCOPE,)) == MANY
    add(1)
    assert carriers_in((SCOPE, OTHER)) == MANY
    monkeypatch.setattr(carrier_counts, "KEPT_S", carrier_counts.KEPT_S / 1e6)
    assert carriers_in((SCOPE,)) == MANY + 1
