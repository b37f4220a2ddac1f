"""From the address of a store to the report on it: a reading with an inspection on the way."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Final

from plates.omezarr.addressing import RootUrl
from plates.omezarr.assembly import snapshot_of
from plates.omezarr.collecting import Collected
from plates.omezarr.depth import Depth
from plates.omezarr.drivers import Progress, Watch
from plates.omezarr.errors import (
    AddressRefused,
    DocumentMalformed,
    StoreError,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
    UnsupportedScheme,
)
from plates.omezarr.findings import Fault, Finding, Level
from plates.omezarr.inspection import Inspection
from plates.omezarr.options import StoreOptions
from plates.omezarr.printable import printable
from plates.omezarr.read import DEFAULT_OPTIONS, Asked, walk_through
from plates.omezarr.report import Coverage, Report, totals_of
from plates.omezarr.rules.book import ALL_RULES, RULES
from plates.omezarr.rules.rule import Policy
from plates.omezarr.snapshots import StoreSnapshot
from plates.omezarr.versions.numbers import known_version
from plates.omezarr.walk import Sampled, Walk
from plates.states import Reach, Verdict

_UNREAD: Final = "STORE-READ"
"""What nobody is shown, nobody can judge."""
_MAX_NAMED: Final = 10
_DIGITS: Final = re.compile(r"(\d+)")


def validate_store(
    url: str,
    *,
    options: StoreOptions = DEFAULT_OPTIONS,
    depth: Depth = Depth.LABELS,
    policy: Policy = Policy.SPEC,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """The report on the store at an address, whatever is wrong with it.

    `progress` is told (documents done, documents known of). Raises UnsupportedScheme for what is
    no address, and ReadCancelled when `stop` says yes.
    """
    started, inspection = time.monotonic(), Inspection(policy)
    asked = Asked(options, depth, Watch(progress, stop), inspection, digests=False)
    try:
        walk = walk_through(url, asked)
    except UnsupportedScheme:
        raise
    except StoreError as error:
        return unread(url, error, depth=depth, policy=policy, seconds=time.monotonic() - started)
    inspection.finish(walk)
    return report_of(walk, inspection, seconds=time.monotonic() - started)


def examine_store(
    url: str,
    *,
    options: StoreOptions = DEFAULT_OPTIONS,
    depth: Depth = Depth.LABELS,
    policy: Policy = Policy.SPEC,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[StoreSnapshot, Report]:
    """What a store holds and the report on it, from one reading.

    Raises a StoreError if the store as a whole cannot be read, ReadCancelled when `stop` says yes.
    """
    started = time.monotonic()
    inspection = Inspection(policy)
    asked = Asked(options, depth, Watch(progress, stop), inspection)
    walk = walk_through(url, asked)
    inspection.finish(walk)
    snapshot = snapshot_of(walk)
    seconds = time.monotonic() - started
    return snapshot, report_of(walk, inspection, seconds=seconds)


def report_of(walk: Walk, inspection: Inspection, *, seconds: float) -> Report:
    """The report of a finished inspection."""
    collected = inspection.collected
    root = walk.root
    return Report(
        url=root.url.shown,
        kind=root.kind.value,
        version=root.version,
        zarr_format=root.storage.zarr_format,
        reach=Reach.OK,
        verdict=verdict_of(collected, version=root.version, whole=not inspection.is_cut),
        depth=walk.depth.word,
        policy=inspection.policy.value,
        documents=walk.read,
        seconds=round(seconds, 3),
        totals=totals_of(collected),
        findings=tuple(sorted(collected.findings, key=_in_order)),
        coverage=_coverage(walk, inspection),
    )


def verdict_of(collected: Collected, *, version: str, whole: bool = True) -> Verdict:
    """What the findings come to: only parts missing is something else than wrong."""
    errors = {one.rule for one in collected.findings if one.level is Level.ERROR}
    if any(not RULES[rule].missing for rule in errors - {_UNREAD}):
        return Verdict.INVALID
    # A lenient policy makes less of what is missing, but it is missing all the same.
    missing = (RULES[rule] for rule in collected.totals if RULES[rule].missing)
    is_missing = any(rule.level(version, Policy.SPEC) is Level.ERROR for rule in missing)
    if is_missing or errors - {_UNREAD}:
        return Verdict.INCOMPLETE
    whole = whole and _UNREAD not in errors
    return Verdict.VALID if known_version(version) and whole else Verdict.UNCHECKED


def _in_order(finding: Finding) -> tuple[object, ...]:
    """By node as a person counts (B/2 before B/10), then by pointer and rule."""
    return (_natural(finding.node), _natural(finding.pointer), finding.rule, finding.message)


def _natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    return tuple(
        (part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in _DIGITS.split(text[:200])
        if part
    )


def _coverage(walk: Walk, inspection: Inspection) -> Coverage:
    listed = walk.lists
    not_asked = () if listed else tuple(rule.id for rule in ALL_RULES if rule.needs_listing)
    return Coverage(
        documents=walk.read,
        refused=inspection.refused,
        listed=listed,
        not_asked=not_asked,
        chunks=walk.sampled.decoded,
        remarks=tuple(_remarks(walk)),
    )


def _remarks(walk: Walk) -> Iterable[str]:
    if walk.depth < Depth.LABELS:
        below = Depth(walk.depth + 1).word
        yield f"Nothing below {walk.depth.word} was looked at ({below} and deeper)."
    if not walk.lists:
        yield "Folders cannot be listed here, so what no document names was not looked for."
    if walk.hidden:
        yield (
            f"{walk.hidden:,} documents that no other one promises were not shown by the storage; "
            "they were taken as not there."
        )
    if walk.pages:
        yield (
            f"The server answers with a web page, or nothing, for documents that it does not have "
            f"({walk.pages:,} times); they were taken as not there."
        )
    if walk.depth < Depth.SAMPLE:
        yield "No pixels were looked at; the depth sample decodes some."
    else:
        yield from _about_samples(walk.sampled)


def _about_samples(sampled: Sampled) -> Iterable[str]:
    if not sampled.asked:
        yield "There were no chunks to decode."
    if sampled.absent:
        yield (
            f"{sampled.absent:,} of {sampled.asked:,} sampled chunks are not there; that is legal, "
            "they read as the fill value."
        )
    if sampled.refused:
        yield f"{sampled.refused:,} of {sampled.asked:,} sampled chunks could not be had."
    for name in sorted(sampled.unknown)[:_MAX_NAMED]:
        yield f"Some chunks were not decoded: Platecat does not decode {printable(name[:80])}."


def is_unreadable(error: StoreError) -> bool:
    """Whether a store was reached but its root is not what it should be."""
    unread = StoreUnreachable | StoreForbidden | StoreNotFound | AddressRefused
    return not isinstance(error, unread)


def unread(url: str, error: StoreError, *, depth: Depth, policy: Policy, seconds: float) -> Report:
    """The report on a store whose root could not be read."""
    wrong = is_unreadable(error)
    collected = Collected({"ZARR-JSON": Level.ERROR, "STORE-READ": Level.ERROR})
    rule = "ZARR-JSON" if isinstance(error, DocumentMalformed) else "STORE-READ"
    collected.add(rule, Fault("", str(error)), node="", document="", pointer="")
    return Report(
        url=RootUrl.parse(url).shown,
        kind="",
        version="",
        zarr_format=None,
        reach=Reach.OK if wrong else Reach.UNREACHABLE,
        verdict=Verdict.UNREADABLE if wrong else Verdict.UNCHECKED,
        depth=depth.word,
        policy=policy.value,
        documents=0,
        seconds=round(seconds, 3),
        totals=totals_of(collected),
        findings=tuple(collected.findings),
        coverage=Coverage(remarks=("Nothing was looked at: the root could not be read.",)),
        error=str(error),
    )
