"""The audit record at the desk: who did what, and undoing it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from catalog.admin.desk import ReadDesk, link_to, person
from catalog.admin.history_page import subject_url
from catalog.errors import CannotBeUndone
from catalog.models import History
from catalog.queries.history import summary_of, verb_of, who
from catalog.services.typed_fields import TYPED
from catalog.services.undo import undo_change

Link = SafeString | str
LONGEST = 160


class NounFilter(admin.SimpleListFilter):
    """Entries about one kind of thing: the curated ones by name, without reading the table for them."""

    title = "thing"
    parameter_name = "noun"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[History]
    ) -> list[tuple[str, str]]:
        """The kinds."""
        others = ("store", "platemap", "job", "source", "access", "user", "group", "share", "token")
        return [(noun, noun) for noun in (*TYPED, *others)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[History]) -> QuerySet[History]:
        """Those of the chosen kind."""
        return queryset.filter(noun=self.value()) if self.value() else queryset


class ByFilter(admin.SimpleListFilter):
    """Entries by who did it: people or jobs."""

    title = "doer"
    parameter_name = "whom"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[History]
    ) -> list[tuple[str, str]]:
        """Who there is."""
        return [("me", "me"), ("people", "people"), ("jobs", "jobs")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[History]) -> QuerySet[History]:
        """Those that they did."""
        if self.value() == "me":
            return queryset.filter(by=request.user.pk)
        if self.value() == "people":
            return queryset.filter(by__isnull=False)
        return queryset.filter(job__isnull=False) if self.value() == "jobs" else queryset


@admin.register(History)
class HistoryDesk(ReadDesk[History]):
    """Who did what."""

    sortable_by = ()
    list_display = ["at", "whom", "done", "thing", "changed", "dataset", "job_link"]
    list_select_related = ["by", "dataset", "job"]
    list_filter = [ByFilter, NounFilter]
    search_fields = ["=subject", "=by__username"]
    search_help_text = "The whole id of a thing, or the name of a person."
    actions = ["undo"]
    fields = ["at", "whom", "done", "thing", "subject", "dataset", "job_link", "changes", "batch"]
    readonly_fields = ["whom", "done", "thing", "job_link"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The pages of datasets and of what was changed at once link here."""
        return lookup in {"dataset", "batch"} or super().lookup_allowed(lookup, value, request)

    @admin.display(description="by")
    def whom(self, entry: History) -> str:
        """Who did it."""
        return who(entry)

    @admin.display(description="verb")
    def done(self, entry: History) -> str:
        """What was done."""
        return verb_of(entry)

    @admin.display(description="what")
    def thing(self, entry: History) -> Link:
        """The thing that it was done to."""
        url = subject_url(entry)
        if not url:
            return entry.noun
        return format_html('<a href="{}">{}</a>', url, entry.noun)

    @admin.display(description="from what to what")
    def changed(self, entry: History) -> str:
        """What changed, in a line."""
        return Truncator(summary_of(entry)).chars(LONGEST) or "-"

    @admin.display(description="job")
    def job_link(self, entry: History) -> Link:
        """The job that did it."""
        return link_to(entry.job)

    @admin.action(description="Undo: make the fields what they were before")
    def undo(self, request: HttpRequest, queryset: QuerySet[History]) -> None:
        """Undo the chosen changes, the newest first; say which could not be."""
        done = 0
        for entry in queryset.select_related("dataset").order_by("-id"):
            try:
                undo_change(entry=entry, by=person(request))
                done += 1
            except CannotBeUndone as refusal:
                messages.error(request, f"{entry.noun} {entry.subject}: {refusal}")
        if done:
            noun = "change is" if done == 1 else "changes are"
            messages.success(request, f"{done} {noun} undone, and that is recorded as well.")
