from django.contrib import admin
from django.http import HttpRequest

from catalog.admin.desk import Desk
from catalog.models import SavedQuery


@admin.register(SavedQuery)
class SavedQueryDesk(Desk[SavedQuery]):
    """The queries that people have saved: to look at, and to delete."""

    list_display = ["token", "of", "text", "title", "owner", "created_at"]
    list_select_related = ["owner"]
    list_filter = ["of"]
    search_fields = ["=token", "text", "title", "=owner__username"]
    fields = ["token", "of", "text", "title", "owner", "created_at"]
    readonly_fields = ["token", "of", "text", "title", "owner", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Queries are saved where they are asked."""
        return False
