"""Rules about the acquisitions that the plate document defines."""

from collections.abc import Iterator
from typing import Final

from plates.omezarr.comparing import id_of, repeated
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, JsonValue, number_of
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen import PlateSeen
from plates.omezarr.versions.numbers import as_number

acquisitions: Final = RuleBook[PlateSeen]()

_FIRST_THAT_MAY_REPEAT: Final = (0, 4)
_IN_1990: Final = 631_152_000
_IN_2100: Final = 4_102_444_800
# The largest first: what is plausible in one unit is not in another.
_UNITS: Final = {"milliseconds": 1_000, "seconds": 1}


# 0.5: "Each acquisition object MUST contain an id key whose value MUST be an unique integer
# identifier greater than or equal to 0 within the context of the plate". 0.3: "an unique
# identifier within the context of the plate". Ids need not be 0, 1, 2: 422 is one.
@acquisitions.rule("HCS-ACQ-UNIQUE", section="plate-md", levels={"0.1": ERROR})
def acquisition_id_is_unique(seen: PlateSeen) -> Iterator[Fault]:
    """No two acquisitions of a plate have the same id."""
    if (as_number(seen.version) or _FIRST_THAT_MAY_REPEAT) < _FIRST_THAT_MAY_REPEAT:
        twins = repeated(seen.acquisitions(), _id_in)
    else:
        twins = _all_repeated(seen)
    for number, key, first in twins:
        message = f"The acquisition number {first} of the list has the id {shown(key)} already."
        yield Fault(pointer_of("acquisitions", number, "id"), message, "each id once", shown(key))


def _id_in(acquisition: JsonObject) -> int | str | None:
    return id_of(acquisition.get("id"))


def _all_repeated(seen: PlateSeen) -> Iterator[tuple[int, int | str, int]]:
    """From 0.4 on the structure allows even the same member twice, so that this is told here."""
    first: dict[int | str, int] = {}
    for number, acquisition in seen.acquisitions():
        key = _id_in(acquisition)
        if key is not None and first.setdefault(key, number) != number:
            yield number, key, first[key]


# 0.5: "a starttime and/or endtime key whose values MUST be integer epoch timestamps specifying
# the start and/or end timestamp of the acquisition." The schemas say seconds, the examples of
# the specification are in milliseconds: both are taken.
@acquisitions.rule("HCS-ACQ-TIME", section="plate-md", levels={"0.1": WARNING}, force=Force.HYGIENE)
def acquisition_ends_after_it_starts(seen: PlateSeen) -> Iterator[Fault]:
    """An acquisition does not end before it starts, and both are times of our age in one unit."""
    for number, acquisition in seen.acquisitions():
        odd = False
        for key in ("starttime", "endtime"):
            fault = _implausible(acquisition.get(key), pointer_of("acquisitions", number, key))
            if fault is not None:
                odd = True
                yield fault
        if not odd:
            yield from _out_of_order(acquisition, pointer_of("acquisitions", number, "endtime"))


def _implausible(value: JsonValue, pointer: str) -> Fault | None:
    """What is wrong with one time alone; the structure tells of negative ones and other types."""
    moment = number_of(value)
    if moment is None or moment < 0 or _unit_of(moment):
        return None
    return Fault(
        pointer,
        "This is no time between 1990 and 2100, neither in seconds nor in milliseconds since 1970.",
        "seconds or milliseconds since 1970",
        shown(value),
    )


def _unit_of(moment: float) -> str:
    """The unit in which a number is a time of our age; empty if there is none."""
    for unit, in_a_second in _UNITS.items():
        if _IN_1990 * in_a_second <= moment < _IN_2100 * in_a_second:
            return unit
    return ""


def _out_of_order(acquisition: JsonObject, pointer: str) -> Iterator[Fault]:
    start, end = acquisition.get("starttime"), acquisition.get("endtime")
    started, ended = number_of(start), number_of(end)
    if started is None or ended is None or started < 0 or ended < 0:
        return
    units = _unit_of(started), _unit_of(ended)
    if units[0] != units[1]:
        message = f"The start is in {units[0]}, the end in {units[1]} since 1970."
        yield Fault(pointer, message, f"a time in {units[0]}", shown(end))
    elif started > ended:
        message = "The acquisition ends before it starts."
        yield Fault(pointer, message, f"at least {shown(start)}", shown(end))
