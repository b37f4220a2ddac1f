"""The admin site itself; apart from catalog/admin, which registers its pages on it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from catalog.queries.identities import open_proposals


class DeskSite(AdminSite):
    """The desk. It shows every dataset, so it is for those who may see everything."""

    site_title = "Platecat desk"
    site_header = "Platecat desk"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers alone: Django's permissions on tables know nothing of datasets."""
        return super().has_permission(request) and request.user.is_superuser

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The tables, and how many proposals wait for a decision."""
        told = {"open_proposals": open_proposals().count()}
        return super().index(request, (extra_context or {}) | told)
