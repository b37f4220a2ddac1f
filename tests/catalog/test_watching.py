"""Every request is known by an id, from its first line to the last of the job that it asked for."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.jobs import Job as Kind
from catalog.logs import JsonLine
from catalog.models import Dataset, Job
from catalog.services.harvest import harvest_store
from catalog.services.tokens import make_token
from catalog.words import JobState, TokenScope
from tests import factories
from workers.tasks import work_on

pytestmark = pytest.mark.django_db

ID = "X-Request-ID"
PLATES = "/api/v1/plates/"


class Log:
    """What stands in the log, in JSON."""

    def __init__(self, stream: StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self, logger: str) -> list[dict[str, object]]:
        """What a logger said."""
        said = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in said if line["logger"].startswith(logger)]

    def forget(self) -> None:
        """Begin anew."""
        self.stream.truncate(0)
        self.stream.seek(0)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """The log as it is written meanwhile, requests that went well too."""
    caplog.set_level(logging.INFO, logger="catalog.requests")
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logging.getLogger().addHandler(handler)
    yield Log(stream)
    logging.getLogger().removeHandler(handler)


def test_each_answer_has_an_id_and_one_line(client: Client, log: Log) -> None:
    first, second = client.get(PLATES), client.get(f"{PLATES}?q=gene:SECRET")
    assert first.headers[ID] != second.headers[ID]
    told = log.lines("catalog.requests")
    assert [line["request_id"] for line in told] == [first.headers[ID], second.headers[ID]]
    milliseconds = told[1].pop("milliseconds")
    assert isinstance(milliseconds, float)
    assert told[1].items() >= {"route": "api:plates", "status": 200, "method": "GET"}.items()
    assert "SECRET" not in log.text


def test_an_id_is_taken_from_a_trusted_proxy_alone(client: Client, settings: Settings) -> None:
    told = {ID: "from-outside.1"}
    assert client.get(PLATES, headers=told).headers[ID] != "from-outside.1"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert client.get(PLATES, headers=told).headers[ID] == "from-outside.1"
    for unfit in ("a b", "x" * 65, "a\r\nb", "{}", ""):
        assert client.get(PLATES, headers={ID: unfit}).headers[ID] != unfit


def test_a_problem_names_the_id(client: Client) -> None:
    for path in ("/api/v1/plates/none/", "/api/v1/nowhere/", "/api/v1/wells/?q=(("):
        answer = client.get(path)
        assert answer.json()["request_id"] == answer.headers[ID]


def test_who_asked_is_told_where_it_had_to_be_found_out(client: Client, log: Log) -> None:
    person = factories.user()
    secret = make_token(owner=person, by=None, name="t", scopes=[TokenScope.READ]).secret
    client.get(PLATES)
    client.get(PLATES, headers={"Authorization": f"Bearer {secret}"})
    client.force_login(person)
    client.get("/datasets/")
    ids = [line.get("user_id") for line in log.lines("catalog.requests")]
    assert ids == [None, person.pk, person.pk]
    assert secret not in log.text


def test_an_answer_that_streams_ends_with_its_last_piece(client: Client, log: Log) -> None:
    answer = client.get("/api/v1/export/wells.csv")
    assert log.lines("catalog.requests") == []
    assert answer.getvalue()
    answer.close()
    (line,) = log.lines("catalog.requests")
    assert (line["route"], line["request_id"]) == ("api:export-wells-csv", answer.headers[ID])


def test_what_is_asked_for_all_the_time_is_told_to_nobody(client: Client, log: Log) -> None:
    client.get("/healthz")
    client.get("/metrics")
    client.get("/static/portal/tokens.css").close()
    assert log.lines("catalog.requests") == []


def test_the_lines_of_a_job_name_the_request_that_asked_for_it(
    client: Client,
    open_dataset: Dataset,
    plate_folder: Path,
    log: Log,
    settings: Settings,
) -> None:
    store = factories.harvested(str(plate_folder), into=open_dataset)
    Job.objects.all().delete()
    person = factories.user(superuser=True)
    client.force_login(person)
    asked = client.post(f"/api/v1/stores/{store.id}/harvest/")
    assert asked.status_code == 202
    log.forget()
    work_on(Kind.HARVEST, harvest_store)
    job = Job.objects.get(kind=Kind.HARVEST.value)
    assert job.state == JobState.DONE.value
    facts = {
        "request_id": asked.headers[ID],
        "job_id": str(job.pk),
        "kind": "harvest",
        "store_id": str(store.id),
        "user_id": person.pk,
    }
    told = [*log.lines("catalog.services.harvest"), *log.lines("workers")]
    assert len(told) == 2
    assert all(line.items() >= facts.items() for line in told)
    assert told[-1]["state"] == "done"
    # And so do the jobs that this one asked for.
    following = Job.objects.exclude(pk=job.pk)
    assert {one.request_id for one in following} <= {asked.headers[ID]}


def test_a_job_that_fails_says_so_in_its_line(
    open_dataset: Dataset, tmp_path: Path, log: Log
) -> None:
    factories.queued_harvest(str(tmp_path / "none.zarr"), into=open_dataset)
    work_on(Kind.HARVEST, harvest_store)
    last = log.lines("workers")[-1]
    assert last["state"] == "failed"
    assert "request_id" not in last
