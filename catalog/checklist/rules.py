"""The checklist of a publication: one table, and what it says of a dataset. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalog.checklist.facts import Facts, Some
from catalog.checklist.policy import COVERAGE, Policy, Weight, policy_of


class Place(StrEnum):
    """Where something is mended."""

    DATASET = "dataset"
    """Its own form at the desk."""
    STORES = "stores"
    PLATE_MAPS = "plate_maps"
    FINDINGS = "findings"
    COMPLETENESS = "completeness"
    PREVIEWS = "previews"
    PROPOSALS = "proposals"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where first."""

    sentence: str
    first: tuple[str, ...] = ()


Look = Callable[[Facts, Policy], Fault | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the checklist: what has to be so, what it usually weighs, and how it is mended."""

    id: str
    sentence: str
    weight: Weight
    look: Look
    todo: str
    place: Place


@dataclass(frozen=True, slots=True)
class Line:
    """What the checklist says of a dataset in one line; `fault` is None where it passes."""

    rule: Rule
    weight: Weight
    fault: Fault | None

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None

    @property
    def blocks(self) -> bool:
        """Whether the dataset cannot be published for it."""
        return self.fault is not None and self.weight is Weight.BLOCKS


def lines_of(facts: Facts, policy: Policy) -> Iterator[Line]:
    """All lines that the policy does not switch off, in the order of the table."""
    for rule in RULES:
        weight = policy.weights.get(rule.id, rule.weight)
        if weight is not Weight.OFF:
            yield Line(rule, weight, rule.look(facts, policy))


def counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _title(facts: Facts, policy: Policy) -> Fault | None:
    lacking = []
    if facts.title.casefold() == facts.slug.casefold():
        lacking.append("its title is only its slug")
    if not facts.summary.strip():
        lacking.append("it has no summary")
    return Fault(f"{' and '.join(lacking).capitalize()}.") if lacking else None


def _licence(facts: Facts, policy: Policy) -> Fault | None:
    return None if facts.licence else Fault("It has no licence, so nobody knows what they may do.")


def _people(facts: Facts, policy: Policy) -> Fault | None:
    if not facts.people:
        return Fault("It names nobody who made it.")
    if not facts.reachable:
        return Fault("Nobody whom it names has an e-mail address or an ORCID.")
    return None


def _organism(facts: Facts, policy: Policy) -> Fault | None:
    return None if facts.organisms else Fault("It names no organism.")


def _content(facts: Facts, policy: Policy) -> Fault | None:
    return None if facts.stores else Fault("It holds no store that was read.")


def _coverage(facts: Facts, policy: Policy) -> Fault | None:
    if facts.annotated * 100 >= policy.coverage * facts.wells:
        return None
    share = facts.annotated * 100 // facts.wells
    return Fault(
        f"Plate maps speak of {facts.annotated:,} of {counted(facts.wells, 'well')} ({share} %, at "
        f"least {policy.coverage} % is asked for).",
        facts.bare.first,
    )


def _validity(facts: Facts, policy: Policy) -> Fault | None:
    return _any(facts.unsound, "store", "is invalid or unreadable", "are invalid or unreadable")


def _completeness(facts: Facts, policy: Policy) -> Fault | None:
    return _any(facts.lacking, "store", "is not all there", "are not all there")


def _previews(facts: Facts, policy: Policy) -> Fault | None:
    return _any(facts.undrawn, "store", "was not drawn as it is", "were not drawn as they are")


def _proposals(facts: Facts, policy: Policy) -> Fault | None:
    return _any(facts.proposals, "proposal", "waits for a decision", "wait for a decision")


def _any(some: Some, noun: str, verb: str, verbs: str) -> Fault | None:
    if not some.number:
        return None
    return Fault(f"{counted(some.number, noun)} {verb if some.number == 1 else verbs}.", some.first)


RULES: Final = (
    Rule(
        "title",
        "It has a title of its own and a summary.",
        Weight.BLOCKS,
        _title,
        "Write them in the dataset's form.",
        Place.DATASET,
    ),
    Rule(
        "licence",
        "It has a licence.",
        Weight.BLOCKS,
        _licence,
        "Choose one in the dataset's form, for example CC-BY-4.0.",
        Place.DATASET,
    ),
    Rule(
        "people",
        "It names who made it, and at least one of them can be reached.",
        Weight.BLOCKS,
        _people,
        "Add people at the foot of the dataset's form, with an e-mail address or an ORCID.",
        Place.DATASET,
    ),
    Rule(
        "organism",
        "It names its organisms.",
        Weight.WARNS,
        _organism,
        "Write them in the dataset's form, for example NCBITaxon:9606.",
        Place.DATASET,
    ),
    Rule(
        "content",
        "It holds at least one store that was read.",
        Weight.WARNS,
        _content,
        "Harvest stores into it.",
        Place.STORES,
    ),
    Rule(
        COVERAGE,
        "Plate maps say what is in its wells.",
        Weight.WARNS,
        _coverage,
        "Import the plate maps of the plates that are bare.",
        Place.PLATE_MAPS,
    ),
    Rule(
        "validity",
        "None of its stores is invalid or unreadable.",
        Weight.BLOCKS,
        _validity,
        "Look at the findings, have the stores mended, and harvest them again.",
        Place.FINDINGS,
    ),
    Rule(
        "completeness",
        "All that its stores declare is there, as far as it was counted.",
        Weight.WARNS,
        _completeness,
        "Wait for what is arriving, have the rest copied again, and count the chunks.",
        Place.COMPLETENESS,
    ),
    Rule(
        "previews",
        "Its stores are drawn as they are.",
        Weight.WARNS,
        _previews,
        "Have them drawn: the action of the list of stores.",
        Place.PREVIEWS,
    ),
    Rule(
        "proposals",
        "No move or copy of its stores waits for a decision.",
        Weight.BLOCKS,
        _proposals,
        "Accept or refuse each.",
        Place.PROPOSALS,
    ),
)
"""In the order in which a person would mend them."""


def policy_in(parts: Sequence[str]) -> Policy:
    """The policy that parts such as `organism=blocks` make; PolicyUnfit for one that says nothing."""
    return policy_of(parts, [rule.id for rule in RULES])
