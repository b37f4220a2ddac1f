"""The audit record as it is told: of one thing, of a dataset, and whole as a table."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Model, QuerySet

from catalog.jobs import Job as Kind
from catalog.models import Dataset, History
from catalog.queries.visible import Viewer, runs_the_catalog
from plates.omezarr.csv_lines import csv_line

PUBLIC_KEY: Final = "id"
COLUMNS: Final = (
    "at",
    "by",
    "job",
    "job_kind",
    "verb",
    "noun",
    "subject",
    "field",
    "before",
    "after",
)
FOR_OPERATORS: Final = ("source",)
"""Where storage lies is told to operators alone."""
FOR_OWNERS: Final = ("access",)
"""Who was given which role is told to those who may give it."""
NEWEST: Final = 10
SHORT: Final = 12
_AT_ONCE: Final = 2_000
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one field was, and what it became; None where it was nothing."""

    field: str
    before: object
    after: object


def noun_of(thing: Model | type[Model]) -> str:
    """What the record calls things of this kind."""
    return str(thing._meta.model_name)  # noqa: SLF001 - Django's documented Meta API


def subject_of(thing: Model) -> str:
    """By what the record knows a thing: its public id, or its number."""
    return str(getattr(thing, PUBLIC_KEY, thing.pk))


def history_of(thing: Model) -> QuerySet[History]:
    """What was done to a thing, the newest first; of a dataset also what was done in it."""
    if isinstance(thing, Dataset):
        rows = History.objects.filter(dataset=thing)
    else:
        rows = History.objects.filter(noun=noun_of(thing), subject=subject_of(thing))
    return rows.select_related("by", "job", "dataset").order_by("-id")


def history_for(viewer: Viewer, dataset: Dataset) -> QuerySet[History]:
    """What was done to a dataset and in it, as far as one of its curators may know."""
    rows = history_of(dataset)
    if not runs_the_catalog(viewer.user):
        rows = rows.exclude(noun__in=FOR_OPERATORS)
    if not viewer.governed.filter(pk=dataset.pk).exists():
        rows = rows.exclude(noun__in=FOR_OWNERS)
    return rows


@dataclass(frozen=True, slots=True)
class EntrySaid:
    """An entry in a line."""

    at: datetime
    verb: str
    noun: str
    who: str
    what: str


def last_done(viewer: Viewer, dataset: Dataset) -> list[EntrySaid]:
    """The newest that people did to a dataset and in it; nothing for who does not curate it."""
    if not viewer.curated_datasets.filter(pk=dataset.pk).exists():
        return []
    rows = history_for(viewer, dataset).filter(by__isnull=False)[:NEWEST]
    return [EntrySaid(one.at, verb_of(one), one.noun, who(one), summary_of(one)) for one in rows]


def verb_of(entry: History) -> str:
    """What was done, in words."""
    return entry.verb.replace("_", " ")


def summary_of(entry: History) -> str:
    """What changed, in a line."""
    return "; ".join(
        f"{one.field.replace('_', ' ')}: {short(one.before) or '-'} → {short(one.after) or '-'}"
        for one in changes_of(entry)
    )


def changes_of(entry: History) -> list[FieldChange]:
    """What an entry says of each field."""
    return [FieldChange(name, *told) for name, told in entry.changes.items()]


def who(entry: History) -> str:
    """Who did it: a person, a job, or the operator's own hand."""
    if entry.by is not None:
        return entry.by.get_username()
    return f"job {job_kind(entry)}" if entry.job is not None else "the operator's command"


def job_kind(entry: History) -> str:
    """What the job of an entry does; empty where there was none."""
    return Kind(entry.job.kind).name.lower() if entry.job is not None else ""


def as_csv(rows: QuerySet[History]) -> Iterator[bytes]:
    """A history line by line, one for each field that was changed; names of columns first."""
    yield csv_line(COLUMNS).encode()
    for entry in rows.iterator(chunk_size=_AT_ONCE):
        for line in lines_of(entry):
            yield csv_line(line).encode()


def lines_of(entry: History) -> Iterable[list[str]]:
    """The cells of an entry: one line for each field, or one without any."""
    begin = [
        entry.at.isoformat(),
        entry.by.get_username() if entry.by else "",
        str(entry.job_id or ""),
        job_kind(entry),
        entry.verb,
        entry.noun,
        entry.subject,
    ]
    changes = changes_of(entry)
    if not changes:
        yield [*begin, "", "", ""]
    for change in changes:
        yield [*begin, change.field, told(change.before), told(change.after)]


def told(value: object) -> str:
    """A value as people read it; nothing is empty."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def short(value: object) -> str:
    """A value as a page shows it: of a digest only so much as tells it from others."""
    text = told(value)
    return f"{text[:SHORT]}…" if _DIGEST.fullmatch(text) else text


def as_object(entry: History) -> dict[str, object]:
    """An entry as the API tells it."""
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "by": entry.by.get_username() if entry.by else None,
        "job": str(entry.job_id) if entry.job_id else None,
        "job_kind": job_kind(entry),
        "verb": entry.verb,
        "noun": entry.noun,
        "subject": entry.subject,
        "changes": [
            {"field": one.field, "before": one.before, "after": one.after}
            for one in changes_of(entry)
        ],
    }
