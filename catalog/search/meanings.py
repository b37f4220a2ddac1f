"""What a query means once its fields and values are known: the shape that is compiled to SQL.

Leaves name rows of the index by their numbers; nothing here is text that a person wrote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

BROAD = 1_000_000_000
"""The weight of what most subjects may have."""
GUESSED = 100_000
"""The weight of what is found by an index, and was not counted."""

WHOLE = 100
"""So many subjects weigh as one in the weight of a term that whole carriers have."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from one to another; None leaves an end open."""

    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True

    def __contains__(self, number: float) -> bool:
        above = self.low is None or number > self.low or (self.low_included and number == self.low)
        below = (
            self.high is None or number < self.high or (self.high_included and number == self.high)
        )
        return above and below


@dataclass(frozen=True, slots=True)
class Decades:
    """The terms of a range of numbers by whole decades, of a key and a unit, and what is left."""

    key: int
    unit: str
    powers: tuple[int, ...]
    """Of ten."""
    terms: tuple[int, ...]
    """Those that lie in none of the decades."""


@dataclass(frozen=True, slots=True)
class HasTerm:
    """One of some terms, the most frequent first."""

    terms: tuple[int, ...]
    is_treatment: bool = False
    keys: tuple[int, ...] = ()
    """Those of the terms; none if they were not looked up."""
    weight: int = BROAD
    """About how many subjects have it; of what whole carriers have, `WHOLE` weigh as one."""
    is_weighed: bool = True
    """That its weight is no guess."""
    decades: Decades | None = None
    """The same terms, and such as nobody sees, where fewer masks tell of them."""


@dataclass(frozen=True, slots=True)
class TermBegins:
    """A term of a key that begins so, as terms are folded."""

    key: int
    beginning: str
    is_treatment: bool = False
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class TermBeyond:
    """A term of a key that comes before another in the order of bytes, or after it."""

    key: int
    folded: str
    before: bool
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class HasWord:
    """A term of any key with a word that begins, or is, so; both folded."""

    word: str
    is_whole: bool
    weight: int = GUESSED


@dataclass(frozen=True, slots=True)
class HasKey:
    """Any value of a key."""

    key: int
    is_treatment: bool = False
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class HasQuantity:
    """A quantity within a range, in its base unit."""

    key: int
    unit: str
    range: Range
    is_treatment: bool = False
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class HasReadout:
    """A readout within a range; any readout where both ends are open."""

    key: int
    range: Range
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class HasLayout:
    """A field or image of one of some layouts."""

    layouts: tuple[int, ...]
    weight: int = GUESSED * 10


@dataclass(frozen=True, slots=True)
class OnCarriers:
    """Everything on some carriers: those of certain plates, stores or datasets."""

    carriers: tuple[int, ...]

    @property
    def weight(self) -> int:
        """They are found at once, as what whole carriers have."""
        return 4 * len(self.carriers)


@dataclass(frozen=True, slots=True)
class InScopes:
    """Everything in some datasets, by their scopes."""

    scopes: tuple[int, ...]
    weight: int = BROAD


class Axis(StrEnum):
    """How a place on a plate is counted."""

    ROW = "row"
    COLUMN = "column"
    EDGE = "edge"
    """The distance from the nearest edge, from 0."""


@dataclass(frozen=True, slots=True)
class AtPlace:
    """Wells whose row, column or distance from the edge, from 0, lies within a range."""

    axis: Axis
    range: Range
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class HasLabel:
    """The well of a label, on plates whose names are no grid too."""

    label: str
    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class IsAnnotated:
    """That a plate map says anything."""

    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class IsImaged:
    """That any field or image is there."""

    weight: int = BROAD


@dataclass(frozen=True, slots=True)
class Nowhere:
    """What no subject has, such as a value that is not known."""

    weight: int = 0


Leaf = (
    HasTerm
    | TermBegins
    | TermBeyond
    | HasWord
    | HasKey
    | HasQuantity
    | HasReadout
    | HasLayout
    | OnCarriers
    | InScopes
    | AtPlace
    | HasLabel
    | IsAnnotated
    | IsImaged
    | Nowhere
)


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of some parts; of none, everything."""

    parts: "tuple[Meaning, ...]"

    @property
    def weight(self) -> int:
        """No more than the smallest part has."""
        return min((part.weight for part in self.parts), default=BROAD)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One or more of some parts."""

    parts: "tuple[Meaning, ...]"

    @property
    def weight(self) -> int:
        """As much as all parts together."""
        return min(BROAD, sum(part.weight for part in self.parts))


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Subjects that a part does not hold for."""

    part: "Meaning"

    @property
    def weight(self) -> int:
        """Most of what there is."""
        return BROAD


@dataclass(frozen=True, slots=True)
class Together:
    """Conditions on one treatment, which hold in one group of one row."""

    part: "Meaning"
    """Of leaves that are treatments, AllOf and OneOf."""

    @property
    def weight(self) -> int:
        """As the part."""
        return self.part.weight


Meaning = Leaf | AllOf | OneOf | NoneOf | Together


def keys_had(meaning: Meaning) -> frozenset[int]:
    """The keys of which all that it holds for has a value, as far as that is known."""
    if isinstance(meaning, TermBegins | HasKey | HasQuantity):
        return frozenset((meaning.key,))
    if isinstance(meaning, HasTerm):
        return frozenset(meaning.keys if len(meaning.keys) == 1 else ())
    if isinstance(meaning, AllOf):
        return frozenset().union(*map(keys_had, meaning.parts))
    if isinstance(meaning, OneOf):
        first, *others = map(keys_had, meaning.parts)
        return first.intersection(*others)
    return frozenset()


def is_treatment(meaning: Meaning) -> bool:
    """Whether a meaning speaks of nothing but what one treatment has."""
    if isinstance(meaning, HasTerm | TermBegins | HasKey | HasQuantity):
        return meaning.is_treatment
    if isinstance(meaning, AllOf | OneOf):
        return bool(meaning.parts) and all(map(is_treatment, meaning.parts))
    return False


def grouped(meaning: Meaning) -> Meaning:
    """The same, with conditions on one treatment put together.

    Of an AllOf those parts that speak of treatments alone hold in one group; a negation is asked
    of the subject as a whole.
    """
    if is_treatment(meaning) or isinstance(meaning, HasQuantity):
        return together(meaning)
    if isinstance(meaning, NoneOf):
        return NoneOf(grouped(meaning.part))
    if isinstance(meaning, OneOf):
        return OneOf(tuple(map(grouped, meaning.parts)))
    if not isinstance(meaning, AllOf):
        return meaning
    treatments = tuple(part for part in meaning.parts if is_treatment(part))
    others = tuple(grouped(part) for part in meaning.parts if not is_treatment(part))
    if not treatments:
        return AllOf(others)
    one = treatments[0] if len(treatments) == 1 else AllOf(treatments)
    return AllOf((together(one), *others))


def together(meaning: Meaning) -> Meaning:
    """Conditions that hold in one group; that there is any value of a key is asked of no group."""
    return meaning if isinstance(meaning, HasKey) else Together(meaning)


def leaves_of(meaning: Meaning) -> Iterator[Leaf]:
    """All leaves."""
    if isinstance(meaning, AllOf | OneOf):
        for part in meaning.parts:
            yield from leaves_of(part)
    elif isinstance(meaning, NoneOf | Together):
        yield from leaves_of(meaning.part)
    else:
        yield meaning


def treatment_in(meaning: Meaning) -> Meaning | None:
    """What a grouped meaning asks of one treatment, which others may be asked of besides."""
    for part in meaning.parts if isinstance(meaning, AllOf) else (meaning,):
        if isinstance(part, Together) and is_treatment(part.part):
            return part.part
        if is_treatment(part):
            return part
    return None
