"""What happened to stores and datasets, at the desk."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to
from catalog.models import Change
from catalog.words import ChangeVerb
from plates.models import Store

Link = SafeString | str

WORDS = {"verdict", "reach"}
MEMBERS = ("wells", "fields", "images")
EXTRAS = ("acquisitions", "labels", "tables")
KEYS = ("plate", "layouts")
RECENT = 10


def recent_changes(store: Store) -> list[Change]:
    """The newest changes of a store."""
    return list(Change.objects.filter(store=store).order_by("-serial")[:RECENT])


def summary_of(change: Change) -> str:
    """What happened, in a line."""
    return ", ".join(sentences(change)) or change.verb


def sentences(change: Change) -> Iterator[str]:
    """What differs, part by part."""
    told: Mapping[str, Any] = change.differences
    if "version" in told:
        yield f"version {told['version']['number']}"
    for word in WORDS & told.keys():
        yield f"{word} {told[word]['before'] or 'unknown'} → {told[word]['after']}"
    if change.verb == ChangeVerb.APPEARED.value:
        numbers = {noun: told["counts"][noun]["after"] for noun in MEMBERS}
        yield from (counted(number, noun) for noun, number in numbers.items() if number)
    for noun in [noun for noun in MEMBERS if noun in told]:
        for became, names in told[noun].items():
            yield f"{counted(names['total'], noun)} {became}"
    for noun in [noun for noun in EXTRAS if noun in told]:
        for became, those in told[noun].items():
            yield f"{counted(len(those), noun)} {became}"
    for noun in [noun for noun in KEYS if noun in told]:
        yield f"{noun}: {', '.join(sorted({one['key'] for one in told[noun]}))}"


def counted(number: int, nouns: str) -> str:
    """A number and its noun."""
    return f"{number:,} {nouns.removesuffix('s') if number == 1 else nouns}"


@admin.register(Change)
class ChangeDesk(ReadDesk[Change]):
    """What happened to stores and datasets."""

    list_display = ["at", "verb", "store_link", "summary", "dataset", "job_link"]
    list_filter = ["verb"]
    list_select_related = ["store", "dataset", "job"]
    search_fields = ["=store__id", "store__name"]
    search_help_text = "Part of a store's name, or its whole id."
    sortable_by = ()
    ordering = ["-serial"]
    fields = [
        "at",
        "verb",
        "summary",
        "store_link",
        "plate_link",
        "dataset",
        "job_link",
        "differences",
    ]
    readonly_fields = ["at", "summary", "store_link", "plate_link", "job_link"]

    @admin.display(description="what")
    def summary(self, change: Change) -> str:
        """What happened, in a line."""
        return summary_of(change)

    @admin.display(description="store")
    def store_link(self, change: Change) -> Link:
        """The store."""
        return link_to(change.store)

    @admin.display(description="plate")
    def plate_link(self, change: Change) -> Link:
        """The plate that the store showed."""
        return link_to(change.plate)

    @admin.display(description="job")
    def job_link(self, change: Change) -> Link:
        """The job that saw it."""
        return link_to(change.job)
