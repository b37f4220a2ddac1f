"""Plates and what belongs to them, at the desk."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from catalog.admin.bulk_edit import edit_page
from catalog.admin.desk import ReadDesk, link_to, link_to_rows, person
from catalog.admin.pictures import pictured_stores
from catalog.admin.plate_steps import LackingFilter, SourceFilter, steps_told
from catalog.admin.reconciliation import ReconciledDesk
from catalog.errors import LocationIsAlone
from catalog.models import Dataset
from catalog.services.mirrors import separate_location
from catalog.services.plate_map_matches import request_matches
from plates.addresses import label_of
from plates.models import (
    Acquisition,
    Carrier,
    Field,
    Image,
    Layout,
    Location,
    Plate,
    Well,
)
from plates.queries.plate_steps import with_steps

Link = SafeString | str


def plates_named(text: str) -> QuerySet[Plate]:
    """The plates with this name or barcode, whatever its case."""
    return Plate.objects.filter(Q(name__iexact=text) | Q(barcode__iexact=text)).order_by()


@admin.register(Plate)
class PlateDesk(ReconciledDesk[Plate]):
    """Plates: name, barcode and batch are a curator's; the rest is harvested."""

    reconciliation_noun = "plate"
    change_form_template = "admin/plate.html"
    actions = ["edit_several"]

    list_display = ["name", "barcode", "batch", "grid", "well_count", "steps", "created_at"]
    search_fields = ["name", "barcode", "=id"]
    search_help_text = "Part of the name or barcode, or a whole id."
    list_filter = [LackingFilter, SourceFilter, ("vanished_at", admin.EmptyFieldListFilter)]
    fields = [
        "id",
        "dataset_link",
        "name",
        "barcode",
        "batch",
        "rows",
        "columns",
        "row_names",
        "column_names",
        "well_count",
        "row_links",
        "reconciliation_link",
        "created_at",
        "vanished_at",
    ]
    readonly_fields = [
        "id",
        "dataset_link",
        "rows",
        "columns",
        "row_names",
        "column_names",
        "well_count",
        "row_links",
        "reconciliation_link",
        "created_at",
        "vanished_at",
    ]

    @admin.action(description="Edit several: show what would change")
    def edit_several(self, request: HttpRequest, queryset: QuerySet[Plate]) -> HttpResponse | None:
        """Ask what to change of all chosen, show it, and do it."""
        return edit_page(self.admin_site, request, queryset)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Plates come from harvests."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Plate | None = None) -> bool:
        """What vanishes stays as a tombstone."""
        return False

    def dataset_of(self, row: Plate) -> Dataset | None:
        """The dataset that the plate belongs to."""
        return Dataset.objects.filter(pk=row.scope).first()

    def save_model(
        self,
        request: HttpRequest,
        obj: Plate,
        form: "ModelForm[Plate]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Save; what waited in plate maps for a plate of that name is applied."""
        super().save_model(request, obj, form, change)
        if {"name", "barcode"} & set(form.changed_data):
            request_matches(plate=obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plate]:
        """Plates with what was done with each."""
        return with_steps(super().get_queryset(request))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One plate, as it is drawn, and the stores that show it."""
        plate = self.get_object(request, unquote(object_id))
        told = pictured_stores(plate) if plate is not None else []
        shown = {"told_stores": told, "drawn": any(picture for _, picture in told)}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | shown)

    @admin.display(description="done")
    def steps(self, plate: Plate) -> Link:
        """How far the plate has come."""
        return steps_told(plate)

    @admin.display(description="shape")
    def grid(self, plate: Plate) -> str:
        """Rows and columns."""
        return f"{plate.rows} x {plate.columns}"

    @admin.display(description="dataset")
    def dataset_link(self, plate: Plate) -> Link:
        """The dataset that the plate belongs to."""
        return link_to(self.dataset_of(plate))

    @admin.display(description="its rows")
    def row_links(self, plate: Plate) -> Link:
        """The plate's wells."""
        return link_to_rows(Well, f"{plate.well_count} wells", plate__serial=plate.pk)


@admin.register(Well)
class WellDesk(ReadDesk[Well]):
    """Wells."""

    # Sorting by anything but the key reads the whole table.
    sortable_by = ()
    list_display = ["label", "plate_link", "row", "column", "position", "present"]
    list_select_related = ["plate"]
    # Its presence shows the box; what is searched for is decided below.
    search_fields = ["label"]
    search_help_text = "A plate's whole name or barcode, then a label: BR00117012 B03."
    raw_id_fields = ["plate"]
    readonly_fields = ["field_links"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Well], search_term: str
    ) -> tuple[QuerySet[Well], bool]:
        """Wells of a plate by name, with a label or without; each part has an index."""
        words = search_term.split()
        if not words:
            return queryset, False
        whole = plates_named(" ".join(words))
        if len(words) == 1 or whole.exists():
            return queryset.filter(plate__in=whole), False
        plates = plates_named(" ".join(words[:-1]))
        return queryset.filter(plate__in=plates, label=label_of(words[-1])), False

    @admin.display(description="plate")
    def plate_link(self, well: Well) -> Link:
        """The well's plate."""
        return link_to(well.plate)

    @admin.display(description="its rows")
    def field_links(self, well: Well) -> Link:
        """The well's fields."""
        return link_to_rows(Field, "fields", well__id=well.pk)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A plate's page links here."""
        return lookup == "plate__serial" or super().lookup_allowed(lookup, value, request)


@admin.register(Field)
class FieldDesk(ReadDesk[Field]):
    """Fields."""

    # Sorting by anything but the key reads the whole table.
    sortable_by = ()
    list_display = ["path", "store_link", "well_link", "acquisition", "layout", "present"]
    list_select_related = ["store", "well", "acquisition", "layout"]
    raw_id_fields = ["store", "well", "acquisition", "layout"]

    @admin.display(description="store")
    def store_link(self, field: Field) -> Link:
        """The field's store."""
        return link_to(field.store)

    @admin.display(description="well")
    def well_link(self, field: Field) -> Link:
        """The field's well."""
        return link_to(field.well)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The pages of stores and wells link here."""
        here = lookup in {"store__serial", "well__id"}
        return here or super().lookup_allowed(lookup, value, request)


@admin.register(Image)
class ImageDesk(ReadDesk[Image]):
    """Images that are no fields."""

    # Sorting by anything but the key reads the whole table.
    sortable_by = ()
    list_display = ["name", "path", "store_link", "layout", "present"]
    list_select_related = ["store", "layout"]
    search_fields = ["name", "=id"]

    @admin.display(description="store")
    def store_link(self, image: Image) -> Link:
        """The image's store."""
        return link_to(image.store)


@admin.register(Acquisition)
class AcquisitionDesk(ReadDesk[Acquisition]):
    """Acquisitions."""

    list_display = ["name", "number", "store_link", "started_at", "ended_at"]
    list_select_related = ["store"]
    ordering = ["-id"]
    search_fields = ["name"]

    @admin.display(description="store")
    def store_link(self, acquisition: Acquisition) -> Link:
        """The acquisition's store."""
        return link_to(acquisition.store)


@admin.register(Location)
class LocationDesk(ReadDesk[Location]):
    """Where stores lie and lay."""

    list_display = ["url", "store_link", "first_seen_at", "gone_at"]
    list_select_related = ["store"]
    search_fields = ["url"]
    exclude = ["url_digest"]
    actions = ["separate"]

    @admin.display(description="store")
    def store_link(self, location: Location) -> Link:
        """The store that lies there."""
        return link_to(location.store)

    @admin.action(description="Make a store of its own of it (undoes a move or copy)")
    def separate(self, request: HttpRequest, queryset: QuerySet[Location]) -> None:
        """Give each chosen location a store of its own, to be harvested."""
        for location in queryset:
            try:
                separate_location(location=location, by=person(request))
            except LocationIsAlone as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, f"{location.url} is a store of its own; see the jobs.")


@admin.register(Layout)
class LayoutDesk(ReadDesk[Layout]):
    """Layouts."""

    list_display = ["__str__", "levels", "pixel_size_x", "pixel_unit"]
    search_fields = ["=digest"]


@admin.register(Carrier)
class CarrierDesk(ReadDesk[Carrier]):
    """Carriers."""

    list_display = ["__str__", "kind", "positions", "scope"]
    list_filter = ["kind"]
