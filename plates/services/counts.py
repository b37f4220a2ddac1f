"""What a count of chunks said, into the tables: the shares, the ledger, findings and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from plates.models import Count, Store, Validation
from plates.omezarr.chunk_counts import ChunkCounts
from plates.omezarr.completeness import Completeness, completeness_of
from plates.omezarr.ledger import Ledger, PackingLine, ledger_of
from plates.omezarr.object_listing_local import MAX_UNREAD
from plates.omezarr.rules.rule import Policy
from plates.omezarr.share_table import share_table
from plates.services.findings import Asker, keep_findings
from plates.services.verdicts import verdict_with_count
from plates.states import Origin, Verdict

MAX_LINES = 100
"""Kinds of packing that are kept of one store; real ones have a handful."""
KEPT_UNREAD = 20


class CountOutdated(Exception):
    """A count of an earlier moment than the one that is kept."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A store whose objects were counted: what is there, and what it takes up."""

    completeness: Completeness
    ledger: Ledger
    digest: str
    counted_at: datetime
    origin: Origin
    unread: tuple[str, ...] = ()


def counted_store(
    counts: ChunkCounts,
    store: Store,
    *,
    counted_at: datetime,
    origin: Origin,
    policy: Policy,
    unread: Sequence[str] = (),
) -> Counted:
    """What came of counting the objects of a store, as it was read before.

    `unread` are the folders that could not be listed; no database is asked.
    """
    # Too many of them are not all named, so that nothing can be said of any.
    unseen = [""] if len(unread) >= MAX_UNREAD else unread
    completeness = completeness_of(
        counts, version=store.version, now=counted_at, unseen=unseen, policy=policy
    )
    return Counted(
        completeness=completeness,
        ledger=ledger_of(counts),
        digest=store.digest,
        counted_at=counted_at,
        origin=origin,
        unread=tuple(unread[:KEPT_UNREAD]),
    )


@transaction.atomic
def keep_count(store: Store, counted: Counted) -> bool:
    """Make the store say what its newest count says; whether the verdict or a finding changed.

    CountOutdated if a count of a later moment was written already.
    """
    locked = Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    if Count.objects.filter(store=locked, counted_at__gt=counted.counted_at).exists():
        raise CountOutdated
    found = counted.completeness
    Count.objects.update_or_create(store=locked, defaults=columns_of(counted))
    changed = keep_findings(locked, found.totals, found.findings, asker=Asker.COUNT)
    verdict = verdict_after(locked).value
    turned = Store.objects.filter(pk=locked.pk).exclude(verdict=verdict).update(verdict=verdict)
    return bool(turned) or changed


def verdict_after(store: Store) -> Verdict:
    """The verdict of a store that was just counted: that of its validation, and what is missing."""
    known = Validation.objects.filter(store=store, digest=store.digest).first()
    return verdict_with_count(
        Verdict(known.verdict if known else store.verdict), store, digest=store.digest
    )


def columns_of(counted: Counted) -> dict[str, object]:
    """A count as its row has it."""
    found, ledger = counted.completeness, counted.ledger
    return {
        "origin": counted.origin.value,
        "counted_at": counted.counted_at,
        "digest": counted.digest,
        "is_whole": found.is_whole,
        "is_arriving": found.is_arriving,
        "declared": found.share.declared,
        "present": found.share.present,
        "bytes": found.share.bytes,
        "declared_bytes": found.share.declared_bytes,
        "uncounted": found.uncounted,
        "shares": msgspec.to_builtins(share_table(found)),
        "stored_objects": ledger.objects,
        "stored_bytes": ledger.bytes,
        "arrays": sum(line.arrays for line in ledger.packing),
        "unsharded_arrays": sum(line.arrays for line in ledger.packing if not line.is_sharded),
        "crowded_arrays": ledger.crowded_arrays,
        "changed_at": ledger.changed_at,
        "ledger": ledger_told(ledger),
        "unread": [folder[:500].encode("utf-8", "replace").decode() for folder in counted.unread],
    }


def ledger_told(ledger: Ledger) -> dict[str, object]:
    """The lines of a ledger as JSON: the largest, and one for the rest of what is packed."""
    packing = [packing_told(line) for line in ledger.packing[:MAX_LINES]]
    rest = ledger.packing[MAX_LINES:]
    if rest:
        packing.append(
            {
                "kind": "",
                "dtype": "",
                "codecs": "",
                "sharded": False,
                "arrays": sum(line.arrays for line in rest),
                "objects": sum(line.objects for line in rest),
                "bytes": sum(line.bytes for line in rest),
            }
        )
    lines = [
        {
            "kind": line.kind.value,
            "storage_class": line.storage_class[:64].replace("\0", ""),
            "objects": line.objects,
            "bytes": line.bytes,
        }
        for line in ledger.lines
    ]
    return {"lines": lines, "packing": packing, "crowded": list(ledger.crowded)}


def packing_told(line: PackingLine) -> dict[str, object]:
    """The arrays that are packed alike, as JSON; the codecs in one text, in their order."""
    return {
        "kind": line.kind.value,
        "dtype": line.dtype[:64],
        "codecs": " + ".join(line.codecs)[:200] or "none",
        "sharded": line.is_sharded,
        "arrays": line.arrays,
        "objects": line.objects,
        "bytes": line.bytes,
    }
