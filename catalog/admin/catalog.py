"""Datasets, sources, access, jobs and history at the desk."""

from collections.abc import Callable
from contextlib import suppress

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.desk import Desk, ReadDesk, link_to, link_to_rows, person
from catalog.admin.forms import SourceForm
from catalog.errors import JobGoesOn, JobIsOver
from catalog.jobs import Job as JobKind
from catalog.models import (
    Access,
    Dataset,
    ExternalId,
    Funding,
    History,
    Holding,
    Job,
    Person,
    Publication,
    Source,
)
from catalog.services.harvest import request_store_harvest
from catalog.services.sources import request_scan
from catalog.services.steering import cancel_job, retry_job
from plates.models import Plate, Store

Link = SafeString | str


class PersonInline(admin.TabularInline[Person, Dataset]):
    """People of a dataset."""

    model = Person
    extra = 0


class PublicationInline(admin.StackedInline[Publication, Dataset]):
    """Publications of a dataset."""

    model = Publication
    extra = 0


class FundingInline(admin.TabularInline[Funding, Dataset]):
    """Funding of a dataset."""

    model = Funding
    extra = 0


class ExternalIdInline(admin.TabularInline[ExternalId, Dataset]):
    """Names that other archives gave a dataset."""

    model = ExternalId
    extra = 0


class AccessInline(admin.TabularInline[Access, Dataset]):
    """Who may do what with a dataset."""

    model = Access
    extra = 0
    raw_id_fields = ["user", "group"]


@admin.register(Dataset)
class DatasetDesk(Desk[Dataset]):
    """Datasets."""

    list_display = ["slug", "title", "visibility", "owner", "parent_link", "plate_links"]
    list_select_related = ["owner", "parent"]
    list_filter = ["visibility"]
    search_fields = ["slug", "title", "=id"]
    search_help_text = "Part of the slug or title, or a whole id."
    raw_id_fields = ["parent", "owner"]
    readonly_fields = ["id", "created_at", "changed_at", "plate_links", "store_links"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PersonInline, PublicationInline, FundingInline, ExternalIdInline, AccessInline]

    def dataset_of(self, row: Dataset) -> Dataset | None:
        """The dataset itself."""
        return row

    def save_model(
        self,
        request: HttpRequest,
        obj: Dataset,
        form: "ModelForm[Dataset]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """A new dataset belongs to who makes it, unless they say otherwise."""
        if not change and obj.owner is None:
            obj.owner = person(request)
        super().save_model(request, obj, form, change)

    @admin.display(description="parent")
    def parent_link(self, dataset: Dataset) -> Link:
        """The study that the dataset is part of."""
        return link_to(dataset.parent)

    @admin.display(description="plates")
    def plate_links(self, dataset: Dataset) -> Link:
        """The dataset's plates."""
        return link_to_rows(Plate, "plates", scope=dataset.pk)

    @admin.display(description="stores")
    def store_links(self, dataset: Dataset) -> Link:
        """The dataset's stores."""
        return link_to_rows(Store, "stores", scope=dataset.pk)


@admin.register(Source)
class SourceDesk(Desk[Source]):
    """Sources."""

    form = SourceForm
    list_display = ["name", "url", "schedule", "scanned_at", "next_scan_at", "store_links"]
    list_select_related = ["default_dataset"]
    search_fields = ["name", "url"]
    raw_id_fields = ["default_dataset"]
    readonly_fields = ["scanned_at", "next_scan_at", "store_links", "scan_links"]
    fieldsets = [
        (None, {"fields": ["name", "url", "schedule", "scan_links", "store_links"]}),
        ("Where its stores go", {"fields": ["default_dataset", "dataset_rule"]}),
        ("How they are found", {"fields": ["discovery", "list_url", "include", "exclude"]}),
        ("How it is opened", {"fields": ["options", "credentials"]}),
        ("What shows a change", {"fields": ["strength", "full_read_days"]}),
        ("When", {"fields": ["scanned_at", "next_scan_at"]}),
    ]
    actions = ["scan", "scan_and_accept_losses"]

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
        number = Holding.objects.filter(source=source).count()
        return link_to_rows(Holding, f"{number:,} stores", source__id=source.pk)

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


@admin.register(Access)
class AccessDesk(Desk[Access]):
    """Who may do what."""

    list_display = ["__str__", "role", "user", "group", "dataset"]
    list_select_related = ["user", "group", "dataset"]
    list_filter = ["role"]
    search_fields = ["user__username", "group__name", "dataset__slug"]
    raw_id_fields = ["user", "group", "dataset"]

    def dataset_of(self, row: Access) -> Dataset | None:
        """The dataset that the access is to."""
        return row.dataset


@admin.register(Holding)
class HoldingDesk(ReadDesk[Holding]):
    """Which store belongs to which dataset."""

    list_display = ["store_link", "dataset_link", "source", "created_at"]
    list_select_related = ["store", "dataset", "source"]
    search_fields = ["=dataset__slug", "store__name"]
    actions = ["harvest_again"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A source's page links to its stores."""
        return lookup == "source__id" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="store")
    def store_link(self, holding: Holding) -> Link:
        """The store."""
        return link_to(holding.store)

    @admin.display(description="dataset")
    def dataset_link(self, holding: Holding) -> Link:
        """The dataset."""
        return link_to(holding.dataset)

    @admin.action(description="Harvest again")
    def harvest_again(self, request: HttpRequest, queryset: QuerySet[Holding]) -> None:
        """Read the chosen stores again."""
        for holding in queryset.select_related("store"):
            request_store_harvest(store=holding.store, by=request.user)
        messages.success(request, "The harvests are queued; see the jobs.")


@admin.register(Job)
class JobDesk(ReadDesk[Job]):
    """Jobs."""

    list_display = [
        "short_kind",
        "state",
        "progress",
        "url",
        "error",
        "attempts",
        "losses",
        "created_at",
    ]
    list_filter = ["state", "kind"]
    search_fields = ["=id", "url"]
    actions = ["cancel", "retry"]
    readonly_fields = ["progress", "children_link"]

    @admin.display(description="kind", ordering="kind")
    def short_kind(self, job: Job) -> str:
        """What is done."""
        return JobKind(job.kind).name.lower()

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


@admin.register(History)
class HistoryDesk(ReadDesk[History]):
    """Who did what."""

    list_display = ["at", "by", "verb", "noun", "subject", "dataset", "job_link"]
    list_select_related = ["by", "dataset", "job"]
    list_filter = ["verb", "noun"]
    search_fields = ["subject__exact", "by__username__exact"]

    @admin.display(description="job")
    def job_link(self, entry: History) -> Link:
        """The job that did it."""
        return link_to(entry.job)


@admin.register(Person, Publication, Funding, ExternalId)
class StudyDesk(Desk[models.Model]):
    """People, publications, funding and ids: mostly worked on at their dataset."""

    list_display = ["__str__", "dataset"]
    list_select_related = ["dataset"]
    raw_id_fields = ["dataset"]

    def dataset_of(self, row: models.Model) -> Dataset | None:
        """The dataset that the row stands at."""
        dataset = getattr(row, "dataset", None)
        return dataset if isinstance(dataset, Dataset) else None
