"""The admin site itself; apart from catalog/admin, which registers its pages on it."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.desk_board import board_of

FOR_SUPERUSERS: Final = (
    "The desk shows every dataset, so it is for superusers. Ask whoever runs this catalog, or sign out "
    "and come back as somebody else."
)


class DeskSite(AdminSite):
    """The desk. It shows every dataset, so it is for those who may see everything."""

    site_title = "Platecat desk"
    site_header = "Platecat desk"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers alone: Django's permissions on tables know nothing of datasets."""
        return super().has_permission(request) and request.user.is_superuser

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one door of all; who is in already, and may not see the desk, is told so."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        told = {"sentence": FOR_SUPERUSERS}
        return render(request, "portal/not_in.html", told, status=HTTPStatus.FORBIDDEN)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The board, and below it the tables."""
        told = {"board": board_of(request), "title": "Board", "subtitle": None}
        return super().index(request, (extra_context or {}) | told)
