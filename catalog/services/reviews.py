"""Review: curators send a dataset, or its next version, to those who publish; they may send it back."""

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from catalog.errors import DatasetNotReady, NotUnderstood
from catalog.models import Dataset
from catalog.models.dataset import PUBLISHED
from catalog.services.curators import SEND_FOR_REVIEW, person_of, refuse_all_but_curators
from catalog.services.record import record
from catalog.words import DatasetState

Person = User | AnonymousUser | None
LONGEST_TEXT = 10_000
IT_IS_OVER = "What is withdrawn stays so; make another dataset of what is left."


@transaction.atomic
def send_for_review(*, dataset: Dataset, by: Person) -> Dataset:
    """Let those who publish look at a dataset, or at its next version beside the published one.

    NotAllowed for who is no curator, DatasetNotReady unless it is a draft.
    """
    refuse_all_but_curators(by, dataset, to=SEND_FOR_REVIEW)
    locked = locked_dataset(dataset)
    refuse_unless(
        locked,
        DatasetState.DRAFT,
        what="sent for review",
        todo="It waits for a publisher already, who publishes it or sends it back.",
    )
    return prepared(locked, DatasetState.IN_REVIEW, verb="send_for_review", note="", by=by)


@transaction.atomic
def send_back(*, dataset: Dataset, note: str, by: Person) -> Dataset:
    """Make a draft again of what is in review; the note says why.

    NotAllowed for who is no curator, NotUnderstood without a note, DatasetNotReady unless it is in
    review.
    """
    refuse_all_but_curators(by, dataset, to=SEND_FOR_REVIEW)
    note = told_why(note, "note", "Say in a note what is to be mended.")
    locked = locked_dataset(dataset)
    refuse_unless(
        locked,
        DatasetState.IN_REVIEW,
        what="sent back",
        todo="Only what is in review can be.",
    )
    return prepared(locked, DatasetState.DRAFT, verb="send_back", note=note, by=by)


def locked_dataset(dataset: Dataset) -> Dataset:
    """The dataset as it stands, until the transaction ends."""
    return Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)


def refuse_unless(dataset: Dataset, state: DatasetState, *, what: str, todo: str) -> None:
    """DatasetNotReady unless what is prepared of a dataset is in a state."""
    if dataset.preparing is not state:
        is_over = dataset.preparing is DatasetState.WITHDRAWN
        raise DatasetNotReady(what, dataset.preparing.value, IT_IS_OVER if is_over else todo)


def told_why(text: str, parameter: str, todo: str) -> str:
    """A text that a person has to write; NotUnderstood if there is none, or far too much."""
    text = text.strip()
    if not text or "\x00" in text:
        raise NotUnderstood(parameter, todo)
    if len(text) > LONGEST_TEXT:
        raise NotUnderstood(parameter, f"'{parameter}' has at most {LONGEST_TEXT:,} characters.")
    return text


def prepared(locked: Dataset, state: DatasetState, *, verb: str, note: str, by: Person) -> Dataset:
    """A dataset, or its next version, in another state; recorded."""
    name = "next_state" if locked.state == PUBLISHED else "state"
    changes: dict[str, tuple[object, object]] = {name: (getattr(locked, name), state.value)}
    if note:
        changes["review_note"] = (locked.review_note or None, note)
    setattr(locked, name, state.value)
    locked.review_note = note
    locked.save(update_fields=[name, "review_note", "changed_at"])
    record(verb, locked, by=person_of(by), dataset=locked, changes=changes)
    return locked
