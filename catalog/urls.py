from http import HTTPStatus

from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.defaults import bad_request, permission_denied

from catalog import health
from catalog.api import problems
from catalog.data.redirects import bytes_elsewhere
from catalog.metrics import metrics
from catalog.portal import errors
from catalog.portal.crawlers import SITEMAPS, robots
from catalog.portal.institute import CANCELLED, CLOSED, back, not_in, there
from catalog.portal.sign_in import SignIn, SignOut

urlpatterns = [
    path("", include("catalog.portal.urls")),
    path("api/v1/", include("catalog.api.urls")),
    path("sign-in/", SignIn.as_view(), name="account_login"),
    path("sign-out/", SignOut.as_view(), name="account_logout"),
    # Where allauth leads who is not let in.
    path("sign-in/inactive/", not_in, {"sentence": CLOSED}, name="account_inactive"),
    path("sign-in/failed/", not_in, name="socialaccount_login_error"),
    path(
        "sign-in/cancelled/",
        not_in,
        {"sentence": CANCELLED},
        name="socialaccount_login_cancelled",
    ),
    path("sign-in/signup/", not_in, name="socialaccount_signup"),
    path("sign-in/<str:provider_id>/login/", there, name="openid_connect_login"),
    path("sign-in/<str:provider_id>/login/callback/", back, name="openid_connect_callback"),
    path("data/<path:rest>", bytes_elsewhere, name="data"),
    path("admin/", admin.site.urls),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemaps.sitemap,
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read, or for a host that is not ours."""
    if request.path.startswith("/api/"):
        return problems.refuse(HTTPStatus.BAD_REQUEST, "This request cannot be read.")
    return bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that is refused before any route sees it."""
    if request.path.startswith("/api/"):
        return problems.refuse(HTTPStatus.FORBIDDEN, "This request is refused.")
    return permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing at this address: a problem for programs, a page for people."""
    if request.path.startswith("/api/"):
        return problems.no_such_route(request)
    return errors.nothing_here(request)


def handler500(request: HttpRequest) -> HttpResponse:
    """Platecat failed: a problem for programs, a page for people."""
    if request.path.startswith("/api/"):
        return problems.broken(request)
    return errors.broken(request)
