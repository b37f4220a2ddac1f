"""What a rule is: a small function with an id, a level for each version, and a section."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from plates.omezarr.findings import Fault, Level
from plates.omezarr.versions.numbers import VERSIONS, as_number, known_version

Seen = TypeVar("Seen", contravariant=False)
Held = TypeVar("Held")

ERROR: Final = Level.ERROR
WARNING: Final = Level.WARNING
SPEC_URL: Final = "https://ngff.openmicroscopy.org"


class Force(StrEnum):
    """What a rule rests on."""

    MUST = "must"
    """A MUST of the specification, or what cannot be read without."""
    SHOULD = "should"
    """A SHOULD of the specification, or its prose without such a word."""
    HYGIENE = "hygiene"
    """Nothing in the specification, but what a catalog and its users need."""


class Policy(StrEnum):
    """Which level the breach of a rule has; the rules are the same under each."""

    LENIENT = "lenient"
    """What only says that something is missing is a warning; so is what every reader forgives."""
    SPEC = "spec"
    """As the specification says; and what is listed has to be there."""
    STRICT = "strict"
    """What the specification recommends is demanded."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Seen]):
    """One sentence that a store has to keep.

    `levels` maps the version from which a level holds to that level, None where the rule does
    not hold; `sections` likewise to the anchor in the specification, empty where it says nothing.
    `missing` says that a breach is something that is not there; `forgivable`, that readers get
    along with a breach; `needs_listing`, that folders have to be listed to tell; `needs_objects`,
    that all objects have to be, which a validation does not do.
    """

    id: str
    sentence: str
    sections: Mapping[str, str]
    force: Force
    levels: Mapping[str, Level | None]
    missing: bool
    forgivable: bool
    needs_listing: bool
    needs_objects: bool
    check: Callable[[Seen], Iterable[Fault]]

    def level(self, version: str, policy: Policy = Policy.SPEC) -> Level | None:
        """The level of a breach in a version under a policy; None where the rule does not hold.

        A version that is not known is judged as the newest that is.
        """
        level = self._level_in(version)
        if level is None:
            return None
        if policy is Policy.LENIENT and (self.missing or self.forgivable):
            return WARNING
        if policy is Policy.STRICT and self.force is not Force.HYGIENE:
            return ERROR
        return level

    def _level_in(self, version: str) -> Level | None:
        return _held(self.levels, version, None)

    def section(self, version: str) -> str:
        """The anchor in the specification of a version; empty where it says nothing."""
        return _held(self.sections, version, "")

    def url(self, version: str) -> str:
        """Where the specification of a version says it."""
        known = known_version(version) or VERSIONS[-1]
        section = self.section(version)
        return f"{SPEC_URL}/{known}/#{section}" if section else ""


def _held(since: Mapping[str, Held], version: str, otherwise: Held) -> Held:
    """What holds in a version; one that is not known is taken as the newest that is."""
    number = as_number(version) or as_number(VERSIONS[-1]) or ()
    held = otherwise
    for first, value in since.items():
        if (as_number(first) or ()) <= number:
            held = value
    return held


class RuleBook(Generic[Seen]):
    """The rules about one kind of thing, in the order in which they are asked."""

    def __init__(self) -> None:
        self.rules: list[Rule[Seen]] = []

    def rule(
        self,
        id: str,  # noqa: A002 - it is the rule's id
        *,
        section: str | Mapping[str, str],
        levels: Mapping[str, Level | None],
        force: Force = Force.MUST,
        missing: bool = False,
        forgivable: bool = False,
        needs_listing: bool = False,
        needs_objects: bool = False,
    ) -> Callable[[Callable[[Seen], Iterator[Fault]]], Callable[[Seen], Iterator[Fault]]]:
        """Enter a function as a rule; its docstring is the sentence that people read."""

        def enter(
            check: Callable[[Seen], Iterator[Fault]],
        ) -> Callable[[Seen], Iterator[Fault]]:
            sentence = " ".join((check.__doc__ or "").split())
            self.rules.append(
                Rule(
                    id=id,
                    sentence=sentence,
                    sections={"0.1": section} if isinstance(section, str) else section,
                    force=force,
                    levels=levels,
                    missing=missing,
                    forgivable=forgivable,
                    needs_listing=needs_listing,
                    needs_objects=needs_objects,
                    check=check,
                )
            )
            return check

        return enter
