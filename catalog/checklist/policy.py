"""What the institute makes of each line of the checklist: it blocks, warns, or is off."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_LINE: Final = re.compile(r"([a-z_]+)=([a-z]+)(?::([0-9]{1,3}))?", re.ASCII)
MOST_PERCENT: Final = 100


class Weight(StrEnum):
    """What it means that a line of the checklist is not passed."""

    BLOCKS = "blocks"
    WARNS = "warns"
    OFF = "off"
    """It is not looked at."""


class PolicyUnfit(ValueError):
    """A policy that cannot be followed; says which part, and how it is written."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The weights that are not as usual, by id; and the least share of annotated wells, in percent."""

    weights: Mapping[str, Weight]
    coverage: int


USUAL_COVERAGE: Final = 90
COVERAGE: Final = "coverage"
"""The one line that takes a number."""


def policy_of(parts: Sequence[str], known: Sequence[str]) -> Policy:
    """The policy that parts such as `organism=blocks` and `coverage=warns:95` make.

    PolicyUnfit for one that is no such part, or names a line that there is not.
    """
    weights: dict[str, Weight] = {}
    coverage = USUAL_COVERAGE
    for part in parts:
        found = _LINE.fullmatch(part)
        if found is None or found[1] not in known or found[2] not in set(Weight):
            raise PolicyUnfit(_unfit(part, known))
        weights[found[1]] = Weight(found[2])
        if found[3] is not None:
            coverage = int(found[3])
            if found[1] != COVERAGE or coverage > MOST_PERCENT:
                raise PolicyUnfit(_unfit(part, known))
    return Policy(weights, coverage)


def _unfit(part: str, known: Sequence[str]) -> str:
    return (
        f"'{part[:60]}' says nothing of the checklist. Write ID=blocks, ID=warns or ID=off, where ID "
        f"is one of {', '.join(known)}; after {COVERAGE} the least percentage may follow, as "
        f"{COVERAGE}=blocks:95."
    )
