"""The harvest command, as far as it needs no worker; the rest is in tests/workers."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.management.commands.harvest import bar, exit_code, sentence
from catalog.models import Dataset, Job
from catalog.queries.harvests import StoreOutcome, unseen
from catalog.words import Visibility

pytestmark = pytest.mark.django_db

GOOD = StoreOutcome(
    id="id",
    url="/p.zarr",
    kind="plate",
    reach="ok",
    verdict="unchecked",
    errors=0,
    warnings=0,
    plate={"id": "x", "name": "P"},
    wells=96,
    fields=192,
    images=0,
    seconds=0.5,
    changed=True,
    error="",
)
BAD = replace(GOOD, id=None, url="/q", plate=None, error="Nothing lies there.")


def told(*arguments: str, **options: object) -> str:
    out = StringIO()
    call_command("harvest", *arguments, stdout=out, **options)
    return out.getvalue()


def test_without_a_dataset_stores_go_to_the_inbox_which_is_private(tmp_path: Path) -> None:
    assert "1 harvest is queued" in told(str(tmp_path))
    inbox = Dataset.objects.get()
    assert (inbox.slug, inbox.visibility) == ("inbox", Visibility.OWNER.value)


def test_the_answer_for_programs_names_the_jobs(tmp_path: Path) -> None:
    answer = json.loads(told(str(tmp_path), dataset="d", public=True, format="json"))
    jobs = [str(Job.objects.get().pk)]
    assert answer == {"stores": [], "failed": 0, "jobs": jobs, "unseen": []}
    assert Dataset.objects.get().visibility == Visibility.PUBLIC.value


def test_an_unknown_source_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no source 'lab'\. Known are: none yet"):
        told(str(tmp_path), source="lab")


@pytest.mark.parametrize("url", ["https://me:pw@host/x.zarr", "", "\x00"])
def test_an_address_that_cannot_be_kept_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(CommandError) as refusal:
        told(url)
    assert refusal.value.returncode == 2
    assert "pw" not in str(refusal.value)
    assert not Job.objects.exists()


def test_exit_codes_are_those_of_the_contract() -> None:
    assert exit_code([GOOD]) == 0
    assert exit_code([GOOD, BAD]) == 1
    assert exit_code([BAD]) == 2
    assert exit_code([]) == 2


def test_a_store_is_told_in_a_line() -> None:
    assert sentence(GOOD) == (
        "unchecked  /p.zarr: plate P, 96 wells, 192 fields, new or changed, 0.5 s"
    )
    assert sentence(BAD) == "failed     /q: Nothing lies there."


def test_the_bar_fills_up() -> None:
    assert bar(0, 0) == "░" * 24
    assert bar(5, 10) == "█" * 12 + "░" * 12
    assert bar(10, 10) == "█" * 24


def test_what_could_not_be_looked_at_is_told(tmp_path: Path) -> None:
    told(str(tmp_path))
    job = Job.objects.get()
    assert unseen([job.pk]) == []
    Job.objects.update(outcome={"unread": ["/x may not be read."], "complete": False})
    assert unseen([job.pk]) == ["/x may not be read."]
    Job.objects.update(outcome={"unread": [], "complete": False})
    (more,) = unseen([job.pk])
    assert "more folders" in more
