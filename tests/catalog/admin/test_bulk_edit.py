"""One edit of many rows: shown first, done as shown, undone from the history."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Dataset, History
from plates.models import Plate
from tests import factories, stores

pytestmark = pytest.mark.django_db
DATASETS = "admin:catalog_dataset_changelist"


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(factories.user("steward", superuser=True))
    return client


@pytest.fixture
def datasets(db: None) -> list[Dataset]:
    made = [factories.dataset(name) for name in ("a", "b", "c")]
    Dataset.objects.filter(slug="b").update(keywords=["cells"], licence="CC0-1.0")
    return made


def asked(step: str, **fields: str) -> dict[str, Any]:
    chosen = [str(pk) for pk in Dataset.objects.values_list("pk", flat=True)]
    return {"action": "edit_several", "_selected_action": chosen, "step": step, **fields}


def shown(desk: Client, **fields: str) -> Any:
    return desk.post(reverse(DATASETS), asked("preview", **fields))


def test_nothing_is_written_before_it_was_shown(desk: Client, datasets: list[Dataset]) -> None:
    desk.post(reverse(DATASETS), asked(""))
    page = shown(desk, how_licence="set", licence="CC0-1.0", how_keywords="add", keywords="cells")
    text = page.content.decode()
    assert "2 of 3 would change; 1 say so already" in text
    assert "<ins>CC0-1.0</ins>" in text
    assert Dataset.objects.filter(licence="").count() == 2
    assert not History.objects.filter(verb="change").exists()


def test_it_is_done_as_it_was_shown_and_undone_from_the_history(
    desk: Client, datasets: list[Dataset]
) -> None:
    owner = User.objects.get(username="steward")
    edit = {"how_keywords": "add", "keywords": "cells", "how_owner": "set", "owner": str(owner.pk)}
    planned = shown(desk, **edit).context["plan"].digest
    answer = desk.post(reverse(DATASETS), asked("apply", planned=planned, **edit))
    assert [one.keywords for one in Dataset.objects.all()] == [["cells"]] * 3
    assert set(Dataset.objects.values_list("owner", flat=True)) == {owner.pk}
    entries = History.objects.filter(verb="change")
    assert len({entry.batch for entry in entries}) == 1
    assert entries.get(subject=str(datasets[1].id)).changes == {"owner": [None, "steward"]}
    listed = desk.get(answer["Location"]).context["cl"].queryset
    assert listed.count() == 3
    chosen = [str(entry.pk) for entry in listed]
    desk.post(answer["Location"], {"action": "undo", "_selected_action": chosen})
    assert [one.keywords for one in Dataset.objects.all()] == [[], ["cells"], []]
    assert not Dataset.objects.exclude(owner=None).exists()


def test_a_value_is_taken_out_of_lists(desk: Client, datasets: list[Dataset]) -> None:
    edit = {"how_keywords": "remove", "keywords": "cells"}
    planned = shown(desk, **edit).context["plan"].digest
    desk.post(reverse(DATASETS), asked("apply", planned=planned, **edit))
    assert not Dataset.objects.exclude(keywords=[]).exists()


def test_what_was_changed_since_it_was_shown_is_shown_again(
    desk: Client, datasets: list[Dataset]
) -> None:
    edit = {"how_licence": "set", "licence": "CC-BY-4.0"}
    planned = shown(desk, **edit).context["plan"].digest
    Dataset.objects.filter(slug="a").update(licence="MIT")
    answer = desk.post(reverse(DATASETS), asked("apply", planned=planned, **edit))
    assert "look again" in answer.content.decode()
    assert "<del>MIT</del>" in answer.content.decode()
    assert not Dataset.objects.filter(licence="CC-BY-4.0").exists()


def test_all_or_nothing_and_what_is_wrong_is_said(desk: Client, datasets: list[Dataset]) -> None:
    told = shown(desk, how_organisms="set", organisms="human").content.decode()
    assert "is no CURIE" in told
    edit = {"how_parent": "set", "parent": str(datasets[2].pk)}
    planned = shown(desk, **edit).context["plan"].digest
    answer = desk.post(reverse(DATASETS), asked("apply", planned=planned, **edit))
    assert "a_dataset_is_not_its_own_parent" in answer.content.decode()
    assert not Dataset.objects.exclude(parent=None).exists()


def test_plates_get_their_batch_and_many_take_as_few_statements(
    desk: Client, tmp_path: Path, open_dataset: Dataset
) -> None:
    def planned(names: str) -> CaptureQueriesContext:
        chosen = [
            str(pk) for pk in Plate.objects.filter(name__in=names).values_list("pk", flat=True)
        ]
        with CaptureQueriesContext(connection) as statements:
            page = desk.post(
                reverse("admin:plates_plate_changelist"),
                {
                    "action": "edit_several",
                    "_selected_action": chosen,
                    "step": "preview",
                    "how_batch": "set",
                    "batch": "B7",
                },
            )
        assert len(page.context["plan"].rows) == len(names)
        return statements

    for name in "pqrs":
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1"], name=name)
        factories.harvested(str(folder), into=open_dataset)
    planned("p")
    assert len(planned("pqrs")) == len(planned("pq"))
