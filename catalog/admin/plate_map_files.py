"""What belongs to plate maps, at the desk: their files, row reports and named plates."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to
from plates.models import NamedPlate, PlateMapFile, PlateMapFilePart, PlateMapRowReport

Link = SafeString | str


@admin.register(PlateMapFile)
class PlateMapFileDesk(ReadDesk[PlateMapFile]):
    """Files of plate maps, kept as they came."""

    list_display = ["name", "plate_map_link", "size", "digest"]
    list_select_related = ["plate_map"]
    ordering = ["-id"]
    search_fields = ["name", "=digest"]

    @admin.display(description="plate map")
    def plate_map_link(self, file: PlateMapFile) -> Link:
        """The import that it belongs to."""
        return link_to(file.plate_map)


@admin.register(PlateMapFilePart)
class PlateMapFilePartDesk(ReadDesk[PlateMapFilePart]):
    """Pieces of kept files."""

    sortable_by = ()
    list_display = ["__str__"]
    exclude = ["content"]
    raw_id_fields = ["file"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlateMapFilePart]:
        """Pieces without their content."""
        return super().get_queryset(request).defer("content")


@admin.register(PlateMapRowReport)
class PlateMapRowReportDesk(ReadDesk[PlateMapRowReport]):
    """Verdicts on rows: kept compressed, and told on the page of their plate map."""

    list_display = ["__str__"]
    exclude = ["content"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlateMapRowReport]:
        """Reports without their content, which may be large."""
        return super().get_queryset(request).defer("content")


@admin.register(NamedPlate)
class NamedPlateDesk(ReadDesk[NamedPlate]):
    """Plates that plate maps name, found or still expected."""

    list_display = [
        "spelling",
        "plate_link",
        "matched_by",
        "map_name",
        "row_count",
        "plate_map_link",
    ]
    list_select_related = ["plate", "plate_map"]
    list_filter = ["matched_by", ("plate", admin.EmptyFieldListFilter)]
    search_fields = ["spelling"]

    @admin.display(description="plate")
    def plate_link(self, named: NamedPlate) -> Link:
        """The plate that is meant."""
        return link_to(named.plate)

    @admin.display(description="plate map")
    def plate_map_link(self, named: NamedPlate) -> Link:
        """The import that names it."""
        return link_to(named.plate_map)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A plate map's page links here."""
        return lookup == "plate_map__serial" or super().lookup_allowed(lookup, value, request)
