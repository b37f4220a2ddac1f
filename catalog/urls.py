from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from catalog import health
from catalog.api import problems
from catalog.portal import pages

urlpatterns = [
    path("", include("catalog.portal.urls")),
    path("api/v1/", include("catalog.api.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing at this address: a problem for programs, a page for people."""
    if request.path.startswith("/api/"):
        return problems.no_such_route(request)
    return pages.nothing_here(request)


def handler500(request: HttpRequest) -> HttpResponse:
    """Platecat failed: a problem for programs, a page for people."""
    if request.path.startswith("/api/"):
        return problems.broken(request)
    return pages.broken(request)
