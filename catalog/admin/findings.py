"""What validations found, at the desk."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to
from plates.models import Finding, ReportFile, Store, Validation
from plates.omezarr.meanings import spec_url
from plates.omezarr.rules.book import RULES

Link = SafeString | str

MARKS = {"valid": "✓", "incomplete": "◐", "invalid": "✕", "unreadable": "⊘", "unchecked": "○"}
"""A shape for each verdict: colour alone says nothing to some."""


@dataclass(frozen=True, slots=True)
class FindingTold:
    """A finding as a page shows it."""

    finding: Finding
    sentence: str
    spec: str
    more: int


def told_of(finding: Finding) -> FindingTold:
    """A finding with the sentence of its rule, and how many places are not shown."""
    known = RULES.get(finding.rule)
    return FindingTold(
        finding=finding,
        sentence=known.sentence if known else "",
        spec=spec_url(finding.rule, finding.store.version),
        more=finding.total - len(finding.examples),
    )


def verdict_told(verdict: str) -> Link:
    """A verdict as a mark and a word."""
    return format_html(
        '<span class="verdict verdict-{0}"><span aria-hidden="true">{1}</span> {0}</span>',
        verdict,
        MARKS.get(verdict, "○"),
    )


def validation_of(store: Store) -> Validation | None:
    """The newest validation of a store, if there was one."""
    return getattr(store, "validation", None)


@admin.register(Finding)
class FindingDesk(ReadDesk[Finding]):
    """Rules that stores break."""

    list_display = ["rule", "level", "total", "store_link", "first_message"]
    list_filter = ["level", "rule"]
    list_select_related = ["store"]
    search_fields = ["=rule", "store__name"]
    search_help_text = "The id of a rule, or part of a store's name."
    sortable_by = ()
    ordering = ["-id"]
    fields = ["rule", "sentence", "level", "total", "store_link", "examples"]
    readonly_fields = ["sentence", "store_link"]

    @admin.display(description="store")
    def store_link(self, finding: Finding) -> Link:
        """The store that breaks the rule."""
        return link_to(finding.store)

    @admin.display(description="for example")
    def first_message(self, finding: Finding) -> str:
        """The first place and what is wrong there."""
        first = finding.examples[0] if finding.examples else {"node": "", "message": ""}
        return f"{first['node'] or 'root'}: {first['message']}"

    @admin.display(description="what has to hold")
    def sentence(self, finding: Finding) -> str:
        """The sentence of the rule."""
        return told_of(finding).sentence

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A store's page links here."""
        return lookup == "store__serial" or super().lookup_allowed(lookup, value, request)


@admin.register(Validation)
class ValidationDesk(ReadDesk[Validation]):
    """The newest validation of each store."""

    list_display = [
        "store_link",
        "judged",
        "errors",
        "warnings",
        "depth",
        "policy",
        "documents",
        "seconds",
        "checked_at",
    ]
    list_filter = ["verdict", "depth", "policy"]
    list_select_related = ["store"]
    ordering = ["-store"]
    search_fields = ["store__name"]

    @admin.display(description="store")
    def store_link(self, validation: Validation) -> Link:
        """The store that was looked at."""
        return link_to(validation.store)

    @admin.display(description="verdict", ordering="verdict")
    def judged(self, validation: Validation) -> Link:
        """The verdict, as a mark and a word."""
        return verdict_told(validation.verdict)


@admin.register(ReportFile)
class ReportFileDesk(ReadDesk[ReportFile]):
    """Whole reports: kept compressed, and downloaded from the page of their store."""

    list_display = ["__str__"]
    fields = ["validation"]
    ordering = ["-validation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportFile]:
        """Reports without their content, which may be large."""
        return super().get_queryset(request).defer("content")
