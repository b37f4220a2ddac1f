"""What programs that read the web are told: where to look, and what there is."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from catalog.models import Dataset
from catalog.queries.visible import Viewer
from plates.models import Plate

PER_FILE = 10_000


def robots(request: HttpRequest) -> HttpResponse:
    """Pages of things may be read; the desk, searches and bytes are not for crawlers."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /data/",
        "Disallow: /s/",
        "Disallow: /shares/",
        "Disallow: /api/",
        "Allow: /api/v1/docs/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class DatasetsMap(Sitemap[Dataset]):
    """The public datasets."""

    limit = PER_FILE

    def items(self) -> QuerySet[Dataset]:
        """Those that everybody sees."""
        return Viewer(AnonymousUser()).datasets.order_by("serial")

    def location(self, item: Dataset) -> str:
        """Its page."""
        return reverse("portal:dataset", args=[item.slug])

    def lastmod(self, item: Dataset) -> datetime:
        """When its metadata changed."""
        return item.changed_at


class PlatesMap(Sitemap[Plate]):
    """The plates of public datasets."""

    limit = PER_FILE

    def items(self) -> QuerySet[Plate]:
        """Those that everybody sees, and that are there."""
        return Viewer(AnonymousUser()).plates.filter(vanished_at=None).order_by("serial")

    def location(self, item: Plate) -> str:
        """Its page."""
        return reverse("portal:plate", args=[item.id])


SITEMAPS = {"datasets": DatasetsMap, "plates": PlatesMap}
