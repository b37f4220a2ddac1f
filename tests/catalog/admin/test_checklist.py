"""A dataset's page at the desk tells where it stands, and lets nobody type that in."""

import pytest
from django.test import Client

from catalog.models import Dataset
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.user(superuser=True))
    return client


def path_of(dataset: Dataset) -> str:
    return f"/admin/catalog/dataset/{dataset.pk}/change/"


def test_the_checklist_is_on_the_page_of_the_dataset(desk: Client, open_dataset: Dataset) -> None:
    told = desk.get(path_of(open_dataset)).content.decode()
    assert "It has no licence" in told
    assert "<strong>blocks</strong>" in told
    assert 'href="/datasets/open/#life-title"' in told


def test_the_state_cannot_be_typed_in(desk: Client, open_dataset: Dataset) -> None:
    told = desk.get(path_of(open_dataset)).content.decode()
    for name in ("state", "next_state", "embargo_until", "published_at", "withdrawn_reason"):
        assert f'name="{name}"' not in told
    sent = {"slug": "open", "title": "Open", "visibility": "public", "state": "published"}
    forms = ("people", "publications", "funding", "external_ids", "access")
    numbers = {f"{form}-{key}_FORMS": 0 for form in forms for key in ("TOTAL", "INITIAL")}
    answer = desk.post(path_of(open_dataset), {**sent, **numbers, "title": "Another"})
    assert answer.status_code == 302
    open_dataset.refresh_from_db()
    assert (open_dataset.title, open_dataset.state) == ("Another", "draft")


def test_a_dataset_that_is_not_made_yet_has_no_checklist(desk: Client) -> None:
    assert desk.get("/admin/catalog/dataset/add/").status_code == 200
