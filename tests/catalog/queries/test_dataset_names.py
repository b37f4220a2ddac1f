"""How rows name their datasets: the visible ones and the tombstones, in one statement."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.queries.dataset_names import NamedDataset, dataset_names
from catalog.queries.visible import Viewer
from tests import factories
from tests.catalog.queries.test_visible import EVERY, dataset

pytestmark = pytest.mark.django_db


def test_a_viewer_is_told_the_names_of_what_is_visible_and_of_tombstones() -> None:
    made = [dataset(*which) for which in EVERY]
    scopes = [one.pk for one in made]
    assert made[0].owner is not None
    gone = factories.user()
    gone.is_active = False
    people: list[User | AnonymousUser] = [
        AnonymousUser(),
        factories.user(),
        gone,
        factories.user(superuser=True),
        made[0].owner,
    ]
    for person in people:
        named = Viewer(person).named_datasets
        told = {one.pk: NamedDataset(one.id, one.slug) for one in named}
        assert dataset_names(Viewer(person), scopes) == told


def test_only_those_that_are_asked_for_are_named() -> None:
    wanted, other = (factories.dataset() for _ in range(2))
    viewer = Viewer(factories.user(superuser=True))
    assert list(dataset_names(viewer, [wanted.pk, wanted.pk])) == [wanted.pk]
    assert other.pk in dataset_names(viewer, [other.pk])


def test_the_statement_is_made_even_if_nothing_is_asked_for() -> None:
    viewer = Viewer(factories.user())
    assert viewer.scopes == ()
    with CaptureQueriesContext(
        connection,
    ) as said:
        assert dataset_names(viewer, []) == {}
    assert len(said) == 1
