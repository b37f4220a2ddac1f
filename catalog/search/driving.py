"""Which part of a meaning drives: its carriers are gathered first, and the others asked for these."""

from catalog.search.meanings import (
    AllOf,
    HasLayout,
    HasTerm,
    HasWord,
    InScopes,
    Meaning,
    Nowhere,
    OnCarriers,
    OneOf,
    TermBegins,
    Together,
)

COMMON = 2_000_000
"""Subjects; what more of them have is not gathered before it is looked at."""

DENSE, DENSE_TOGETHER = 0.2, 2.0
"""Subjects on each carrier that is seen; what has more is found on the next few carriers.

Of two parts neither says how rarely they meet.
"""
ALIKE = 6
"""Parts with at most so many times as many subjects are gathered whole, and not asked for."""


def driving(
    meaning: Meaning, *, carriers: int | None = None
) -> tuple[Meaning | None, list[Meaning]]:
    """The part whose carriers are gathered first, and the others.

    None where no part is worth gathering: then all carriers are walked through in their order, and
    every part is asked for the bits of each. What is common fills a page with the first of them.
    `carriers` is how many there are, if that is known.
    """
    parts = parts_of(meaning)
    drivers = drivers_of(meaning)
    if not drivers:
        return None, parts
    driver = min(drivers, key=lambda part: part.weight)
    dense = DENSE if len(drivers) == 1 else DENSE_TOGETHER
    if carriers is not None and driver.weight > dense * carriers:
        return None, parts
    return driver, [part for part in parts if part is not driver]


def parts_of(meaning: Meaning) -> list[Meaning]:
    """What has to hold altogether."""
    return list(meaning.parts) if isinstance(meaning, AllOf) else [meaning]


def drivers_of(meaning: Meaning) -> list[Meaning]:
    """The parts whose carriers can be gathered."""
    return [part for part in parts_of(meaning) if can_drive(part)]


def are_alike(part: Meaning, driver: Meaning) -> bool:
    """Whether a part is gathered as soon as the one that drives."""
    return can_drive(part) and part.weight <= ALIKE * driver.weight


def can_drive(meaning: Meaning) -> bool:
    """Whether the carriers of a part are found by an index, and are not most of what there is."""
    if isinstance(meaning, Together):
        return meaning.weight <= COMMON and can_drive(meaning.part)
    if isinstance(meaning, AllOf):
        return any(map(can_drive, meaning.parts))
    if isinstance(meaning, OneOf):
        return meaning.weight <= COMMON and all(map(can_drive, meaning.parts))
    if isinstance(meaning, HasTerm | TermBegins | HasWord | HasLayout):
        return meaning.weight <= COMMON
    return isinstance(meaning, OnCarriers | InScopes | Nowhere)
