"""The leak matrix: every route, every role, every visibility.

The routes come from the URL conf, so a new route without a row fails. For whoever may not see
a thing, its answer is compared with the answer about a thing that does not exist: same status,
same body, same number of SQL statements.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Dataset
from catalog.words import Visibility
from tests.catalog.leaks.matrix import FILTERED, MORE, ROWS
from tests.catalog.leaks.rows import SEEN_BY, Answer, Asking, Listing, Nothing, One, answer, may_see
from tests.catalog.secret import PEOPLE, SECRET, World, signed_in


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The names of all routes, those of the admin apart."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from routes(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{space}{pattern.name}"
        else:
            assert str(pattern.pattern) == "", f"the route {pattern.pattern} has no name"


def test_every_route_has_a_row() -> None:
    named = set(routes(get_resolver().url_patterns))
    assert named - set(ROWS) == set(), "routes without a row in the leak matrix"
    assert set(ROWS) - named == set(), "rows of the leak matrix without a route"


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_thing_is_told_to_those_who_may_see_it_and_is_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    ones = {name: row for name, row in ROWS.items() if isinstance(row, One)}
    for name, row in (ones | {row.path: row for row in MORE}).items():
        found = answer(client, row.path.format(world))
        if may_see(person, visibility, row):
            assert found.status == 200, (name, found)
        else:
            assert found.status == 404, name
            assert found == answer(client, row.path.format(Nothing())), name


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_thing_is_worked_on_by_those_who_may_and_is_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    for name, row in ROWS.items():
        if not isinstance(row, Asking):
            continue
        path, nowhere = row.path.format(world), row.path.format(Nothing())
        found = answer(client, path, method="post")
        if may_see(person, visibility, row):
            assert found.status == (row.answers if person in row.allowed else 403), name
        else:
            assert found.status == 404, name
            assert found == answer(client, nowhere, method="post"), name
        assert answer(client, path).body == answer(client, nowhere).body


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_list_is_for_others_as_if_the_secret_had_never_been(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    blind: dict[str, Answer] = {}
    for name, row in ROWS.items():
        if not isinstance(row, Listing):
            continue
        found = answer(client, row.path)
        assert found.status == 200, name
        if may_see(person, visibility, row):
            assert row.mark.format(world).encode() in found.body, name
        else:
            blind[row.path] = found
            assert not [mark for mark in world.marks if mark.encode() in found.body], name
    if person not in SEEN_BY[visibility]:
        for pattern in FILTERED:
            path = pattern.format(world)
            blind[path] = answer(client, path)
    world.discard()
    for path, before in blind.items():
        assert before == answer(client, path), path


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
def test_a_public_child_does_not_name_its_private_parent(
    world: World, visibility: Visibility
) -> None:
    child = Dataset.objects.get(slug="child")
    assert SECRET not in Client().get(f"/api/v1/datasets/{child.slug}/").content.decode()
    assert SECRET not in Client().get("/api/v1/datasets/").content.decode()
    owner = signed_in(world.people["owner"])
    assert SECRET in owner.get(f"/api/v1/datasets/{child.slug}/").content.decode()
