"""What of stores is there, at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to
from plates.models import Count, Store
from plates.queries.counts import so_far
from plates.states import Completion

Link = SafeString | str

MARKS = {"whole": "●", "arriving": "◔", "lacking": "◐", "uncounted": "○"}
"""A shape for each word: colour alone says nothing to some."""


def count_of(store: Store) -> Count | None:
    """What was counted of a store, if it ever was."""
    return getattr(store, "count", None)


def completion_told(count: Count | None) -> Link:
    """How much is there, as a mark, a word and a share."""
    word = count.completion.value if count else Completion.UNCOUNTED.value
    return format_html(
        '<span class="completion completion-{0}"><span aria-hidden="true">{1}</span> {0}{2}</span>',
        word,
        MARKS[word],
        f", {count.told_share}" if count and not count.is_whole else "",
    )


class CompletionFilter(admin.SimpleListFilter):
    """Stores by how much of them is there."""

    title = "completeness"
    parameter_name = "completeness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Django's signature
        """The words."""
        return [(word.value, word.value) for word in Completion]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The stores of which the chosen word is true."""
        value = self.value()
        if value not in {word.value for word in Completion}:
            return queryset
        return queryset.filter(so_far(Completion(value)))


@admin.register(Count)
class CountDesk(ReadDesk[Count]):
    """The newest count of each store."""

    list_display = [
        "store_link",
        "completion",
        "present",
        "declared",
        "uncounted",
        "stored_bytes",
        "stored_objects",
        "changed_at",
        "origin",
        "counted_at",
    ]
    list_filter = ["is_arriving", "is_whole", "origin"]
    list_select_related = ["store"]
    ordering = ["-store"]
    search_fields = ["store__name", "=store__id"]
    search_help_text = "Part of a store's name, or its whole id."
    exclude = ["store"]
    readonly_fields = ["store_link", "completion"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Count]:
        """Counts; the list leaves out what only the page of one tells."""
        return super().get_queryset(request).defer("shares", "ledger", "unread")

    @admin.display(description="store")
    def store_link(self, count: Count) -> Link:
        """The store that was counted."""
        return link_to(count.store)

    @admin.display(description="completeness")
    def completion(self, count: Count) -> Link:
        """How much is there."""
        return completion_told(count)
