"""Datasets at the desk: what they say, who may do what with them, what they hold, who did what."""

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.bulk_edit import edit_page
from catalog.admin.checklist import checklist_told
from catalog.admin.desk import Desk, ReadDesk, link_to, link_to_rows, person
from catalog.admin.reconciliation import ReconciledDesk
from catalog.models import (
    Access,
    Dataset,
    ExternalId,
    Funding,
    Holding,
    Person,
    Publication,
    Version,
)
from catalog.queries.board import waits_for_review
from catalog.services.harvest_jobs import request_store_harvest
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
    autocomplete_fields = ["user", "group"]


class MineFilter(admin.SimpleListFilter):
    """Datasets of who looks, and those that nobody owns."""

    title = "owner"
    parameter_name = "whose"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Dataset]
    ) -> list[tuple[str, str]]:
        """Whose."""
        return [("mine", "mine"), ("nobody", "nobody's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> QuerySet[Dataset]:
        """Theirs."""
        if self.value() == "mine":
            return queryset.filter(owner=request.user.pk)
        return queryset.filter(owner=None) if self.value() == "nobody" else queryset


class ReviewFilter(admin.SimpleListFilter):
    """Datasets that wait for a publisher, themselves or with their next version."""

    title = "review"
    parameter_name = "review"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Dataset]
    ) -> list[tuple[str, str]]:
        """The one word."""
        return [("waiting", "waiting for review")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> QuerySet[Dataset]:
        """Those in review."""
        return queryset.filter(waits_for_review()) if self.value() == "waiting" else queryset


@admin.register(Dataset)
class DatasetDesk(ReconciledDesk[Dataset]):
    """Datasets."""

    reconciliation_noun = "dataset"
    actions = ["edit_several"]

    list_display = ["slug", "title", "state", "visibility", "owner", "parent_link", "plate_links"]
    list_select_related = ["owner", "parent"]
    list_filter = [MineFilter, ReviewFilter, "state", "visibility"]
    search_fields = ["slug", "title", "=id"]
    search_help_text = "Part of the slug or title, or a whole id."
    autocomplete_fields = ["parent", "owner"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "parent"]}),
        ("Who sees it", {"fields": ["visibility", "owner"]}),
        (
            "What it is about",
            {"fields": ["licence", "organisms", "methods", "keywords", "doi"]},
        ),
        (
            "What it holds",
            {"fields": ["plate_links", "store_links", "reconciliation_link"]},
        ),
        (
            "Its life",
            {
                "fields": [
                    "state",
                    "next_state",
                    "life_link",
                    "checklist",
                    "version_links",
                    "review_note",
                    "embargo_until",
                    "published_at",
                    "withdrawn_at",
                    "withdrawn_reason",
                ]
            },
        ),
        ("In the catalog", {"fields": ["id", "created_at", "changed_at"]}),
    ]
    # Where it stands is said by services alone, which ask for rights and record it.
    readonly_fields = [
        "id",
        "state",
        "next_state",
        "review_note",
        "embargo_until",
        "published_at",
        "withdrawn_at",
        "withdrawn_reason",
        "life_link",
        "checklist",
        "version_links",
        "created_at",
        "changed_at",
        "plate_links",
        "store_links",
        "reconciliation_link",
    ]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PersonInline, PublicationInline, FundingInline, ExternalIdInline, AccessInline]

    @admin.action(description="Edit several: show what would change")
    def edit_several(
        self, request: HttpRequest, queryset: QuerySet[Dataset]
    ) -> HttpResponse | None:
        """Ask what to change of all chosen, show it, and do it."""
        return edit_page(self.admin_site, request, queryset)

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

    @admin.display(description="life")
    def life_link(self, dataset: Dataset) -> Link:
        """The page with its checklist and the steps that one may take."""
        if not dataset.slug:
            return "-"
        url = reverse("portal:dataset", args=[dataset.slug])
        return format_html('<a href="{}#life-title">checklist, review, publication</a>', url)

    @admin.display(description="checklist")
    def checklist(self, dataset: Dataset) -> Link:
        """What holds it back from being published, or speaks against it."""
        return checklist_told(dataset) if dataset.slug else "-"

    @admin.display(description="versions")
    def version_links(self, dataset: Dataset) -> Link:
        """What was published of it."""
        return link_to_rows(Version, "versions", dataset=dataset.pk)

    @admin.display(description="stores")
    def store_links(self, dataset: Dataset) -> Link:
        """The dataset's stores."""
        return link_to_rows(Store, "stores", scope=dataset.pk)


@admin.register(Access)
class AccessDesk(Desk[Access]):
    """Who may do what."""

    list_display = ["__str__", "role", "user", "group", "dataset"]
    list_select_related = ["user", "group", "dataset"]
    list_filter = ["role"]
    search_fields = ["user__username", "group__name", "dataset__slug"]
    autocomplete_fields = ["user", "group", "dataset"]

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


@admin.register(Person, Publication, Funding, ExternalId)
class StudyDesk(Desk[models.Model]):
    """People, publications, funding and ids: mostly worked on at their dataset."""

    list_display = ["__str__", "dataset"]
    list_select_related = ["dataset"]
    autocomplete_fields = ["dataset"]

    def dataset_of(self, row: models.Model) -> Dataset | None:
        """The dataset that the row stands at."""
        dataset = getattr(row, "dataset", None)
        return dataset if isinstance(dataset, Dataset) else None
