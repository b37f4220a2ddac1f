"""Forgetting: scans that found nothing new are no record of anything, and come by the hundred a day."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.models import Job
from catalog.words import JobState

KEPT: Final = timedelta(days=7)
_MOST: Final = 10_000


@transaction.atomic
def forget_idle_scans() -> int:
    """Delete the scans of more than a week ago that led to no other job; how many."""
    idle = Job.objects.filter(
        kind=jobs.Job.DISCOVER.value,
        options__has_key=jobs.IS_SCAN,
        state=JobState.DONE.value,
        finished_at__lt=timezone.now() - KEPT,
        children=None,
        changes=None,
        history=None,
    )
    chosen = list(idle.order_by("id").values_list("pk", flat=True)[:_MOST])
    return Job.objects.filter(pk__in=chosen).delete()[0]
