"""Undo of what was typed: a field is what it was again, unless somebody has changed it since."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import models, transaction

from catalog.errors import CannotBeUndone
from catalog.models import Dataset, History
from catalog.queries.history import FieldChange, changes_of, told
from catalog.services.curators import person_of, refuse_all_but_curators
from catalog.services.record import record, stored
from catalog.services.typed_fields import GOVERNED, TYPED, refuse_all_but_governors, save_typed

UNDO_A_CHANGE: Final = "undo what was changed in it"
VERBS: Final = frozenset({"change", "undo"})
_NAMES: Final[Mapping[type[models.Model], str]] = {User: "username", Dataset: "slug"}
"""What the record calls those that a field points to."""


def can_be_undone(entry: History) -> bool:
    """Whether an entry is about plain fields alone; if they still say so is seen when it is undone."""
    typed = TYPED.get(entry.noun)
    is_plain = typed is not None and set(entry.changes) <= typed.fields
    return bool(is_plain and entry.changes and entry.verb in VERBS)


@transaction.atomic
def undo_change(*, entry: History, by: User | AnonymousUser | None) -> models.Model:
    """Make the fields of an entry what they were before it, and record that.

    CannotBeUndone where there is nothing to undo, where a value is another by now, and where what
    it was is not allowed any more; NotAllowed for who is no curator of the dataset.
    """
    if entry.dataset is not None:
        refuse_all_but_curators(by, entry.dataset, to=UNDO_A_CHANGE)
        if GOVERNED & set(entry.changes):
            refuse_all_but_governors(by, entry.dataset)
    typed = TYPED.get(entry.noun)
    if typed is None or not can_be_undone(entry):
        raise CannotBeUndone("This entry is no change of plain fields: there is nothing to undo.")
    rows = typed.model._default_manager.select_for_update(of=("self",))  # noqa: SLF001 - Django's own
    row = rows.filter(**{typed.key: entry.subject}).first()
    if row is None:
        raise CannotBeUndone(f"The {entry.noun} is gone: there is nothing to change back.")
    changes = changes_of(entry)
    refuse_what_has_changed(row, changes)
    set_back(row, changes)
    # As the desk has it: the record of an undo can be undone as any other.
    back = {one.field: (one.after, stored(getattr(row, one.field))) for one in changes}
    record("undo", row, by=person_of(by), dataset=entry.dataset, changes=back)
    return row


def refuse_what_has_changed(row: models.Model, changes: Iterable[FieldChange]) -> None:
    """CannotBeUndone if a field does not say any more what the entry made of it."""
    for change in changes:
        now = stored(getattr(row, change.field))
        if now != change.after:
            raise CannotBeUndone(
                f"{change.field.capitalize()} was changed since, to '{told(now)[:80]}'. Undo that "
                "first, or type what it should be."
            )


def set_back(row: models.Model, changes: Iterable[FieldChange]) -> None:
    """Give fields the values that they had, checked as if they were typed."""
    names = [change.field for change in changes]
    for change in changes:
        setattr(row, change.field, value_again(row, change))
    try:
        save_typed(row, names)
    except ValidationError as refusal:
        raise CannotBeUndone(" ".join(refusal.messages)) from refusal


def value_again(row: models.Model, change: FieldChange) -> Any:  # noqa: ANN401 - any column's
    """A value out of the record, as the field has it."""
    field = row._meta.get_field(change.field)  # noqa: SLF001 - Django's documented Meta API
    if not isinstance(field, models.ForeignKey) or change.before is None:
        return change.before
    found = next(
        (
            table._default_manager.filter(**{name: change.before}).first()  # noqa: SLF001 - Django's own
            for table, name in _NAMES.items()
            if table is field.related_model
        ),
        None,
    )
    if found is None:
        raise CannotBeUndone(
            f"{change.field.capitalize()} was '{told(change.before)}': it is gone."
        )
    return found
