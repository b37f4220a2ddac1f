"""One edit of many things: planned, shown, and done as it was shown or not at all."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import models, transaction

from catalog.errors import EditRefused
from catalog.models import Dataset
from catalog.queries.history import noun_of
from catalog.services.curators import person_of, refuse_all_but_curators
from catalog.services.record import record, stored
from catalog.services.typed_fields import GOVERNED, TYPED, refuse_all_but_governors, save_typed
from plates.ids import uuid7
from plates.models import Plate

MOST: Final = 2_000
EDIT_SEVERAL: Final = "edit it together with others"


class How(StrEnum):
    """What is done to a field."""

    SET = "set"
    ADD = "add"
    """To a list, unless it is there."""
    REMOVE = "remove"
    """From a list."""


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """What is done to one field of all chosen things."""

    field: str
    how: How
    value: Any


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What would change of one thing: its fields, each before and after."""

    row: models.Model
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an edit would do; `digest` tells it from the same edit of things that have changed since."""

    rows: Sequence[RowPlan]
    unchanged: int

    @property
    def digest(self) -> str:
        """Of all fields before and after."""
        told = [
            [
                plan.row.pk,
                sorted((name, stored(a), stored(b)) for name, (a, b) in plan.changes.items()),
            ]
            for plan in self.rows
        ]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def plan_of(rows: Iterable[models.Model], edits: Sequence[FieldEdit]) -> Plan:
    """What some edits would do to some things, in their order."""
    plans = [RowPlan(row, changes_to(row, edits)) for row in rows]
    changing = [plan for plan in plans if plan.changes]
    return Plan(changing, len(plans) - len(changing))


def with_names(rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """Rows with those that they point to, which plans tell by name."""
    return rows.select_related("owner", "parent") if rows.model is Dataset else rows


def changes_to(row: models.Model, edits: Iterable[FieldEdit]) -> dict[str, tuple[Any, Any]]:
    """The fields of a thing that would be another, before and after."""
    told = {}
    for edit in edits:
        before = getattr(row, edit.field)
        after = edited(before, edit)
        if after != before:
            told[edit.field] = (before, after)
    return told


def edited(before: Any, edit: FieldEdit) -> Any:  # noqa: ANN401 - any column's
    """A value after an edit."""
    if edit.how is How.SET:
        return edit.value
    if edit.how is How.ADD:
        return [*before, *(one for one in edit.value if one not in before)]
    return [one for one in before if one not in edit.value]


@transaction.atomic
def edit_several(
    *,
    model: type[models.Model],
    keys: Sequence[object],
    edits: Sequence[FieldEdit],
    planned: str,
    by: User | AnonymousUser | None,
) -> tuple[UUID, int]:
    """Do to all things what was planned, or nothing; the number by which the history knows it, and of how many.

    EditRefused if a thing has changed since the plan with the digest `planned` was shown, and where a
    field does not take its value; NotAllowed for who is no curator of all of them.
    """
    if len(keys) > MOST:
        raise EditRefused(f"More than {MOST:,} at once: choose fewer.")
    fields = {edit.field for edit in edits}
    if not fields <= TYPED[noun_of(model)].fields:
        raise EditRefused("Only what people type is edited for several at once.")
    rows = model._default_manager.select_for_update(of=("self",))  # noqa: SLF001 - Django's own name
    plan = plan_of(with_names(rows.filter(pk__in=keys).order_by("pk")), edits)
    if plan.digest != planned:
        raise EditRefused("Something of these was changed since they were shown: look again.")
    batch = uuid7()
    datasets = datasets_of([one.row for one in plan.rows])
    for one in plan.rows:
        dataset = datasets.get(scope_of(one.row))
        if dataset is not None:
            refuse_all_but_curators(by, dataset, to=EDIT_SEVERAL)
            if fields & GOVERNED:
                refuse_all_but_governors(by, dataset)
        write(one, dataset, by=by, batch=batch)
    return batch, len(plan.rows)


def write(
    plan: RowPlan, dataset: Dataset | None, *, by: User | AnonymousUser | None, batch: UUID
) -> None:
    """Change one thing as planned, and record it."""
    for name, (_, after) in plan.changes.items():
        setattr(plan.row, name, after)
    try:
        save_typed(plan.row, list(plan.changes))
    except ValidationError as refusal:
        raise EditRefused(f"{plan.row}: {' '.join(refusal.messages)}") from refusal
    record(
        "change",
        plan.row,
        by=person_of(by),
        dataset=dataset,
        changes=plan.changes,
        batch=batch,
    )


def scope_of(row: models.Model) -> int:
    """The scope of a thing; 0 for what has none."""
    if isinstance(row, Dataset):
        return row.pk
    return row.scope if isinstance(row, Plate) else 0


def datasets_of(rows: Iterable[models.Model]) -> dict[int, Dataset]:
    """The datasets of some things, by scope."""
    return Dataset.objects.in_bulk({scope_of(row) for row in rows} - {0})
