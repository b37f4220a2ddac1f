"""The leak matrix once more: for what an embargo closes, and for what was withdrawn."""

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Change, Dataset
from catalog.words import Visibility
from tests.catalog.leaks.matrix import FILTERED, ROWS
from tests.catalog.leaks.rows import (
    ALWAYS,
    GRANTED,
    SEEN_BY,
    Answer,
    Asking,
    Listing,
    Nothing,
    One,
    answer,
)
from tests.catalog.secret import SECRET, World, signed_in
from tests.catalog.services.published import TOMORROW, YESTERDAY

SOME = ("anonymous", "stranger", "viewer", "publisher", "owner")
CLOSED = (Visibility.PUBLIC, Visibility.GROUPS)
REASON = "The cell line was another one."
TOMBSTONES = {
    "api:dataset",
    "api:dataset-versions",
    "api:dataset-version",
    "portal:dataset",
    "portal:version",
}
"""What still answers of a withdrawn dataset."""
OF_FILES = {
    "api:dataset-version-file",
    "api:dataset-version-diff",
    "api:dataset-version-diff-csv",
    "portal:version-diff",
}
"""What is given to publishers alone then."""
TELLS_OF_IT = {"api:changes", "portal:changes", "portal:home"}
"""Lists that tell that it was withdrawn."""


def under_embargo(world: World) -> None:
    """Publish it up to a day that has not come."""
    Dataset.objects.filter(pk=world.dataset.pk).update(
        state="published", next_state="draft", published_at=timezone.now(), embargo_until=TOMORROW
    )


def withdrawn(world: World) -> None:
    """Withdraw what was published and open; its child would name it still, as a tombstone may be."""
    Dataset.objects.filter(parent=world.dataset).update(parent=None)
    Dataset.objects.filter(pk=world.dataset.pk).update(
        state="withdrawn",
        next_state="",
        published_at=timezone.now(),
        withdrawn_at=timezone.now(),
        withdrawn_reason=REASON,
    )
    Change.objects.create(verb="withdrawn", dataset=world.dataset, differences={"reason": REASON})


def seen_by(visibility: Visibility) -> set[str]:
    """Who sees what a closed dataset holds."""
    return GRANTED | ALWAYS if visibility is Visibility.PUBLIC else SEEN_BY[visibility]


@pytest.mark.parametrize("visibility", CLOSED)
@pytest.mark.parametrize("person", SOME)
def test_under_an_embargo_a_thing_is_nothing_to_those_who_did_not_see_the_draft(
    world: World, visibility: Visibility, person: str
) -> None:
    under_embargo(world)
    client = signed_in(world.people[person])
    for name, row in ROWS.items():
        if isinstance(row, One):
            found = answer(client, row.path.format(world))
            if name == "portal:dataset-step":
                assert found.status == (200 if person in {"publisher", "owner"} else 404)
            elif person in seen_by(visibility) & row.who:
                assert found.status == 200, (name, found)
            else:
                assert found == answer(client, row.path.format(Nothing())), name
        elif isinstance(row, Asking) and person not in seen_by(visibility):
            found = answer(client, row.path.format(world), method="post")
            assert found == answer(client, row.path.format(Nothing()), method="post"), name


@pytest.mark.parametrize("visibility", CLOSED)
@pytest.mark.parametrize("person", SOME)
def test_under_an_embargo_lists_counts_and_searches_know_nothing_of_it(
    world: World, visibility: Visibility, person: str
) -> None:
    under_embargo(world)
    client = signed_in(world.people[person])
    blind: dict[str, Answer] = {}
    for name, row in ROWS.items():
        if not isinstance(row, Listing):
            continue
        found = answer(client, row.path)
        if person in seen_by(visibility) & row.who:
            assert row.mark.format(world).encode() in found.body, name
        else:
            blind[row.path] = found
    if person not in seen_by(visibility):
        blind |= {path: answer(client, path) for path in (one.format(world) for one in FILTERED)}
    world.discard()
    for path, before in blind.items():
        assert before == answer(client, path), path


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
def test_when_the_embargo_is_over_everybody_sees_it(world: World, visibility: Visibility) -> None:
    under_embargo(world)
    Dataset.objects.filter(pk=world.dataset.pk).update(embargo_until=YESTERDAY)
    for name, row in ROWS.items():
        if isinstance(row, One) and "anonymous" in row.who:
            assert answer(Client(), row.path.format(world)).status == 200, name
        if isinstance(row, Listing) and "anonymous" in row.who:
            assert row.mark.format(world).encode() in answer(Client(), row.path).body, name


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.INSTITUTE])
@pytest.mark.parametrize("person", SOME)
def test_what_is_withdrawn_leaves_tombstones_and_nothing_else(
    world: World, visibility: Visibility, person: str
) -> None:
    withdrawn(world)
    client = signed_in(world.people[person])
    keeps = person in GRANTED | ALWAYS
    for name, row in ROWS.items():
        if isinstance(row, One):
            found = answer(client, row.path.format(world))
            if name in TOMBSTONES:
                assert found.status == 200, name
                assert REASON.encode() in found.body, name
                assert (world.plate.name.encode() in found.body) <= keeps, name
            elif name in OF_FILES:
                assert found.status == (200 if person in {"publisher"} | ALWAYS else 410), name
            elif name == "portal:dataset-step":
                assert found.status == 404
            elif not keeps:
                assert found == answer(client, row.path.format(Nothing())), name
        elif isinstance(row, Asking) and not keeps:
            found = answer(client, row.path.format(world), method="post")
            assert found == answer(client, row.path.format(Nothing()), method="post"), name


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC])
@pytest.mark.parametrize("person", ["anonymous", "stranger"])
def test_what_is_withdrawn_is_found_no_more(
    world: World, visibility: Visibility, person: str
) -> None:
    withdrawn(world)
    client = signed_in(world.people[person])
    blind: dict[str, Answer] = {}
    for name, row in ROWS.items():
        if isinstance(row, Listing):
            found = answer(client, row.path)
            if name in TELLS_OF_IT:
                assert b"withdrawn" in found.body, name
                assert str(world.store.id).encode() not in found.body
            else:
                assert SECRET.encode() not in found.body, name
                blind[row.path] = found
    world.discard()
    for path, before in blind.items():
        assert before == answer(client, path), path


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC])
def test_a_share_of_what_is_withdrawn_opens_nothing(world: World, visibility: Visibility) -> None:
    owner = signed_in(world.people["owner"])
    made = owner.post(
        "/api/v1/shares/", {"store": str(world.store.id)}, content_type="application/json"
    ).json()
    path = f"/api/v1/shared/{made['page'].rstrip('/').rpartition('/')[2]}/"
    assert Client().get(path).status_code == 200
    under_embargo(world)
    assert Client().get(path).status_code == 200
    withdrawn(world)
    assert Client().get(path).status_code == 404
