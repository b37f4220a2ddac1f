from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.api.streams import Begun
from catalog.models import Dataset
from catalog.services.heartbeat import Heartbeat
from tests import factories, stores


@pytest.fixture(autouse=True)
def heart_rests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No heartbeat where it cannot see the job, that is in a test within one transaction.

    A worker's heartbeat has a connection of its own, finds no such job there, and takes the lease
    for lost as soon as the work is longer than a beat. `beat_once` beats at all times.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        monkeypatch.setattr(Heartbeat, "beat", lambda _: None)


@pytest.fixture(autouse=True)
def streams_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answers that a test does not read to their end are ended with it, as every server ends them.

    Else the transaction they are made in is rolled back when memory is tidied up: amid another test.
    """
    begun = []
    begin = Begun.__init__

    def begin_noted(self: Begun, chunks: Generator[bytes, None, None]) -> None:
        begun.append(self)
        begin(self, chunks)

    monkeypatch.setattr(Begun, "__init__", begin_noted)
    yield
    for answer in begun:
        answer.close()


@pytest.fixture
def client() -> Client:
    """A browser that nobody has signed in with."""
    return Client()


@pytest.fixture
def plate_folder(tmp_path: Path) -> Path:
    """A plate of three wells, two fields each, on disk."""
    return stores.plate(
        tmp_path / "small.ome.zarr", wells=["A/1", "A/2", "B/03"], fields=2, name="small"
    )


@pytest.fixture
def open_dataset(db: None) -> Dataset:
    """A public dataset."""
    return factories.dataset("open")


@pytest.fixture
def versions(settings: Settings, tmp_path: Path) -> Path:
    """A folder of the test's own for published versions."""
    settings.VERSIONS = tmp_path / "versions"
    return tmp_path / "versions"
