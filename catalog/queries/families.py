"""Families of jobs: a job, what it led to, and how far they are together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

_FAMILY: Final = """
    WITH RECURSIVE family AS (
        SELECT id FROM catalog_job WHERE id = %(root)s
        UNION
        SELECT j.id FROM catalog_job j JOIN family f ON j.parent_id = f.id
    )
"""
_IDS: Final = f"{_FAMILY} SELECT id FROM family"  # noqa: S608 - a constant of this file

# A job about a store reads documents, but for a count of chunks and what is drawn; the others look
# at folders.
_STANDING: Final = f"""
    {_FAMILY}
    SELECT count(*),
           count(*) FILTER (WHERE finished_at IS NOT NULL),
           count(*) FILTER (WHERE state = 'failed'),
           count(*) FILTER (WHERE store_id IS NOT NULL),
           count(*) FILTER (WHERE store_id IS NOT NULL AND finished_at IS NOT NULL),
           coalesce(sum(progress_done) FILTER (WHERE reads), 0),
           coalesce(sum(progress_total) FILTER (WHERE reads), 0),
           count(*) FILTER (WHERE reads AND progress_total > 0),
           min(started_at)
      FROM (SELECT j.*, store_id IS NOT NULL
                     AND kind NOT IN ('workers.count', 'workers.preview') AS reads
              FROM catalog_job j JOIN family USING (id)) j
"""  # noqa: S608 - a constant of this file
SOON_S: Final = 2.0
"""Before so many seconds nobody can tell how long it will take."""


@dataclass(frozen=True, slots=True)
class FamilyStanding:
    """How far a job and all that it led to are.

    Stores are harvested and validated by a job each. `documents_known` grows as stores are opened.
    `seconds_left` is None where that cannot be told yet, and 0 when all has ended.
    """

    jobs: int
    ended: int
    failed: int
    stores: int
    stores_done: int
    documents_done: int
    documents_known: int
    seconds_left: float | None


def family_of(job_id: UUID) -> list[UUID]:
    """The ids of a job and of all that it led to."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, {"root": job_id})
        return [row[0] for row in cursor.fetchall()]


def standing_of_family(job_id: UUID) -> FamilyStanding:
    """How far a job and all that it led to are, in one statement.

    Stores that no worker has opened yet are taken to be as large as those that were.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"root": job_id})
        *counts, opened, started = cursor.fetchone()
    jobs, ended, failed, stores, stores_done, done, known = counts
    left = None if jobs > ended else 0.0
    if left is None and started is not None and opened:
        left = seconds_left(done, known * stores / opened, started)
    return FamilyStanding(jobs, ended, failed, stores, stores_done, done, known, left)


def seconds_left(done: int, expected: float, started: datetime) -> float | None:
    """How long the rest will take if it goes on at the pace so far."""
    spent = (timezone.now() - started).total_seconds()
    if not done or spent < SOON_S:
        return None
    return round(max(0.0, spent * (expected - done) / done), 1)
