"""Terms that are one value: written differently, and found by the same words or number."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from plates.models import Term
from plates.platemaps.quantities import render
from plates.platemaps.values import Value

NEARLY: Final = 1e-9
"""Numbers this close, relative to their size, are one, as in queries."""


@dataclass(slots=True)
class Merged:
    """A value, the terms that say it, and how many subjects have any of them."""

    text: str
    terms: list[int]
    counts: list[int]
    """Of each term."""
    count: int
    """At first the sum of these: too many where a subject has several of the terms."""


def twins_of(keys: Iterable[int]) -> dict[int, str]:
    """The terms of keys that share their words with others, and these words."""
    rows = Term.objects.filter(key__in=list(keys), is_twin=True).order_by()
    return dict(rows.values_list("serial", "folded"))


def merged_terms(
    counted: Mapping[int, int], twins: Mapping[int, str], *, are_numbers: bool
) -> list[Merged]:
    """The values that some terms of a key are, in any order.

    Of a key of numbers those terms that are none are left out: nothing finds them.
    """
    rows = Term.objects.filter(serial__in=list(counted)).order_by("number", "serial")
    if are_numbers:
        numbers = rows.filter(number__isnull=False).values_list("serial", "number", "unit")
        return [
            merged(counted, terms, text=written(number, unit))
            for terms, number, unit in alike(numbers)
        ]
    texts = dict(rows.values_list("serial", "text"))
    classes: dict[object, list[int]] = {}
    for term in texts:
        classes.setdefault(twins.get(term, term), []).append(term)
    return [
        merged(counted, terms, text=texts[max(terms, key=lambda term: (counted[term], -term))])
        for terms in classes.values()
    ]


def written(number: float, unit: str) -> str:
    """A number in a unit that people read, without the dust of conversions; it finds itself."""
    return render(Value("", number=float(f"{number:.10g}"), unit=unit))


def merged(counted: Mapping[int, int], terms: list[int], *, text: str) -> Merged:
    """Some terms as one value."""
    counts = [counted[term] for term in terms]
    return Merged(text, terms, counts, sum(counts))


def alike(
    numbers: Iterable[tuple[int, float | None, str]],
) -> Iterator[tuple[list[int], float, str]]:
    """Terms of nearly the same number and the same unit together; numbers come in order."""
    classes: dict[str, list[tuple[list[int], float, str]]] = {}
    for term, number, unit in numbers:
        if number is None:
            continue
        of_unit = classes.setdefault(unit, [])
        if of_unit and number - of_unit[-1][1] <= abs(number) * NEARLY:
            of_unit[-1][0].append(term)
        else:
            of_unit.append(([term], number, unit))
    for of_unit in classes.values():
        yield from of_unit
