"""What a store or a document of the corpus should be found to be, and the sentences that say so.

Derived by hand from the text of the specification, before any rule ran. A section is named as the
anchor of the specification of the document's own version.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from plates.states import Verdict

# Sentences that decide more than one case.
DATASET_PATH = (
    'multiscale-md: each dataset "MUST contain the field path, whose value contains the path to '
    'the array"'
)
DATASETS_EQUAL = (
    'label-md: image and label, "the two datasets series MUST have the same number of entries"'
)
FIVE_DIMENSIONS = 'on-disk 0.1: "All image arrays are 5-dimensional" (t, c, z, y, x)'
ROW_GROUP = (
    'hcs-layout: "Three groups MUST be defined above the images", of them "the group above the '
    'well defines a row of wells"'
)
WELL_PATH = 'plate-md: a well\'s path is "the path to the well subgroup"'
NUMBERED = (
    'bf2raw-details: without series and plate, images "MUST be stored in consecutively numbered '
    'groups starting from 0"'
)


@dataclass(frozen=True)
class Expected:
    """One store or document: what it is, how it fares, and why.

    `path` is relative to the folder of the corpus, `errors` holds the ids of the rules that are
    broken at the level `error` when all is checked down to the labels.
    """

    path: str
    kind: str
    version: str
    verdict: Verdict
    errors: frozenset[str]
    reason: str


def sound(path: str, kind: str, version: str, reason: str) -> Expected:
    """A store without an error."""
    return Expected(path, kind, version, Verdict.VALID, frozenset(), reason)


def lacking(path: str, kind: str, version: str, errors: Iterable[str], reason: str) -> Expected:
    """A store of which only something that it lists is not there."""
    return Expected(path, kind, version, Verdict.INCOMPLETE, frozenset(errors), reason)


def broken(path: str, kind: str, version: str, errors: Iterable[str], reason: str) -> Expected:
    """A store that breaks the specification in what is there."""
    return Expected(path, kind, version, Verdict.INVALID, frozenset(errors), reason)
