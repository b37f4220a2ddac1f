"""Whether a web process answers, and whether all is there that it needs."""

from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Final

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import OperationalError

OK: Final = "ok"
UNANSWERED: Final = "does not answer"
BEHIND: Final = "not applied: {names}; run manage.py migrate"
CONNECT_S: Final = 2.0


def alive(request: HttpRequest) -> JsonResponse:
    """Whether the web process answers at all."""
    return JsonResponse({"status": OK})


def ready(request: HttpRequest) -> JsonResponse:
    """Whether the web process can do its work: 503, and which part is not there, if it cannot."""
    found = {name: look() for name, look in LOOKS.items()}
    is_ready = set(found.values()) == {OK}
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"status": OK if is_ready else "not ready", **found}, status=status)


def database() -> str:
    """How the database is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return UNANSWERED
    return OK


def migrations() -> str:
    """Whether the tables are those that this code was written for, or newer ones."""
    try:
        missing = known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        return UNANSWERED
    if not missing:
        return OK
    return BEHIND.format(names=", ".join(f"{app}.{name}" for app, name in sorted(missing)))


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this code brings; that others may be there as well is no fault."""
    return frozenset(MigrationLoader(None).disk_migrations)


def broker() -> str:
    """Whether jobs can be rung for; one that is away holds nothing up but the bell."""
    try:
        with current_app.connection_for_write(connect_timeout=CONNECT_S) as line:
            line.ensure_connection(max_retries=1, interval_start=0, timeout=CONNECT_S)
    except (OperationalError, OSError):
        return UNANSWERED
    return OK


LOOKS: Final[Mapping[str, Callable[[], str]]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
}
