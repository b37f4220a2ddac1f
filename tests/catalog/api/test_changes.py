"""The feed over REST: a client that comes back with its cursor sees each change once."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Change, Dataset
from catalog.services.changes import change_of, write_changes
from catalog.words import ChangeVerb, Visibility
from plates.models import Store
from tests import factories, stores

pytestmark = pytest.mark.django_db
FEED = "/api/v1/changes/"


@pytest.fixture
def store(tmp_path: Path, open_dataset: Dataset) -> Store:
    return factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)


@pytest.fixture
def hidden(tmp_path: Path) -> Store:
    private = factories.dataset("hidden", visibility=Visibility.OWNER)
    return factories.harvested(str(stores.image(tmp_path / "hidden.zarr")), into=private)


def happen(store: Store, *verbs: ChangeVerb) -> list[str]:
    """Let things happen to a store; the ids of the changes."""
    changes = [change_of(verb, store, job=None) for verb in verbs]
    write_changes(changes)
    return [str(change.id) for change in changes]


def ask(client: Client, **parameters: object) -> dict[str, Any]:
    answer = client.get(f"{FEED}?{urlencode(parameters)}")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["results"]]


def test_a_first_read_begins_with_the_oldest(client: Client, store: Store) -> None:
    page = ask(client)
    (row,) = page["results"]
    assert row["verb"] == "appeared"
    assert row["store"] == {"id": str(store.id), "name": "i"}
    assert row["plate"] is None
    assert row["dataset"]["slug"] == "open"
    assert row["differences"]["counts"]["images"] == {"before": 0, "after": 1}
    assert row["links"]["store"].endswith(f"/stores/{store.id}/")
    assert (page["next"], page["count"], page["count_is_exact"]) == (None, 1, True)


def test_who_comes_back_with_the_cursor_sees_what_is_new_and_each_once(
    client: Client, store: Store
) -> None:
    page = ask(client)
    for _ in range(3):
        page = ask(client, cursor=page["cursor"])
        assert page["results"] == []
        new = happen(store, ChangeVerb.CHANGED, ChangeVerb.VERDICT)
        page = ask(client, cursor=page["cursor"])
        assert ids(page) == new


def test_an_empty_feed_gives_a_cursor_too(client: Client, tmp_path: Path, db: None) -> None:
    page = ask(client)
    assert (page["results"], page["next"], page["count"]) == ([], None, 0)
    dataset = factories.dataset()
    factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=dataset)
    assert len(ids(ask(client, cursor=page["cursor"]))) == 1


def test_pages_follow_each_other_by_next_and_by_cursor(client: Client, store: Store) -> None:
    wanted = [*ids(ask(client)), *happen(store, *[ChangeVerb.CHANGED] * 7)]
    by_next, by_cursor = [], []
    page = ask(client, limit=3)
    assert page["count"] == 8
    by_cursor += ids(page)
    while page["next"]:
        by_next += ids(page)
        after = ask(client, limit=3, cursor=page["cursor"])
        page = client.get(page["next"]).json()
        assert page == after
        by_cursor += ids(after)
    assert [*by_next, *ids(page)] == by_cursor == wanted


def test_a_change_out_of_sight_is_not_told_nor_counted_nor_waited_for(
    client: Client, store: Store, hidden: Store
) -> None:
    page = ask(client)
    assert len(page["results"]) == page["count"] == 1
    happen(hidden, ChangeVerb.CHANGED)
    after = ask(client, cursor=page["cursor"])
    assert after["results"] == []
    assert after["cursor"] == page["cursor"]
    assert str(hidden.id) not in str(ask(client, store=str(hidden.id)))


def test_what_was_seen_once_is_not_told_when_its_dataset_is_hidden_since(
    client: Client, store: Store, open_dataset: Dataset
) -> None:
    page = ask(client)
    happen(store, ChangeVerb.CHANGED)
    Dataset.objects.filter(pk=open_dataset.pk).update(visibility=Visibility.OWNER.value)
    assert ask(client)["results"] == []
    assert ask(client, cursor=page["cursor"])["results"] == []


def test_filters_narrow_the_feed_and_the_cursor_goes_on_past_what_they_hide(
    client: Client, store: Store, tmp_path: Path
) -> None:
    other = factories.harvested(
        str(stores.image(tmp_path / "o.zarr")), into=factories.dataset("other")
    )
    (gone,) = happen(other, ChangeVerb.VANISHED)
    assert ids(ask(client, verb="vanished")) == [gone]
    assert gone in ids(ask(client, dataset="other"))
    assert gone not in ids(ask(client, dataset="open"))
    assert gone in ids(ask(client, store=str(other.id)))
    assert ask(client, store="no id")["results"] == []
    page = ask(client, verb="reach")
    assert page["results"] == []
    (lost,) = happen(store, ChangeVerb.REACH)
    assert ids(ask(client, verb="reach", cursor=page["cursor"])) == [lost]
    assert ids(ask(client, cursor=page["cursor"])) == [lost]


def test_a_feed_is_read_from_a_moment_on(client: Client, store: Store) -> None:
    first = ids(ask(client))
    happen(store, ChangeVerb.CHANGED)
    (third,) = happen(store, ChangeVerb.VERDICT)
    moment = Change.objects.get(id=third).at
    assert ids(ask(client, since=moment.isoformat())) == [third]
    assert ids(ask(client, since="2000-01-01T00:00:00Z"))[:1] == first
    assert ask(client, since="2999-01-01T00:00:00Z")["results"] == []


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-11-25", "2026-11-25T08:00:00", "2026-99-25T08:00:00Z", ""]
)
def test_a_moment_that_is_none_or_has_no_zone_is_refused(client: Client, moment: str) -> None:
    answer = client.get(f"{FEED}?since={moment}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "since"
    assert "2026-11-25T08:00:00Z" in answer.json()["detail"]


@pytest.mark.parametrize("cursor", ["x", "IjEi:abc", "%00", "a:b:c", "é"])
def test_a_forged_cursor_is_refused_in_a_sentence(client: Client, db: None, cursor: str) -> None:
    answer = client.get(f"{FEED}?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "cursor"
    assert "Take it unchanged" in answer.json()["detail"]


def test_a_cursor_of_another_list_is_refused(client: Client, db: None) -> None:
    for _ in range(2):
        factories.dataset()
    cursor = client.get("/api/v1/datasets/?limit=1").json()["next"].partition("cursor=")[2]
    assert client.get(f"{FEED}?cursor={cursor}").status_code == 400


def test_a_cursor_whose_change_is_no_longer_kept_says_what_to_do(
    client: Client, store: Store
) -> None:
    page = ask(client)
    Change.objects.all().delete()
    answer = client.get(f"{FEED}?{urlencode({'cursor': page['cursor']})}")
    assert answer.status_code == 400
    assert "'since'" in answer.json()["detail"]


def test_a_word_that_is_no_verb_is_refused(client: Client, db: None) -> None:
    answer = client.get(f"{FEED}?verb=eaten")
    assert answer.status_code == 400
    assert "appeared, changed" in answer.json()["detail"]


def test_a_page_takes_as_many_statements_for_many_changes_as_for_few(
    client: Client, store: Store
) -> None:
    with CaptureQueriesContext(connection) as few:
        ask(client)
    happen(store, *[ChangeVerb.CHANGED] * 20)
    with CaptureQueriesContext(connection) as many:
        ask(client)
    assert len(many) == len(few)
