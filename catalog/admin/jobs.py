"""Jobs at the desk: what goes on, and steering it."""

from collections.abc import Callable
from contextlib import suppress

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from catalog.admin.desk import ReadDesk, link_to, link_to_rows, person
from catalog.errors import JobGoesOn, JobIsOver
from catalog.jobs import Job as JobKind
from catalog.models import Job
from catalog.services.steering import cancel_job, retry_job

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
    readonly_fields = ["progress", "children_link"]

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
