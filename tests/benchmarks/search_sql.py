"""The SQL below a request: recorded, run again without Django, and its plan looked at."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

HOST: Final = "127.0.0.1"
SCANNED: Final = "Seq Scan on plates_well"


@dataclass(frozen=True)
class Said:
    """A statement as Django gave it to psycopg."""

    text: str
    values: Any


class InProcess:
    """Requests that are answered in this process, without a socket."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str) -> None:
        """Ask, and take the answer."""
        answer = self.client.get(path, headers={"host": HOST})
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} for {path}: {answer.content[:300]!r}")

    def statements(self, path: str) -> list[Said]:
        """What a request says to Postgres."""
        said: list[Said] = []

        def record(execute: Callable[..., Any], text: str, values: Any, *more: Any) -> Any:
            said.append(Said(text, values))
            return execute(text, values, *more)

        with connection.execute_wrapper(record):
            self.get(path)
        return said


def bare_connection() -> psycopg.Connection:
    """A connection like Django's, without Django."""
    told = connection.get_connection_params()
    told.pop("cursor_factory", None)
    told.pop("context", None)
    return psycopg.connect(**told, autocommit=True, cursor_factory=psycopg.ClientCursor)


def run_again(bare: psycopg.Connection, statements: Sequence[Said]) -> None:
    """Say it all again, and take the rows."""
    with bare.transaction(), bare.cursor() as cursor:
        for one in statements:
            cursor.execute(one.text.encode(), one.values)
            if cursor.description is not None:
                cursor.fetchall()


def bare_seconds(bare: psycopg.Connection, statements: Sequence[Said], *, rounds: int) -> float:
    """How long the statements of a request take by themselves: the median of some rounds."""
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        run_again(bare, statements)
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def scans_of_wells(bare: psycopg.Connection, statements: Sequence[Said]) -> list[str]:
    """The statements whose plan goes through all wells."""
    found = []
    for one in statements:
        if not one.text.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        with bare.cursor() as cursor:
            cursor.execute(b"EXPLAIN " + one.text.encode(), one.values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        if SCANNED in plan:
            found.append(one.text)
    return found
