"""The desk over an archive of screens: every list of the admin, the board, and the page of one row.

The archive is that of the benchmark of search, with the same variables. Stores are put beside its
plates, so that the board has something to compare. The aim is 500 ms at the 95th percentile.
"""

import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from plates.models import Plate, Store
from tests.benchmarks import search
from tests.benchmarks.measuring import tell
from tests.benchmarks.search import percentile

ROUNDS: Final = 12
AIM_MS: Final = 500
NARROWED: Final = {
    "plates not valid": "admin:plates_plate_changelist|lacks=valid",
    "plates not annotated": "admin:plates_plate_changelist|lacks=annotated",
    "plates not previewed": "admin:plates_plate_changelist|lacks=previewed",
    "plates not published": "admin:plates_plate_changelist|lacks=published",
    "plates by a part of a name": "admin:plates_plate_changelist|q=late",
    "wells of a page far back": "admin:plates_well_changelist|p=150",
    "history by people": "admin:catalog_history_changelist|whom=people",
}

# As many stores as plates, of which some are invalid; each was read once, and none was drawn.
_STORES: Final = """
    INSERT INTO plates_store (id, scope, kind, name, plate_id, version, digest, edition, reach, verdict,
           well_count, field_count, image_count, missing_count, bare_wells, document_count, problems,
           problem_count, created_at, read_at)
    SELECT gen_random_uuid(), p.scope, 'plate', p.name, p.serial, '0.4', md5(p.serial::text), 1, 'ok',
           CASE WHEN p.serial % 7 = 0 THEN 'invalid' ELSE 'valid' END, p.well_count, 0, 0, 0, '{}', 0,
           '[]', 0, p.created_at, p.created_at
      FROM plates_plate p
     WHERE NOT EXISTS (SELECT 1 FROM plates_store s WHERE s.plate_id = p.serial)
"""
_HOLDINGS: Final = """
    INSERT INTO catalog_holding (store_id, dataset_id, guarded, created_at)
    SELECT s.serial, s.scope, TRUE, now() FROM plates_store s
     WHERE NOT EXISTS (SELECT 1 FROM catalog_holding h WHERE h.store_id = s.serial)
"""
_FINDINGS: Final = """
    INSERT INTO plates_finding (store_id, rule, level, total, examples)
    SELECT s.serial, r.rule, 'error', 1, '[]'
      FROM plates_store s, (VALUES ('HCS-WELL-EXISTS'), ('IMG-AXES')) r (rule)
     WHERE s.verdict = 'invalid'
        ON CONFLICT DO NOTHING
"""
_HISTORY: Final = """
    INSERT INTO catalog_history (at, verb, noun, subject, dataset_id, changes)
    SELECT now(), 'harvest', 'store', s.id::text, s.scope, '{"digest": [null, "x"]}'
      FROM plates_store s, generate_series(1, 5)
     WHERE NOT EXISTS (SELECT 1 FROM catalog_history WHERE verb = 'harvest')
"""


def prepare(folder: Path) -> None:
    """Build the archive unless it is there, and put beside it what only the desk shows."""
    search.prepare(folder)
    with connection.cursor() as cursor:
        for statement in (_STORES, _HOLDINGS, _FINDINGS, _HISTORY):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
    User.objects.filter(username="everything").update(is_superuser=True, is_staff=True)


def measure(url: str) -> None:
    """Measure each page within this process, just after Postgres was started anew."""
    tell(f"{Plate.objects.count():,} plates, {Store.objects.count():,} stores")
    client = Client(headers={"host": urlsplit(url).netloc})
    client.force_login(User.objects.get(username="everything"))
    over = [name for name, path in pages() if tell_page(client, name, path) > AIM_MS]
    tell(f"\nOver {AIM_MS} ms: {', '.join(over) or 'none'}")


def pages() -> Iterator[tuple[str, str]]:
    """The board, each list, lists that are narrowed, and the page of the first row of each table."""
    yield "the board", reverse("admin:index")
    for name, told in NARROWED.items():
        route, _, asked = told.partition("|")
        yield name, f"{reverse(route)}?{asked}"
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        meta = model._meta
        route = f"admin:{meta.app_label}_{meta.model_name}"
        yield f"list of {meta.model_name}", reverse(f"{route}_changelist")
        first = model._default_manager.order_by("pk").first()
        if first is not None:
            yield f"page of a {meta.model_name}", reverse(f"{route}_change", args=[first.pk])


def tell_page(client: Client, name: str, path: str) -> float:
    """Time a page and say so; its 95th percentile in milliseconds."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = client.get(path)
        answer.content  # noqa: B018 - rendered by now
        took.append(time.perf_counter() - started)
    if answer.status_code != HTTPStatus.OK:
        raise SystemExit(f"{path} answers {answer.status_code}: nothing of the desk was measured.")
    middle, late = (percentile(took, part) * 1000 for part in (50, 95))
    tell(f"{name:34}{middle:>9.0f}{late:>9.0f}{'  over' if late > AIM_MS else ''}")
    return late
