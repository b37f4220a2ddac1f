"""Rules about the fields of a plate, held against each other."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from plates.omezarr.findings import Fault
from plates.omezarr.rules.rule import WARNING, Force, RuleBook
from plates.omezarr.seen_fields import FieldLook, FieldsSeen

fields: Final = RuleBook[FieldsSeen]()


def _axes(field: FieldLook) -> str:
    return f"axes {', '.join(field.axes)}" if field.axes else ""


def _channels(field: FieldLook) -> str:
    return f"channels {', '.join(field.channels)}" if field.channels else ""


def _dtype(field: FieldLook) -> str:
    return field.dtype


def _levels(field: FieldLook) -> str:
    return "" if field.levels is None else f"{field.levels} levels"


# Each says one thing about a field; empty if that is not known.
_TRAITS: Final[tuple[Callable[[FieldLook], str], ...]] = (_axes, _channels, _dtype, _levels)


# No sentence of the specification: but who reads a plate as one array, or compares its wells,
# takes it for granted. Another acquisition may well have other channels.
@fields.rule("HCS-HOMOGENEOUS", section="", levels={"0.1": WARNING}, force=Force.HYGIENE)
def fields_look_alike(seen: FieldsSeen) -> Iterator[Fault]:
    """The fields of an acquisition have the same axes, channels, data type and number of levels."""
    by_acquisition: defaultdict[int | None, list[FieldLook]] = defaultdict(list)
    for field in seen.fields:
        by_acquisition[field.acquisition].append(field)
    for alike in by_acquisition.values():
        yield from _strangers(alike)


def _strangers(alike: list[FieldLook]) -> Iterator[Fault]:
    usual = [
        Counter(said for field in alike if (said := trait(field))).most_common(1)
        for trait in _TRAITS
    ]
    for field in alike:
        differing = [
            (said, most[0][0])
            for trait, most in zip(_TRAITS, usual, strict=True)
            if (said := trait(field)) and said != most[0][0]
        ]
        if differing:
            found = "; ".join(said for said, _ in differing)
            expected = "; ".join(wanted for _, wanted in differing)
            message = "The field is not like most others of its plate and acquisition."
            yield Fault("", message, expected, found, field.path)
