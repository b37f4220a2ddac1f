"""Clients of a web server: each with a connection of its own that is kept."""

import http.client
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.benchmarks.search_load import Load

Seconds = dict[str, list[float]]
"""Of requests, by what they are."""


class WebClient:
    """Somebody's browser."""

    def __init__(self, url: str, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self.headers = {"Cookie": f"{name}={client.cookies[name].value}"}
        address = urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port)

    def get(self, path: str) -> float:
        """The seconds until an answer was there whole."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - started
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{answer.status} for {path}: {body.decode()[:300]}")
        return took


def shuffled(load: Load, *, rounds: int, seed: int) -> list[tuple[str, str]]:
    """All requests of a load, some times over, in no order."""
    asked = [(name, path) for name, paths in load.items() for path in paths] * rounds
    random.Random(seed).shuffle(asked)
    return asked


def measured(clients: Sequence[WebClient], asked: Iterable[tuple[str, str]]) -> Seconds:
    """How long requests take that are shared out among clients at work side by side."""
    shares = [list(asked)[number :: len(clients)] for number in range(len(clients))]
    found: Seconds = defaultdict(list)

    def work(client: WebClient, share: list[tuple[str, str]]) -> list[tuple[str, float]]:
        return [(name, client.get(path)) for name, path in share]

    with ThreadPoolExecutor(len(clients)) as pool:
        for told in pool.map(work, clients, shares):
            for name, took in told:
                found[name].append(took)
    return found
