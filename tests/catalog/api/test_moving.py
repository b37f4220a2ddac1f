"""Stores go to another dataset over REST."""

from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset, Job
from catalog.words import Role, Visibility
from plates.models import Store
from tests import factories, stores

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(tmp_path: Path, open_dataset: Dataset) -> Store:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], name="P")
    factories.harvested(str(folder), into=open_dataset)
    Job.objects.filter(finished_at=None).delete()
    return Store.objects.get()


def asked(client: Client, store: Store, slug: str) -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"/api/v1/stores/{store.id}/move/", {"dataset": slug}, content_type="application/json"
    )
    return answer.status_code, answer.json()


def test_a_curator_of_both_moves_a_store(
    client: Client, held: Store, open_dataset: Dataset
) -> None:
    hidden = factories.dataset("hidden", visibility=Visibility.GROUPS)
    curator = factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    factories.access(curator, Role.CURATOR, hidden)
    client.force_login(curator)
    status, told = asked(client, held, "hidden")
    assert status == 200
    assert told == {
        "dataset": {"id": str(hidden.id), "slug": "hidden"},
        "stores": [{"id": str(held.id), "name": held.name}],
    }
    assert Client().get(f"/api/v1/stores/{held.id}/").status_code == 404


def test_a_dataset_that_the_person_does_not_see_is_none(
    client: Client, held: Store, open_dataset: Dataset
) -> None:
    factories.dataset("secret", visibility=Visibility.OWNER)
    curator = factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    client.force_login(curator)
    status, told = asked(client, held, "secret")
    assert (status, told["parameter"]) == (400, "dataset")
    _, of_nothing = asked(client, held, "no-such")
    assert of_nothing["detail"] == told["detail"]


def test_strangers_may_not_move_whatever_they_say(client: Client, held: Store) -> None:
    assert asked(client, held, "no-such")[0] == 403
