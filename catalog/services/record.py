from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from catalog.models import Dataset, History, Job
from catalog.queries.history import noun_of, subject_of


def record(
    verb: str,
    thing: Model,
    *,
    by: User | None,
    dataset: Dataset | None = None,
    job: Job | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
    batch: UUID | None = None,
) -> None:
    """Write who did what to which thing; called inside the service's transaction.

    `changes` maps a field's name to (before, after), of which what stays as it was, or nothing,
    is left out; what is changed at once shares a `batch`.
    """
    History.objects.create(
        verb=verb,
        noun=noun_of(thing),
        subject=subject_of(thing),
        by=by,
        dataset=dataset,
        job=job,
        batch=batch,
        changes={
            name: [stored(before), stored(after)]
            for name, (before, after) in (changes or {}).items()
            if (before or after) and before != after
        },
    )


def stored(value: object) -> object:
    """A value as the audit record keeps it."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Model):
        return str(value)
    return repr(value)


def differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """The names whose values differ, with both values."""
    return {
        name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]
    }
