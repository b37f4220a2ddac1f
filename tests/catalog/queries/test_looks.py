"""A walk looks at a few plates first, and then at as many as seem to have what is missing."""

import pytest
from django.contrib.auth.models import AnonymousUser

from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from plates.models import Carrier
from tests import factories

pytestmark = pytest.mark.django_db


def looks_for(subjects: int, occupied: list[str]) -> list[int]:
    """At how many carriers each look is, of some in one dataset, until so many are found."""
    scope = factories.dataset().serial
    Carrier.objects.bulk_create(
        Carrier(kind="plate", scope=scope, positions=len(bits), occupied=bits) for bits in occupied
    )
    search = Search("annotated:no", Viewer(AnonymousUser()))
    looks: list[int] = []
    found = 0
    for look in search.looks(None, backwards=False, most=subjects):
        looks.append(len(look))
        found += sum(hits.bits.count("1") for hits in look)
        if found >= subjects:
            return looks
    return looks


def test_where_plates_are_alike_two_looks_do() -> None:
    assert looks_for(120, ["111"] * 100) == [16, 27]


def test_where_they_are_a_little_poorer_a_few_more_are_looked_at() -> None:
    assert looks_for(120, ["111"] * 16 + ["110"] * 84) == [16, 27, 16]


def test_no_look_is_more_than_four_times_as_wide_as_the_one_before() -> None:
    assert looks_for(900, ["1" * 9] * 100) == [16, 64, 20]


def test_what_is_not_there_is_looked_for_to_the_end() -> None:
    assert looks_for(400, ["1"] * 90) == [16, 64, 10]
