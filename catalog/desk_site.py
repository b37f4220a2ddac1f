"""The admin site itself; apart from catalog/admin, which registers its pages on it."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class DeskSite(AdminSite):
    """The desk. It shows every dataset, so it is for those who may see everything."""

    site_title = "Platecat desk"
    site_header = "Platecat desk"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers alone: Django's permissions on tables know nothing of datasets."""
        return super().has_permission(request) and request.user.is_superuser
