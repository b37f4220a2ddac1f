"""The feed of changes: written at its end alone, in the order in which it can be read."""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction

from catalog.models import Change, Job
from catalog.words import ChangeVerb
from plates.models import Store
from plates.services.load import Written
from plates.states import Reach

_FEED_LOCK = 7_203_114_902
_BATCH = 500


@transaction.atomic
def write_changes(changes: Sequence[Change]) -> None:
    """Append changes to the feed: the last statement of a transaction that writes anything else.

    From here to the commit transactions stand in line, so that serials are given in the order in
    which they become visible. Whoever waits in line must not hold what the first one still wants.
    """
    if not changes:
        return
    with connection.cursor() as cursor:
        # Foreign keys are looked up before the line, not within it at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FEED_LOCK])
        Change.objects.bulk_create(changes, batch_size=_BATCH)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def change_of(
    verb: ChangeVerb,
    store: Store,
    *,
    job: Job | None,
    differences: Mapping[str, object] | None = None,
) -> Change:
    """A change of a store, not yet written."""
    return Change(
        verb=verb.value,
        dataset_id=store.scope,
        store=store,
        plate_id=store.plate_id,
        job=job,
        differences=dict(differences or {}),
    )


def changes_by_load(written: Written, *, job: Job) -> list[Change]:
    """What a load did to a store: its content, its reach and its verdict."""
    before, after = written.before, written.after
    found = []
    told = written.differences.told()
    if before.read_at is None:
        found.append(change_of(ChangeVerb.APPEARED, after, job=job, differences=told))
    elif before.vanished_at is not None:
        found.append(change_of(ChangeVerb.RETURNED, after, job=job, differences=told))
    elif written.differences.is_any:
        found.append(change_of(ChangeVerb.CHANGED, after, job=job, differences=told))
    return found + changes_of_standing(before, after, job=job)


def changes_of_standing(before: Store, after: Store, *, job: Job | None) -> list[Change]:
    """How the reach and the verdict of a store changed; that it could be opened at once is none."""
    found = []
    if before.reach != after.reach and (before.reach, after.reach) != ("", Reach.OK.value):
        told = {"reach": {"before": before.reach, "after": after.reach}}
        found.append(change_of(ChangeVerb.REACH, after, job=job, differences=told))
    if before.verdict != after.verdict:
        told = {"verdict": {"before": before.verdict, "after": after.verdict}}
        found.append(change_of(ChangeVerb.VERDICT, after, job=job, differences=told))
    return found
