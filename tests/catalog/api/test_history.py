"""The history of a dataset over REST."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Dataset
from catalog.services.datasets import change_visibility, grant_access
from catalog.services.record import record
from catalog.services.sources import create_source
from catalog.words import Role, Visibility
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(open_dataset: Dataset) -> User:
    person = factories.user("curator")
    grant_access(role=Role.CURATOR, to=person, by=None, dataset=open_dataset)
    create_source(by=None, name="lab", url="s3://lab", default_dataset=open_dataset)
    change_visibility(dataset=open_dataset, visibility=Visibility.INSTITUTE, by=person)
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_it_says_who_changed_what_from_what_to_what(curator: User) -> None:
    told = signed_in(curator).get("/api/v1/datasets/open/history/?noun=dataset&verb=change").json()
    (entry,) = told["results"]
    assert entry["by"] == "curator"
    assert entry["changes"] == [{"field": "visibility", "before": "public", "after": "institute"}]


def test_a_table_has_a_line_for_each_field(curator: User, open_dataset: Dataset) -> None:
    changes: dict[str, tuple[object, object]] = {"title": ("=1", "b"), "doi": (None, "10.1/x")}
    record("change", open_dataset, by=None, dataset=open_dataset, changes=changes)
    answer = signed_in(curator).get("/api/v1/datasets/open/history.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert lines[0] == "at,by,job,job_kind,verb,noun,subject,field,before,after"
    assert sum(",doi,,10.1/x" in line for line in lines) == 1
    assert sum(",title,'=1,b" in line for line in lines) == 1


def test_where_storage_lies_is_for_operators_and_roles_for_those_who_give_them(
    curator: User, open_dataset: Dataset
) -> None:
    def nouns(person: User) -> set[str]:
        told = signed_in(person).get("/api/v1/datasets/open/history/").json()
        return {entry["noun"] for entry in told["results"]}

    assert nouns(curator) == {"dataset"}
    assert nouns(factories.operator()) == {"dataset", "source", "access"}


def test_others_are_told_that_there_is_nothing(curator: User) -> None:
    stranger = signed_in(factories.user())
    for path in ("history/", "history.csv"):
        assert stranger.get(f"/api/v1/datasets/open/{path}").status_code == 404
        assert Client().get(f"/api/v1/datasets/open/{path}").status_code in {401, 404}


def test_curators_see_it_on_the_page_of_the_dataset(curator: User) -> None:
    shown = signed_in(curator).get("/datasets/open/").content.decode()
    assert "visibility: public → institute" in shown
    assert "history.csv" in shown
    assert "history.csv" not in signed_in(factories.user()).get("/datasets/open/").content.decode()
