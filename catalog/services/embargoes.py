"""Embargoes: until which day what is published stays closed."""

from datetime import date

from django.db import transaction

from catalog.errors import DatasetNotReady, NotUnderstood
from catalog.models import Dataset
from catalog.models.dataset import PUBLISHED, WITHDRAWN
from catalog.services.curators import person_of, refuse_all_but_publishers
from catalog.services.record import record
from catalog.services.reviews import IT_IS_OVER, Person, locked_dataset


@transaction.atomic
def set_embargo(*, dataset: Dataset, until: date | None, by: Person) -> Dataset:
    """Close a dataset up to a day and with it (UTC), or open it: None is no embargo.

    Afterwards it opens by itself. NotAllowed for who is no publisher, NotUnderstood for closing
    what was published and is open, DatasetNotReady for what is withdrawn.
    """
    refuse_all_but_publishers(by, dataset)
    locked = locked_dataset(dataset)
    if locked.state == WITHDRAWN:
        raise DatasetNotReady("put under an embargo", locked.state, IT_IS_OVER)
    refuse_closing_again(locked, until)
    if locked.embargo_until == until:
        return locked
    changes = {"embargo_until": (locked.embargo_until, until)}
    locked.embargo_until = until
    locked.save(update_fields=["embargo_until", "changed_at"])
    record("embargo", locked, by=person_of(by), dataset=locked, changes=changes)
    return locked


def refuse_closing_again(dataset: Dataset, until: date | None) -> None:
    """NotUnderstood for an embargo on what everybody could see as a publication."""
    if until is None or dataset.state != PUBLISHED or dataset.is_embargoed:
        return
    raise NotUnderstood(
        "embargo_until",
        "This dataset is published and open, and what was opened stays open. Leave the embargo out; "
        "what must not be seen any more is withdrawn.",
    )
