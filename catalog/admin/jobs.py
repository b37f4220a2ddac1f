"""Jobs at the desk: what goes on, and steering it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from catalog.admin.desk import ReadDesk, link_to, link_to_rows, person
from catalog.errors import JobGoesOn, JobIsOver
from catalog.jobs import Job as JobKind
from catalog.models import Job
from catalog.services.steering import cancel_job, retry_job
from catalog.words import ENDED, JobState

Link = SafeString | str


class KindFilter(admin.SimpleListFilter):
    """Jobs of one kind."""

    title = "kind"
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Job]
    ) -> list[tuple[str, str]]:
        """The kinds, as people call them."""
        return [(kind.name.lower(), kind.name.lower()) for kind in JobKind]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Those of the chosen kind; all for a word that is none."""
        kinds = {kind.name.lower(): kind.value for kind in JobKind}
        kind = kinds.get(self.value() or "")
        return queryset.filter(kind=kind) if kind else queryset


def sentences_about(job: Job) -> Iterator[str]:
    """How far a job is, how long it took or has left, and why it failed."""
    now = timezone.now()
    done, total = job.progress_done, job.progress_total
    if total:
        yield f"{done:,} of {total:,} done"
    if job.state == JobState.RUNNING.value and job.started_at:
        took = now - job.started_at
        yield f"running for {lasting(took)}"
        if 0 < done < total:
            yield f"about {lasting(took / done * (total - done))} left"
    elif job.finished_at and job.started_at:
        yield f"took {lasting(job.finished_at - job.started_at)}"
    elif job.state == JobState.QUEUED.value:
        wait = job.due_at - now
        yield f"may start in {lasting(wait)}" if wait > timedelta() else "waits for its turn"
    if job.attempts > 1:
        yield f"attempt {job.attempts}"
    if job.error:
        yield job.error


def lasting(span: timedelta) -> str:
    """A span of time in words."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"  # noqa: PLR2004


@admin.register(Job)
class JobDesk(ReadDesk[Job]):
    """Jobs."""

    list_display = [
        "short_kind",
        "state",
        "progress",
        "url",
        "reason",
        "attempts",
        "losses",
        "created_at",
    ]
    list_filter = ["state", KindFilter]
    search_fields = ["=id", "url"]
    actions = ["cancel", "retry"]
    readonly_fields = ["progress", "store_link", "children_link"]
    change_form_template = "admin/job.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One job, with how far it is and what can be done about it."""
        job = self.get_object(request, unquote(object_id))
        told: dict[str, Any] = {}
        if job is not None:
            state = JobState(job.state)
            counts = job.children.order_by().values_list("state").annotate(Count("pk"))
            told = {
                "can_be_cancelled": state not in ENDED,
                "can_be_retried": state in {JobState.FAILED, JobState.CANCELLED},
                "told": list(sentences_about(job)),
                "children": sorted(counts),
            }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)

    @admin.display(description="kind", ordering="kind")
    def short_kind(self, job: Job) -> str:
        """What is done."""
        return JobKind(job.kind).name.lower()

    @admin.display(description="error", empty_value="-")
    def reason(self, job: Job) -> str | None:
        """The beginning of what went wrong; its page has all of it."""
        return Truncator(job.error).chars(90) if job.error else None

    @admin.display(description="progress")
    def progress(self, job: Job) -> Link:
        """How far the job is."""
        if not job.progress_total:
            return "-"
        return format_html(
            '<progress value="{}" max="{}"></progress> {} of {}',
            job.progress_done,
            job.progress_total,
            job.progress_done,
            job.progress_total,
        )

    @admin.display(description="store")
    def store_link(self, job: Job) -> Link:
        """The store that the job is about."""
        return link_to(job.store)

    @admin.display(description="led to")
    def children_link(self, job: Job) -> Link:
        """The jobs that this one asked for."""
        return link_to_rows(Job, "jobs", parent__id=job.pk)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A job's page links to its children."""
        return lookup in {"parent__id", "source__id"} or super().lookup_allowed(
            lookup, value, request
        )

    @admin.action(description="Cancel, with all that they led to")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Stop the chosen jobs that have not ended."""
        self.steer(request, queryset, cancel_job, "{} of {} chosen jobs were going on and stop.")

    @admin.action(description="Retry what failed or was cancelled")
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Start anew what failed of the chosen jobs."""
        self.steer(request, queryset, retry_job, "{} of {} chosen jobs had failed and start anew.")

    def steer(
        self,
        request: HttpRequest,
        jobs: QuerySet[Job],
        verb: Callable[..., Job],
        sentence: str,
    ) -> None:
        """Do the same to each chosen job that it can be done to, and say to how many."""
        done = 0
        chosen = list(jobs)
        for job in chosen:
            with suppress(JobIsOver, JobGoesOn):
                verb(job=job, by=person(request))
                done += 1
        messages.success(request, sentence.format(done, len(chosen)))
