"""Withdrawal: what was published leaves a tombstone; its files are kept, for publishers alone."""

from django.db import transaction
from django.utils import timezone

from catalog.errors import DatasetNotReady, VersionStays
from catalog.models import Change, Dataset, Version
from catalog.models.dataset import PUBLISHED, WITHDRAWN
from catalog.queries.versions import others_that_stand
from catalog.services.changes import write_changes
from catalog.services.curators import person_of, refuse_all_but_publishers
from catalog.services.publication import change_of_version
from catalog.services.record import record
from catalog.services.reviews import IT_IS_OVER, Person, locked_dataset, told_why
from catalog.words import ChangeVerb

SAY_WHY = "Say in 'reason' why it is withdrawn; everybody who looks for it will read that."


@transaction.atomic
def withdraw(*, dataset: Dataset, reason: str, by: Person) -> Dataset:
    """Withdraw a published dataset with all its versions, for good.

    NotAllowed for who is no publisher, NotUnderstood without a reason, DatasetNotReady unless it is
    published.
    """
    refuse_all_but_publishers(by, dataset)
    reason = told_why(reason, "reason", SAY_WHY)
    locked = locked_dataset(dataset)
    if locked.state != PUBLISHED:
        todo = IT_IS_OVER if locked.state == WITHDRAWN else "Only what is published can be."
        raise DatasetNotReady("withdrawn", locked.state, todo)
    changes = {"state": (locked.state, WITHDRAWN), "withdrawn_reason": (None, reason)}
    locked.state = WITHDRAWN
    locked.next_state = ""
    locked.withdrawn_at = timezone.now()
    locked.withdrawn_reason = reason
    locked.save()
    record("withdraw", locked, by=person_of(by), dataset=locked, changes=changes)
    told = {"reason": reason}
    write_changes([Change(verb=ChangeVerb.WITHDRAWN.value, dataset_id=locked.pk, differences=told)])
    return locked


@transaction.atomic
def withdraw_version(*, version: Version, reason: str, by: Person) -> Version:
    """Withdraw one version of a dataset that has others, for good.

    NotAllowed for who is no publisher, NotUnderstood without a reason, VersionStays if it was
    withdrawn already or is the last one left.
    """
    refuse_all_but_publishers(by, version.dataset)
    reason = told_why(reason, "reason", SAY_WHY)
    dataset = locked_dataset(version.dataset)
    locked = Version.objects.select_for_update().get(pk=version.pk)
    if dataset.state != PUBLISHED or locked.withdrawn_at is not None:
        raise VersionStays(locked.number, "it was withdrawn already.")
    if not others_that_stand(locked).exists():
        raise VersionStays(locked.number, "it is the only one left. Withdraw the dataset.")
    locked.withdrawn_at = timezone.now()
    locked.withdrawn_reason = reason
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    changes = {"version": (locked.number, None), "withdrawn_reason": (None, reason)}
    record("withdraw", locked, by=person_of(by), dataset=dataset, changes=changes)
    write_changes([change_of_version(ChangeVerb.WITHDRAWN, locked, reason=reason)])
    return locked
