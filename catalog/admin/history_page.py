"""The history of one thing at the desk: a page with what can be undone, and the whole of it as a file."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from catalog.models import Dataset, History
from catalog.queries.history import (
    FieldChange,
    as_csv,
    as_object,
    changes_of,
    history_of,
    noun_of,
    short,
    verb_of,
    who,
)
from catalog.services.undo import can_be_undone

SHOWN: Final = 200
AS_FILE: Final = "as"
MOST_IN_JSON: Final = 100_000


@dataclass(frozen=True, slots=True)
class LineTold:
    """A field of an entry as the page shows it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryTold:
    """An entry as the page shows it."""

    entry: History
    who: str
    verb: str
    job_url: str
    lines: list[LineTold]
    can_be_undone: bool


def entry_told(entry: History) -> EntryTold:
    """An entry with who did it and what changed."""
    job_url = reverse("admin:catalog_job_change", args=[entry.job_id]) if entry.job_id else ""
    lines = [line_told(one) for one in changes_of(entry)]
    return EntryTold(entry, who(entry), verb_of(entry), job_url, lines, can_be_undone(entry))


def line_told(change: FieldChange) -> LineTold:
    """A field with words for what it was and is."""
    return LineTold(change.field.replace("_", " "), short(change.before), short(change.after))


def history_page(request: HttpRequest, row: Model, context: dict[str, Any]) -> HttpResponseBase:
    """The page, or a file of all of it for `?as=csv` and `?as=json`."""
    rows = history_of(row)
    form = request.GET.get(AS_FILE, "")
    if form in {"csv", "json"}:
        return as_file(row, form)
    entries = [entry_told(entry) for entry in rows[: SHOWN + 1]]
    told_here = {
        **context,
        "title": f"History of {row}",
        "opts": row._meta,  # noqa: SLF001 - Django's documented Meta API
        "original": row,
        "entries": entries[:SHOWN],
        "has_more": len(entries) > SHOWN,
        "all_entries": all_entries_url(row),
        "is_dataset": isinstance(row, Dataset),
    }
    return render(request, "admin/history.html", told_here)


def as_file(row: Model, form: str) -> HttpResponseBase:
    """The whole history of a thing, to take away."""
    name = f"history-{noun_of(row)}-{row.pk}.{form}"
    rows = history_of(row)
    if form == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(
            as_csv(rows), content_type="text/csv; charset=utf-8"
        )
    else:
        told_all = [as_object(entry) for entry in rows[:MOST_IN_JSON]]
        answer = JsonResponse({"results": told_all, "count": len(told_all)})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def all_entries_url(row: Model) -> str:
    """The list of all entries about a thing."""
    url = reverse("admin:catalog_history_changelist")
    if isinstance(row, Dataset):
        return f"{url}?dataset={row.pk}"
    return f"{url}?q={getattr(row, 'id', row.pk)}"


def subject_url(entry: History) -> str:
    """The page of the thing that an entry is about; empty where it has none, or is looked up by id."""
    for app in ("catalog", "plates", "auth"):
        try:
            return f"{reverse(f'admin:{app}_{entry.noun}_changelist')}?q={entry.subject}"
        except NoReverseMatch:
            continue
    return ""
