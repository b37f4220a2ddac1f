from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog import jobs
from catalog.models.dataset import Dataset
from catalog.models.source import Source
from catalog.tracing import LONGEST_REQUEST_ID, request_id
from catalog.words import ENDED, JobState
from plates.ids import uuid7
from plates.models import PlateMap, Store
from plates.models.choices import choices

RUNNING = JobState.RUNNING.value
ABOUT_A_STORE = [
    jobs.Job.HARVEST.value,
    jobs.Job.VALIDATE.value,
    jobs.Job.COUNT.value,
    jobs.Job.PREVIEW.value,
]
ABOUT_A_PLATE_MAP = [
    jobs.Job.CHECK_PLATE_MAP.value,
    jobs.Job.APPLY_PLATE_MAP.value,
    jobs.Job.UNDO_PLATE_MAP.value,
    jobs.Job.MATCH_PLATE_MAP.value,
]


class Job(models.Model):
    """One piece of background work. This row is the truth; the broker is only the bell."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32, choices=choices(jobs.Job))
    state = models.CharField(
        max_length=12, choices=choices(JobState), default=JobState.QUEUED.value
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="jobs", help_text="Where its stores go."
    )
    source = models.ForeignKey(
        Source, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    plate_map = models.ForeignKey(
        PlateMap, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    url = models.TextField(blank=True, help_text="What it was asked to look at.")
    place = models.CharField(
        max_length=255, blank=True, help_text="The host that answers for the URL."
    )
    lane = models.CharField(
        max_length=320, blank=True, help_text="Jobs of one lane wait for each other's turn."
    )
    requests = models.PositiveIntegerField(
        default=0, help_text="How many requests at once it may have at its host while it runs."
    )
    guarded = models.BooleanField(default=True, help_text="Reads only where the operator allows.")
    options = models.JSONField(
        default=dict, blank=True, help_text="How: the depth and policy of a validation."
    )
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(
        default=0, help_text="How many attempts ended as their worker was lost."
    )
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        default=timezone.now, help_text="When it may start, or start again."
    )
    rung_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True, help_text="What went wrong, in a sentence.")
    outcome = models.JSONField(default=dict, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
    )
    request_id = models.CharField(
        max_length=LONGEST_REQUEST_ID,
        blank=True,
        default=request_id,
        help_text="Of the request that asked for it, or for what asked for it.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=[JobState.QUEUED.value, RUNNING]),
                name="jobs_that_have_not_ended",
            ),
            models.Index(
                fields=["kind", "lane", "due_at", "id"],
                condition=Q(state=JobState.QUEUED.value),
                name="jobs_that_wait_by_lane",
            ),
            models.Index(
                fields=["place", "due_at"],
                condition=Q(state=JobState.QUEUED.value),
                name="jobs_that_wait_by_place",
            ),
            models.Index(
                fields=["place", "lane"],
                condition=Q(state=RUNNING),
                name="jobs_that_run",
            ),
            models.Index(
                fields=["state", "kind", "finished_at"],
                condition=Q(finished_at__isnull=False),
                name="jobs_that_ended",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RUNNING, lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state=RUNNING) & Q(lease_token__isnull=True)),
                name="a_running_job_and_only_that_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), finished_at__isnull=False)
                | (~Q(state__in=sorted(ENDED)) & Q(finished_at__isnull=True)),
                name="an_ended_job_and_only_that_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.FAILED.value) | ~Q(error=""),
                name="a_failed_job_says_why",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=False) | ~Q(kind__in=ABOUT_A_STORE),
                name="a_job_that_looks_at_a_store_has_one",
            ),
            models.CheckConstraint(
                condition=Q(plate_map__isnull=False) | ~Q(kind__in=ABOUT_A_PLATE_MAP),
                name="a_job_about_a_plate_map_has_one",
            ),
        ]

    def __str__(self) -> str:
        """Kind, state and what it looks at."""
        return f"{self.kind.rpartition('.')[2]} {self.state} {self.url}"
