"""Sources at the desk: what is watched, and what its scans have come to."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.desk import link_to_rows
from catalog.admin.forms import SourceForm
from catalog.admin.reconciliation import ReconciledDesk
from catalog.jobs import IS_SCAN
from catalog.jobs import Job as JobKind
from catalog.models import Dataset, Holding, Job, Source
from catalog.queries.board import LATE, NEW_DAYS, is_overdue
from catalog.services.sources import request_scan
from catalog.words import JobState

Link = SafeString | str


MARKS: Final = {"done": "✓", "failed": "✕", "cancelled": "⊘"}
"""A shape for each state: colour alone says nothing to some."""


class HealthFilter(admin.SimpleListFilter):
    """Sources that need somebody."""

    title = "health"
    parameter_name = "health"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Source]
    ) -> list[tuple[str, str]]:
        """What is wrong."""
        return [
            ("overdue", "scan overdue"),
            ("failed", "last scan failed"),
            ("never", "never scanned"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        """Those with which it is."""
        if self.value() == "overdue":
            return queryset.filter(is_overdue())
        if self.value() == "failed":
            return queryset.filter(Q(last_state=JobState.FAILED.value))
        return queryset.filter(scanned_at=None) if self.value() == "never" else queryset


def failed_lately() -> QuerySet[Job, Any]:
    """How many jobs of each source failed within a week."""
    since = timezone.now() - timedelta(days=NEW_DAYS)
    rows = Job.objects.filter(
        source=OuterRef("pk"), state=JobState.FAILED.value, finished_at__gte=since
    )
    return rows.order_by().values("source").annotate(n=Count("pk")).values("n")


@admin.register(Source)
class SourceDesk(ReconciledDesk[Source]):
    """Sources."""

    reconciliation_noun = "source"

    form = SourceForm
    list_display = ["name", "url", "schedule", "health", "failures", "next_due", "store_links"]
    list_filter = [HealthFilter]
    list_select_related = ["default_dataset"]
    search_fields = ["name", "url"]
    autocomplete_fields = ["default_dataset"]
    readonly_fields = [
        "scanned_at",
        "next_scan_at",
        "store_links",
        "scan_links",
        "last_scan",
        "reconciliation_link",
    ]
    change_form_template = "admin/source.html"
    fieldsets = [
        (None, {"fields": ["name", "url", "schedule"]}),
        (
            "What is there",
            {"fields": ["store_links", "reconciliation_link", "last_scan", "scan_links"]},
        ),
        ("Where its stores go", {"fields": ["default_dataset", "dataset_rule"]}),
        ("How they are found", {"fields": ["discovery", "list_url", "include", "exclude"]}),
        ("How it is opened", {"fields": ["options", "credentials"]}),
        ("What shows a change", {"fields": ["strength", "full_read_days", "moves"]}),
        ("Whether its plates are all there", {"fields": ["count_days"]}),
        ("When", {"fields": ["scanned_at", "next_scan_at"]}),
    ]
    actions = ["scan", "scan_and_accept_losses"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """The sources, each with the number of its stores."""
        newest = Job.objects.filter(source=OuterRef("pk"), kind=JobKind.DISCOVER.value)
        scans = newest.filter(options__has_key=IS_SCAN).order_by("-id")
        # Counted by statements of their own: joined, each store would be counted for each job.
        stores = Holding.objects.filter(source=OuterRef("pk")).order_by().values("source")
        return (
            super()
            .get_queryset(request)
            .annotate(
                store_count=Coalesce(Subquery(stores.annotate(n=Count("pk")).values("n")), 0),
                last_state=Subquery(scans.values("state")[:1]),
                failed_count=Coalesce(Subquery(failed_lately()), 0),
            )
        )

    def dataset_of(self, row: Source) -> Dataset | None:
        """The dataset that its stores go to."""
        return row.default_dataset

    def save_model(
        self,
        request: HttpRequest,
        obj: Source,
        form: "ModelForm[Source]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """A source whose schedule is new is scanned soon."""
        if "schedule" in form.changed_data or not change:
            obj.next_scan_at = timezone.now() if obj.schedule else None
        super().save_model(request, obj, form, change)

    @admin.display(description="stores")
    def store_links(self, source: Source) -> Link:
        """The stores that came from the source."""
        number: int = source.store_count  # type: ignore[attr-defined] # annotated above
        noun = "store" if number == 1 else "stores"
        return link_to_rows(Holding, f"{number:,} {noun}", source__id=source.pk)

    @admin.display(description="last scan")
    def health(self, source: Source) -> Link:
        """When it was scanned last, and what came of that."""
        state = source.last_state or ""  # type: ignore[attr-defined] # annotated above
        when = f"{source.scanned_at:%Y-%m-%d %H:%M}" if source.scanned_at else "never"
        if not state:
            return "not scanned yet"
        mark = MARKS.get(state, "◔")
        return format_html(
            '<span class="scan scan-{0}"><span aria-hidden="true">{1}</span> {0}</span> {2}',
            state,
            mark,
            when,
        )

    @admin.display(description="failures in 7 days")
    def failures(self, source: Source) -> Link:
        """How many of its jobs failed lately."""
        number: int = source.failed_count  # type: ignore[attr-defined] # annotated above
        if not number:
            return "-"
        return link_to_rows(Job, f"{number:,}", source__id=source.pk, state="failed")

    @admin.display(description="next due", ordering="next_scan_at")
    def next_due(self, source: Source) -> Link:
        """When it is scanned next, and whether that is late."""
        if source.next_scan_at is None:
            return "when asked"
        when = f"{source.next_scan_at:%Y-%m-%d %H:%M}"
        if source.next_scan_at + LATE < timezone.now():
            return format_html('{} <span class="age">overdue</span>', when)
        return when

    @admin.display(description="last scan")
    def last_scan(self, source: Source) -> str:
        """What the newest scan has come to, in a sentence."""
        job = scans_of(source).first()
        return "not scanned yet" if job is None else told_of_scan(job)

    @admin.display(description="scans")
    def scan_links(self, source: Source) -> Link:
        """The jobs of the source."""
        return link_to_rows(Job, "its jobs", source__id=source.pk)

    @admin.action(description="Scan now")
    def scan(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Look for what is new, changed or gone."""
        self.ask_for_scans(request, queryset, accept_losses=False)

    @admin.action(description="Scan now, and accept that stores are gone")
    def scan_and_accept_losses(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Look again, and take what is not found as gone, however much it is."""
        self.ask_for_scans(request, queryset, accept_losses=True)

    def ask_for_scans(
        self, request: HttpRequest, sources: QuerySet[Source], *, accept_losses: bool
    ) -> None:
        """Queue the scan of each source and say so."""
        for source in sources:
            request_scan(source=source, by=request.user, accept_losses=accept_losses)
        messages.success(request, "The scans are queued; see the jobs.")


def scans_of(source: Source) -> QuerySet[Job]:
    """The scans of a source, the newest first."""
    found = Job.objects.filter(source=source, kind=JobKind.DISCOVER.value, options__has_key=IS_SCAN)
    return found.order_by("-id")


def told_of_scan(job: Job) -> str:
    """What a scan has come to."""
    if job.state == JobState.FAILED.value:
        return f"failed: {job.error}"
    if job.state != JobState.DONE.value:
        return job.state
    told = job.outcome
    counts = {
        "new": told.get("new", 0),
        "changed": told.get("changed", 0),
        "unchanged": sum(told.get("unchanged", {}).values()),
        "read again": told.get("due", 0),
        "counted": told.get("counted", 0),
        "gone": told.get("vanished", 0),
        "refused": len(told.get("refused", ())),
    }
    parts = [f"{number:,} {what}" for what, number in counts.items() if number]
    seen = f"{told.get('stores', 0):,} seen: {', '.join(parts) or 'nothing'}"
    sentences = [*told.get("unread", ())[:3], *told.get("remarks", ())[:3]]
    return ". ".join([seen, *map(str, sentences)])
