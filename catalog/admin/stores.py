"""Stores, at the desk: what they hold, what is wrong with them, and asking anew."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.changes import recent_changes, summary_of
from catalog.admin.counts import CompletionFilter, completion_told, count_of
from catalog.admin.desk import ReadDesk, link_to, link_to_rows, person
from catalog.admin.findings import told_of, validation_of, verdict_told
from catalog.admin.moving import move_page
from catalog.admin.pictures import pictures_of
from catalog.models import Change, Dataset
from catalog.services.count import request_count
from catalog.services.previews import request_preview
from catalog.services.validate import request_validation
from plates.models import Evidence, Field, Finding, Location, Store
from plates.omezarr.depth import Depth
from plates.queries.counts import with_counts
from plates.queries.places import place_of, with_places

Link = SafeString | str

COUNTS = ["well_count", "field_count", "image_count", "missing_count", "document_count"]


class LocationsInline(admin.TabularInline[Location, Store]):
    """Where a store lies and lay."""

    model = Location
    fields = ["url", "first_seen_at", "gone_at"]
    readonly_fields = ["url", "first_seen_at", "gone_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Store | None = None) -> bool:
        """Locations come from harvests."""
        return False


@admin.register(Evidence)
class EvidenceDesk(ReadDesk[Evidence]):
    """By what stores are known to be unchanged."""

    list_display = ["store", "location", "strength", "has_copies", "read_at", "checked_at"]
    list_select_related = ["location__store"]
    list_filter = ["strength", "has_copies"]
    search_fields = ["location__store__name", "=location__store__id"]
    exclude = ["paths", "documents", "listed", "inventoried"]

    @admin.display(description="store")
    def store(self, evidence: Evidence) -> Link:
        """The store that lies there."""
        return link_to(evidence.location.store)


@admin.register(Store)
class StoreDesk(ReadDesk[Store]):
    """Stores."""

    list_display = [
        "name",
        "kind",
        "plate_link",
        "version",
        "judged",
        "errors",
        "warnings",
        "completion",
        "reach",
        "well_count",
        "field_count",
        "image_count",
        "missing_count",
        "read_at",
    ]
    list_filter = ["kind", "verdict", CompletionFilter, "reach", "version"]
    search_fields = ["name", "=id", "=digest"]
    search_help_text = "Part of the name, or a whole id or digest."
    list_select_related = ["plate", "validation"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "address",
                    "dataset_link",
                    "plate_link",
                    "judged",
                    "completion",
                    "reach",
                    "report",
                ]
            },
        ),
        ("What it holds", {"fields": ["kind", "version", "zarr_format", "field_links", *COUNTS]}),
        ("When", {"fields": ["created_at", "read_at", "vanished_at", "digest", "id"]}),
    ]
    readonly_fields = [
        "address",
        "dataset_link",
        "plate_link",
        "judged",
        "completion",
        "report",
        "field_links",
        "created_at",
        "id",
    ]
    inlines = [LocationsInline]
    actions = ["validate", "validate_with_pixels", "count", "draw", "move"]
    change_form_template = "admin/store.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Store]:
        """Stores with where they lie."""
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return with_counts(rows).prefetch_related(with_places())

    @admin.display(description="address")
    def address(self, store: Store) -> str:
        """Where the store lies."""
        return place_of(store)

    @admin.display(description="plate")
    def plate_link(self, store: Store) -> Link:
        """The plate that the store shows."""
        return link_to(store.plate)

    @admin.display(description="dataset")
    def dataset_link(self, store: Store) -> Link:
        """The dataset that the store belongs to."""
        return link_to(Dataset.objects.filter(pk=store.scope).first())

    @admin.display(description="its rows")
    def field_links(self, store: Store) -> Link:
        """The store's fields."""
        return link_to_rows(Field, f"{store.field_count} fields", store__serial=store.pk)

    @admin.display(description="verdict", ordering="verdict")
    def judged(self, store: Store) -> Link:
        """The verdict, as a mark and a word."""
        return verdict_told(store.verdict)

    @admin.display(description="errors", ordering="validation__errors", empty_value="-")
    def errors(self, store: Store) -> int | None:
        """How many errors the newest validation found."""
        validation = validation_of(store)
        return validation.errors if validation else None

    @admin.display(description="warnings", ordering="validation__warnings", empty_value="-")
    def warnings(self, store: Store) -> int | None:
        """How many warnings the newest validation found."""
        validation = validation_of(store)
        return validation.warnings if validation else None

    @admin.display(description="completeness", ordering="count__present")
    def completion(self, store: Store) -> Link:
        """How much of its chunks is there."""
        return completion_told(count_of(store))

    @admin.display(description="report")
    def report(self, store: Store) -> Link:
        """The whole report, to download."""
        if validation_of(store) is None:
            return "not validated yet: use the action Validate of the list"
        return format_html(
            '<a href="{}">JSON</a> · <a href="{}">CSV</a>',
            reverse("api:store-report", args=[store.id, "json"]),
            reverse("api:store-report", args=[store.id, "csv"]),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One store, with what is wrong with it."""
        store = self.get_object(request, unquote(object_id))
        findings = Finding.objects.filter(store=store).order_by("level", "-total")
        told = {
            "findings": [told_of(one) for one in findings.select_related("store")],
            "validation": validation_of(store) if store else None,
            "changes": [(one, summary_of(one)) for one in recent_changes(store)] if store else [],
            "all_changes": link_to_rows(Change, "All changes", q=store.id) if store else "",
            "count": count_of(store) if store else None,
            "pictures": pictures_of(store) if store else [],
        }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)

    @admin.action(description="Validate: every document")
    def validate(self, request: HttpRequest, queryset: QuerySet[Store]) -> None:
        """Ask every rule about the chosen stores."""
        ask(request, queryset, Depth.LABELS)

    @admin.action(description="Validate: every document, and decode some chunks")
    def validate_with_pixels(self, request: HttpRequest, queryset: QuerySet[Store]) -> None:
        """Ask every rule about the chosen stores, and look at pixels as well."""
        ask(request, queryset, Depth.SAMPLE)

    @admin.action(description="Count its chunks")
    def count(self, request: HttpRequest, queryset: QuerySet[Store]) -> None:
        """Count what is there of the chosen stores; those that were never read are passed over."""
        jobs = [
            request_count(store=store, by=person(request)) for store in queryset.exclude(digest="")
        ]
        noun = "count is" if len(jobs) == 1 else "counts are"
        messages.success(request, f"{len(jobs)} {noun} queued; see the jobs.")

    @admin.action(description="Draw its pictures")
    def draw(self, request: HttpRequest, queryset: QuerySet[Store]) -> None:
        """Draw the chosen stores anew; those that were never read are passed over."""
        jobs = [
            request_preview(store=store, by=person(request))
            for store in queryset.exclude(digest="")
        ]
        noun = "drawing is" if len(jobs) == 1 else "drawings are"
        messages.success(request, f"{len(jobs)} {noun} queued; see the jobs.")

    @admin.action(description="Move to another dataset")
    def move(self, request: HttpRequest, queryset: QuerySet[Store]) -> HttpResponse | None:
        """Show what would go along, and move it when that is confirmed."""
        return move_page(self.admin_site, request, queryset)


def ask(request: HttpRequest, stores: QuerySet[Store], depth: Depth) -> None:
    """Queue a validation of each store and say so."""
    jobs = [request_validation(store=one, by=person(request), depth=depth) for one in stores]
    number = len({job.pk for job in jobs})
    noun = "validation is" if number == 1 else "validations are"
    messages.success(request, f"{number} {noun} queued; see the jobs.")
