"""What was drawn of stores, at the desk."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to
from plates.models import Preview, StatisticsFile

Link = SafeString | str


@admin.register(Preview)
class PreviewDesk(ReadDesk[Preview]):
    """What was drawn of each store the last time."""

    list_display = ["store_link", "images", "lacking", "failed", "seconds", "drawn_at"]
    list_select_related = ["store"]
    ordering = ["-store"]
    search_fields = ["store__name", "=store__id"]
    search_help_text = "Part of a store's name, or its whole id."
    exclude = ["store"]
    readonly_fields = ["store_link"]

    @admin.display(description="store")
    def store_link(self, preview: Preview) -> Link:
        """The store that was drawn."""
        return link_to(preview.store)


@admin.register(StatisticsFile)
class StatisticsFileDesk(ReadDesk[StatisticsFile]):
    """Statistics of pixels: kept as Parquet, and read by the plates of their stores."""

    list_display = ["__str__"]
    fields = ["preview"]
    ordering = ["-preview"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatisticsFile]:
        """Files without their content, which may be large."""
        return super().get_queryset(request).defer("content")
