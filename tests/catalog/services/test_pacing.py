"""Who asks too often is told to wait: each token, person and address for itself, in all processes."""

import secrets
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as CacheIsAway

from catalog import settings as in_service
from catalog.rates import Rate, rate_of
from catalog.services import pacing
from catalog.services.tokens import make_token
from catalog.words import Pace, TokenScope
from tests import factories

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture(autouse=True)
def hour(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    """Three requests of each pace in an hour that does not end while a test runs.

    An hour of its own: all tests share the cache, which is the broker too, and is never cleared.
    """
    settings.RATES = dict.fromkeys(Pace, Rate(3, 3600))
    chosen = secrets.randbelow(10**9)
    set_clock(monkeypatch, chosen * 3600 + 600)
    monkeypatch.setattr(pacing._silence, "until", 0.0)
    return chosen


def set_clock(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    """The clock that windows are told by, and no other."""
    clock = SimpleNamespace(time=lambda: now, monotonic=time.monotonic)
    monkeypatch.setattr(pacing, "time", clock)


def statuses(client: Client, path: str, times: int = 4, **told: Any) -> list[int]:
    return [client.get(path, **told).status_code for _ in range(times)]


def with_token(owner: User) -> Client:
    made = make_token(owner=owner, by=owner, name="t", scopes={TokenScope.READ})
    return Client(headers={"Authorization": f"Bearer {made.secret}"})


def test_the_fourth_request_waits_for_the_hour_to_end() -> None:
    assert statuses(Client(), "/api/v1/plates/", 3) == [200, 200, 200]
    answer = Client().get("/api/v1/plates/")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3000"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Wait 3000 seconds" in answer.json()["detail"]
    assert statuses(Client(), "/api/v1/plates/", 1, **ELSEWHERE) == [200]


def test_searches_exports_and_pictures_are_counted_apart() -> None:
    for path in ("/api/v1/plates/", "/api/v1/wells/", "/api/v1/export/wells.csv"):
        assert statuses(Client(), path) == [200, 200, 200, 429], path
    assert statuses(Client(), "/api/v1/images/x/thumbnail") == [404, 404, 404, 429]


def test_pages_that_search_are_counted_with_the_searches() -> None:
    assert statuses(Client(), "/search/", 2) == [200, 200]
    assert statuses(Client(), "/api/v1/facets/", 1) == [200]
    answer = Client().get("/search/facets/")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3000"
    assert "Wait a moment" in answer.content.decode()
    assert Client().get("/").status_code == 200


def test_each_token_and_each_person_is_counted_for_itself() -> None:
    ada, bob = factories.user("ada"), factories.user("bob")
    clients = [with_token(ada), with_token(ada), with_token(bob)]
    for person in (ada, bob):
        client = Client()
        client.force_login(person)
        clients.append(client)
    for client in (*clients, Client()):
        assert statuses(client, "/api/v1/plates/") == [200, 200, 200, 429]
    # A person is the same from everywhere, and so is a token.
    for client in clients:
        assert statuses(client, "/api/v1/plates/", 1, **ELSEWHERE) == [429]


def test_the_next_window_starts_anew(monkeypatch: pytest.MonkeyPatch, hour: int) -> None:
    assert statuses(Client(), "/api/v1/plates/") == [200, 200, 200, 429]
    set_clock(monkeypatch, (hour + 1) * 3600)
    assert statuses(Client(), "/api/v1/plates/", 1) == [200]


def test_a_cache_that_is_away_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise CacheIsAway("no")

    monkeypatch.setattr(pacing._silence, "until", 0.0)
    monkeypatch.setattr(caches["default"], "add", away)
    assert statuses(Client(), "/api/v1/plates/", 5) == [200] * 5
    # Nobody asks the cache again for a while.
    assert pacing._silence.until > 0
    monkeypatch.setattr(pacing._silence, "until", 0.0)


def test_where_the_broker_is_no_valkey_the_database_counts(settings: Settings) -> None:
    settings.CACHES = {"default": in_service.shared_cache("amqp://broker")}
    call_command("createcachetable", verbosity=0)
    assert statuses(Client(), "/api/v1/plates/") == [200, 200, 200, 429]
    assert statuses(Client(), "/api/v1/plates/", 1, **ELSEWHERE) == [200]


def test_the_cache_is_the_broker_where_that_is_a_valkey() -> None:
    assert in_service.shared_cache("redis+socket:///run/valkey")["LOCATION"] == "unix:///run/valkey"
    assert in_service.shared_cache("rediss://v:6380/1")["LOCATION"] == "rediss://v:6380/1"


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("300/m", Rate(300, 60)),
        (" 10 / s ", Rate(10, 1)),
        ("5000/hour", Rate(5000, 3600)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_rates_are_read(text: str, rate: Rate | None) -> None:
    assert rate_of(text) == rate


@pytest.mark.parametrize("text", ["", "0/m", "-1/m", "10", "10/d", "x/m", "1/m/2"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        rate_of(text)
