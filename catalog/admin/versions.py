"""Versions at the desk: what was published, to look at; nothing of it can be typed into."""

from django.contrib import admin
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to
from catalog.models import Version

Link = SafeString | str


@admin.register(Version)
class VersionDesk(ReadDesk[Version]):
    """What datasets were when they were published."""

    list_display = [
        "dataset_link",
        "number",
        "wells",
        "published_at",
        "published_by",
        "withdrawn_at",
    ]
    list_select_related = ["dataset", "published_by"]
    list_filter = ["withdrawn_at"]
    ordering = ["-published_at"]
    search_fields = ["dataset__slug", "=digest", "=id"]
    search_help_text = "Part of the dataset's slug, or a whole id or digest."
    exclude = ["dataset", "job"]
    readonly_fields = ["id", "dataset_link", "job_link"]

    @admin.display(description="dataset", ordering="dataset")
    def dataset_link(self, version: Version) -> Link:
        """The dataset that it is a version of."""
        return link_to(version.dataset)

    @admin.display(description="wells")
    def wells(self, version: Version) -> str:
        """How many wells it holds."""
        return f"{version.counts.get('wells', 0):,}"

    @admin.display(description="job")
    def job_link(self, version: Version) -> Link:
        """The job that made it."""
        return link_to(version.job)
