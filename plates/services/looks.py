"""Looks for changes: which stores are as they were when they were read last, and how one knows."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils import timezone

from plates.models import Evidence
from plates.omezarr.document_listing import UNTOLD, list_documents
from plates.omezarr.errors import StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.signs import Sign, signs_of
from plates.services.evidence import digest_of
from plates.states import Strength

_LONGEST: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Known:
    """A store that may have changed: where it lies, and what is known of its documents there."""

    location: int
    url: str
    evidence: Evidence


@dataclass(slots=True)
class Comparison:
    """What a look for changes found: the locations that are unchanged, and by what.

    `unreachable` are those that could not be looked at; `signs` the documents that were asked
    for, `listings` the requests of listing. `weaker` are the URLs of which listing or inventory
    tell too little: they were compared by a weaker strength.
    """

    unchanged: dict[int, Strength] = field(default_factory=dict)
    unreachable: set[int] = field(default_factory=set)
    signs: int = 0
    listings: int = 0
    weaker: list[str] = field(default_factory=list)


def compare(
    known: Sequence[Known],
    *,
    strength: Strength,
    options: StoreOptions,
    inventoried: Mapping[str, bytes] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Comparison:
    """Which of some stores are unchanged, as far as the strength tells. No database is asked.

    A store whose signs cannot tell is not among them. `inventoried` are the signs by an inventory,
    by URL. Stores that it tells too little of, or that cannot be listed, are compared by their
    consolidated metadata, or their roots.
    """
    comparison = Comparison()
    if strength is Strength.INVENTORY:
        weaker = _by_inventory(known, inventoried or {}, comparison)
    elif strength is Strength.LISTING:
        weaker = _by_listing(known, comparison, options, stop)
    else:
        _by_documents(known, comparison, strength, options, stop)
        return comparison
    comparison.weaker = [one.url for one in weaker]
    _by_documents(weaker, comparison, Strength.CONSOLIDATED, options, stop)
    return comparison


def _by_inventory(
    known: Sequence[Known], inventoried: Mapping[str, bytes], comparison: Comparison
) -> list[Known]:
    """Compare by the signs of an inventory, without a request; those that it has no sign of."""
    for one in known:
        kept = one.evidence.inventoried
        if one.url in inventoried and kept is not None and bytes(kept) == inventoried[one.url]:
            comparison.unchanged[one.location] = Strength.INVENTORY
    return [one for one in known if one.url not in inventoried]


def _by_listing(
    known: Sequence[Known],
    comparison: Comparison,
    options: StoreOptions,
    stop: Callable[[], bool] | None,
) -> list[Known]:
    """Compare by listings; those that could not be listed now, or when they were read."""
    weaker: list[tuple[Known, bytes]] = []
    asked: list[tuple[Known, bytes]] = []
    for one in known:
        kept = one.evidence.listed
        if kept is None:
            continue  # It is read, and listed before.
        (asked if bytes(kept) != UNTOLD else weaker).append((one, bytes(kept)))
    listings = list_documents([one.url for one, _ in asked], options=options, stop=stop)
    comparison.listings += listings.requests
    for (one, kept), sign in zip(asked, listings.signs, strict=True):
        if isinstance(sign, StoreError):
            comparison.unreachable.add(one.location)
        elif sign == UNTOLD:
            weaker.append((one, kept))
        elif sign == kept:
            comparison.unchanged[one.location] = Strength.LISTING
    return [one for one, _ in weaker]


def _by_documents(
    known: Sequence[Known],
    comparison: Comparison,
    strength: Strength,
    options: StoreOptions,
    stop: Callable[[], bool] | None,
) -> None:
    """Compare by the signs of documents, one request each."""
    wanted = [(one, paths_to_look_at(one.evidence, strength)) for one in known]
    documents = [(one.url, path) for one, paths in wanted for path in paths]
    signs = signs_of(documents, options=options, stop=stop)
    comparison.signs += len(documents)
    start = 0
    for one, paths in wanted:
        found = signs[start : start + len(paths)]
        start += len(paths)
        if any(isinstance(sign, StoreError) for sign in found):
            comparison.unreachable.add(one.location)
        elif paths and is_unchanged(one.evidence, paths, found, strength):
            comparison.unchanged[one.location] = reached(one.evidence, strength)


def paths_to_look_at(evidence: Evidence, strength: Strength) -> list[str]:
    """The documents of a store whose signs are asked for; none where it has to be read anyway."""
    if strength is Strength.DOCUMENTS:
        return unpacked(bytes(evidence.paths)) if evidence.paths else []
    if strength is Strength.ROOT:
        return [path for path, sign in evidence.witnesses.items() if sign][:1]
    return list(evidence.witnesses)


def unpacked(paths: bytes) -> list[str]:
    """The paths of documents as they were kept."""
    inflating = zlib.decompressobj()
    return inflating.decompress(paths, _LONGEST).decode().split("\n")


def is_unchanged(
    evidence: Evidence, paths: Sequence[str], signs: Sequence[Sign], strength: Strength
) -> bool:
    """Whether signs are those that were kept."""
    if strength is Strength.DOCUMENTS:
        return evidence.documents is not None and digest_of(paths, signs) == bytes(
            evidence.documents
        )
    return list(signs) == [evidence.witnesses[path] for path in paths]


def reached(evidence: Evidence, strength: Strength) -> Strength:
    """The strength that a look really has: a store without copies shows its root alone."""
    if strength is Strength.CONSOLIDATED and not evidence.has_copies:
        return Strength.ROOT
    return strength


@transaction.atomic
def note_unchanged(unchanged: Mapping[int, Strength]) -> None:
    """Keep that stores were looked at where they lie and are as they were."""
    now = timezone.now()
    for strength in Strength:
        places = [location for location, by in unchanged.items() if by is strength]
        held = Evidence.objects.filter(location__in=places)
        held.update(checked_at=now, strength=strength.value)
