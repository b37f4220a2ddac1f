"""What the words of a report mean, in sentences: for the command's help, the report and the docs."""

from collections.abc import Mapping
from typing import Final

from plates.omezarr.depth import Depth
from plates.omezarr.rules.book import RULES
from plates.omezarr.rules.rule import Force, Policy
from plates.states import Verdict

DEPTHS: Final[Mapping[Depth, str]] = {
    Depth.PLATE: "the root",
    Depth.WELLS: "each well",
    Depth.FIELDS: "each field or image",
    Depth.ARRAYS: "the array of each resolution level",
    Depth.LABELS: "labels, tables and copied metadata",
    Depth.SAMPLE: "the pixels of some chunks",
}
"""What each depth looks at beyond the one before it."""

POLICIES: Final[Mapping[Policy, str]] = {
    Policy.LENIENT: (
        "parts that are missing, and what readers get along with, are warnings: for data that is "
        "still arriving, or that was published long ago"
    ),
    Policy.SPEC: (
        "as the specification says: a MUST is an error, a SHOULD a warning; and what is listed "
        "has to be there"
    ),
    Policy.STRICT: "what the specification recommends is demanded: for writers of OME-Zarr",
}

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.VALID: "No error was found in what was looked at.",
    Verdict.INCOMPLETE: "Parts that the store names are missing; what is there has no error.",
    Verdict.INVALID: "At least one rule is broken by what is there, whether or not parts are missing.",
    Verdict.UNREADABLE: "The document of the root cannot be made sense of, so nothing was checked.",
    Verdict.UNCHECKED: (
        "No verdict: the store could not be reached, or its version of OME-Zarr is not known."
    ),
}

FORCES: Final[Mapping[Force, str]] = {
    Force.MUST: "a MUST of the specification, or what no reader can do without",
    Force.SHOULD: "a SHOULD of the specification, or its prose without such a word",
    Force.HYGIENE: "nothing in the specification, but what users of the data need",
}
"""What a rule can rest on."""


def spec_url(rule: str, version: str) -> str:
    """The section of the specification that a rule stands on; empty where there is none."""
    known = RULES.get(rule)
    return "" if known is None else known.url(version)
