"""/healthz says that the process answers, /readyz what of all that it needs is not there."""

import pytest
from celery import current_app
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from catalog.local.plan import free_port

pytestmark = pytest.mark.django_db

WELL = {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}


@pytest.fixture
def broken_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens."""
    url = f"redis://127.0.0.1:{free_port(0)}/0"
    write = current_app.connection_for_write
    monkeypatch.setattr(current_app, "connection_for_write", lambda **more: write(url, **more))


def test_all_is_there(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, WELL)


@pytest.mark.usefixtures("broken_broker")
def test_a_broker_that_is_away_is_named(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {**WELL, "status": "not ready", "broker": "does not answer"}
    assert client.get("/healthz").status_code == 200


def test_a_migration_that_is_not_applied_is_named(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("catalog", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == (
        "not applied: catalog.0001_initial; run manage.py migrate"
    )


def test_tables_of_newer_code_are_no_fault(client: Client) -> None:
    MigrationRecorder(connection).record_applied("catalog", "9999_from_tomorrow")
    assert client.get("/readyz").json() == WELL


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patched.setitem(connection.settings_dict, "PORT", str(free_port(0)))
        answer = client.get("/readyz")
        told = client.get("/metrics").content.decode()
    away = "does not answer"
    assert answer.status_code == 503
    assert answer.json() == {
        **WELL, "status": "not ready", "database": away, "migrations": away,
    }  # fmt: skip
    # What the web processes have counted is told all the same.
    assert "platecat_database_up 0.0" in told
    assert 'platecat_requests_total{method="GET",route="readyz",status="503"}' in told
