"""Plate maps at the desk: upload, mapping, dry run, apply, undo."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk
from catalog.admin.forms import PlateMapForm
from catalog.admin.mapping_table import edited_document
from catalog.admin.plate_map_page import SHOWN_PLATES, page_of, title_of
from catalog.admin.plate_map_report import (
    state_told,
    verdicts_of,
)
from catalog.errors import CatalogError
from catalog.models import Dataset, Job
from catalog.queries.plate_map_rows import ReportedRows
from catalog.queries.plate_maps import heads_of
from catalog.queries.plates_named import plates_named
from catalog.services.plate_map_answers import answered_document
from catalog.services.plate_map_uploads import upload_plate_map
from catalog.services.plate_maps import (
    edit_mapping,
    request_apply,
    request_check,
    request_undo,
)
from plates.models import (
    PlateMap,
)
from plates.services.plate_map_files import SentFile
from plates.states import PlateMapState

Link = SafeString | str
ROWS_ON_A_PAGE: Final = 100
VERBS: Final[dict[str, Callable[..., Job]]] = {
    "check": request_check,
    "apply": request_apply,
    "undo": request_undo,
}


class DatasetFilter(admin.SimpleListFilter):
    """Plate maps of one dataset."""

    title = "dataset"
    parameter_name = "dataset"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Django's signature
        """The datasets that have some."""
        scopes = PlateMap.objects.order_by().values("scope").distinct()
        found = Dataset.objects.filter(pk__in=scopes).order_by("slug")
        return [(str(one.pk), one.slug) for one in found[:100]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen dataset."""
        value = self.value() or ""
        return queryset.filter(scope=int(value)) if value.isdecimal() else queryset


@admin.register(PlateMap)
class PlateMapDesk(ReadDesk[PlateMap]):
    """Plate maps."""

    list_display = ["title", "dataset", "told_state", "format", "told_rows", "created", "applied"]
    list_filter = ["state", "format", DatasetFilter]
    search_fields = ["files__name", "=id"]
    search_help_text = "Part of a file's name, or a whole id."
    sortable_by = ["created", "told_rows"]
    change_form_template = "admin/plate_map.html"
    change_list_template = "admin/plate_maps.html"
    fields = ["id", "digest"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlateMap]:
        """Plate maps with their files and the slug of their dataset."""
        slug = Dataset.objects.filter(pk=OuterRef("scope")).values("slug")
        rows = super().get_queryset(request).annotate(slug=Subquery(slug))
        return rows.prefetch_related("files").defer("mapping", "report", "tables")

    def get_urls(self) -> list[URLPattern]:
        """The pages of a plate map besides Django's own."""
        site = self.admin_site.admin_view
        own = [
            path("import/", site(self.import_view), name="plates_platemap_import"),
            path(
                "<path:object_id>/mapping/", site(self.mapping_view), name="plates_platemap_mapping"
            ),
            path("<path:object_id>/plates/", site(self.plates_view), name="plates_platemap_plates"),
            path("<path:object_id>/rows/", site(self.rows_view), name="plates_platemap_rows"),
            path(
                "<path:object_id>/<slug:verb>/now/",
                site(self.verb_view),
                name="plates_platemap_verb",
            ),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="files")
    def title(self, plate_map: PlateMap) -> str:
        """The names of its files."""
        return title_of(plate_map)

    @admin.display(description="dataset", ordering="scope")
    def dataset(self, plate_map: PlateMap) -> str:
        """The slug of its dataset."""
        return str(getattr(plate_map, "slug", "") or "-")

    @admin.display(description="state", ordering="state")
    def told_state(self, plate_map: PlateMap) -> Link:
        """The state, as a mark and a word."""
        return state_told(plate_map.state)

    @admin.display(description="rows", ordering="row_count")
    # Not `rows`: by that name Django sorts by the annotation rows, and tells a plate map for each.
    def told_rows(self, plate_map: PlateMap) -> str:
        """How many rows it has, and how many of them were applied."""
        if plate_map.state != PlateMapState.APPLIED.value:
            return f"{plate_map.row_count:,}"
        return f"{plate_map.placed_count:,} of {plate_map.row_count:,}"

    @admin.display(description="uploaded", ordering="created_at")
    def created(self, plate_map: PlateMap) -> str:
        """When it was uploaded, and by whom."""
        by = f" by {plate_map.imported_by}" if plate_map.imported_by else ""
        return f"{plate_map.created_at:%Y-%m-%d %H:%M}{by}"

    @admin.display(description="applied", ordering="applied_at", empty_value="-")
    def applied(self, plate_map: PlateMap) -> str | None:
        """When it was applied."""
        return f"{plate_map.applied_at:%Y-%m-%d %H:%M}" if plate_map.applied_at else None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under its own title."""
        return super().changelist_view(request, (extra_context or {}) | {"title": "Plate maps"})

    def plate_map(self, request: HttpRequest, object_id: str) -> PlateMap:
        """The plate map of an address; 404 if there is none."""
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The form by which files are uploaded; their page follows."""
        is_sent = request.method == "POST"
        form = PlateMapForm(request.POST, request.FILES) if is_sent else PlateMapForm()
        if form.is_valid():
            try:
                upload = upload_plate_map(
                    dataset=form.cleaned_data["dataset"],
                    by=request.user,
                    files=[SentFile(one.name, one) for one in form.cleaned_data["sent"]],
                    plate=form.cleaned_data["plate"],
                )
            except CatalogError as refusal:
                form.add_error(None, str(refusal))
            else:
                if not upload.is_new:
                    messages.info(request, SAME_FILES)
                return self.back_to(upload.plate_map)
        context = self.admin_site.each_context(request) | {
            "title": "Import a plate map",
            "form": form,
            "opts": self.opts,
        }
        return render(request, "admin/plate_map_import.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One plate map: where it stands, its mapping to edit, and what the dry run said."""
        plate_map = self.get_object(request, unquote(object_id))
        told = page_of(plate_map) if plate_map else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)

    def mapping_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the mapping that was typed, and have a dry run follow."""
        plate_map = self.plate_map(request, object_id)
        if request.method == "POST":
            document = edited_document(plate_map.mapping, heads_of(plate_map), request.POST.dict())
            self.edit(request, plate_map, document)
        return self.back_to(plate_map, "#mapping")

    def plates_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take what was said of plates that were not found, and have a dry run follow."""
        plate_map = self.plate_map(request, object_id)
        if request.method == "POST":
            # By the spelling beside each input: the list may be another one since it was shown.
            typed = [
                (request.POST.get(f"spelling-{number}"), request.POST.get(f"plate-{number}", ""))
                for number in range(SHOWN_PLATES)
            ]
            named = {one.spelling for one in plates_named(plate_map)}
            answers = {spelling: plate.strip() for spelling, plate in typed if spelling in named}
            try:
                document = answered_document(plate_map=plate_map, answers=answers)
            except CatalogError as refusal:
                messages.error(request, str(refusal))
            else:
                self.edit(request, plate_map, document)
        return self.back_to(plate_map, "#plates")

    def edit(self, request: HttpRequest, plate_map: PlateMap, document: object) -> None:
        """Keep an edited mapping, or say why not."""
        try:
            edit_mapping(plate_map=plate_map, document=document, by=request.user)
        except CatalogError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, "The mapping is kept; the dry run that follows says what it does."
            )

    def verb_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """Ask whether a person is sure, then ask for the job."""
        plate_map = self.plate_map(request, object_id)
        if verb not in VERBS:
            raise Http404
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {
                "title": f"{verb.title()} {title_of(plate_map)}?",
                "original": plate_map,
                "name": title_of(plate_map),
                "verb": verb,
                "verdicts": verdicts_of(plate_map.report),
                "opts": self.opts,
            }
            return render(request, "admin/plate_map_confirm.html", context)
        try:
            VERBS[verb](plate_map=plate_map, by=request.user)
        except CatalogError as refusal:
            messages.error(request, str(refusal))
        return self.back_to(plate_map)

    def rows_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The rows that were not simply matched, page by page."""
        plate_map = self.plate_map(request, object_id)
        verdict = request.GET.get("verdict", "")
        rows = ReportedRows(plate_map, verdict)
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("p", "1"))
        context = self.admin_site.each_context(request) | {
            "title": f"Rows of {title_of(plate_map)}",
            "original": plate_map,
            "name": title_of(plate_map),
            "page": page,
            "verdict": verdict,
            "verdicts": [one for one in verdicts_of(plate_map.report) if one.word != "matched"],
            "opts": self.opts,
        }
        return render(request, "admin/plate_map_rows.html", context)

    def back_to(self, plate_map: PlateMap, place: str = "") -> HttpResponseRedirect:
        """The page of a plate map."""
        url = reverse("admin:plates_platemap_change", args=[plate_map.pk])
        return HttpResponseRedirect(url + place)


SAME_FILES = "These files were imported before: this is that import, and nothing has changed."
