"""How widely the hits of a query are spread: what decides how they are looked for."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection
from django.db.models import Sum

from catalog.search.meanings import AllOf, HasTerm, Meaning, OneOf, Together
from catalog.search.places import Shape
from plates.models import Carrier, Plate, TermScope
from plates.states import CarrierKind

_FEW_TERMS: Final = 8
_SCOPES: Final = """
    SELECT v.scope FROM unnest(%s::integer[]) AS v (scope) WHERE {conditions} ORDER BY 1
"""
_HAS_ONE: Final = (
    "EXISTS (SELECT FROM plates_termscope s "
    "WHERE s.term_id = ANY(%s::integer[]) AND s.scope = v.scope)"
)


def scopes_with_all(meaning: Meaning, scopes: Sequence[int]) -> tuple[int, ...]:
    """Those of some scopes in which every term is found that all hits must have."""
    needed = [leaf.terms for leaf in needed_terms(meaning) if len(leaf.terms) <= _FEW_TERMS]
    if not needed:
        return tuple(scopes)
    statement = _SCOPES.format(conditions=" AND ".join([_HAS_ONE] * len(needed)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(scopes), *(list(terms) for terms in needed)])
        return tuple(scope for (scope,) in cursor.fetchall())


def needed_terms(meaning: Meaning) -> Iterator[HasTerm]:
    """The leaves of terms of which each hit has every one."""
    if isinstance(meaning, HasTerm):
        yield meaning
    elif isinstance(meaning, Together):
        yield from needed_terms(meaning.part)
    elif isinstance(meaning, AllOf):
        for part in meaning.parts:
            yield from needed_terms(part)


def least_count(meaning: Meaning, scopes: Sequence[int]) -> int:
    """So many wells at least have what is asked, by the counts of terms that are kept; 0 if unknown.

    Images that stand alone are counted among them, so that all positions of these are taken off.
    """
    terms = sufficient_terms(meaning)
    if not terms:
        return 0
    counted = TermScope.objects.filter(term__in=terms, scope__any=scopes).order_by()
    most = counted.values("term").annotate(n=Sum("subjects")).values_list("n", flat=True)
    images = Carrier.objects.filter(scope__any=scopes, kind=CarrierKind.IMAGES.value)
    positions = images.aggregate(n=Sum("positions"))["n"] or 0
    return max(0, max(most, default=0) - positions)


def sufficient_terms(meaning: Meaning) -> tuple[int, ...]:
    """The terms each of which alone makes a hit; none where more than a term is asked."""
    if isinstance(meaning, HasTerm):
        return meaning.terms
    if isinstance(meaning, Together):
        return sufficient_terms(meaning.part)
    if isinstance(meaning, AllOf) and len(meaning.parts) == 1:
        return sufficient_terms(meaning.parts[0])
    if isinstance(meaning, OneOf):
        return tuple(term for part in meaning.parts for term in sufficient_terms(part))
    return ()


def carriers_in(scopes: Sequence[int]) -> int:
    """How many carriers of any kind there are in some scopes."""
    return Carrier.objects.filter(scope__any=scopes).count()


def shapes_in(scopes: Sequence[int]) -> list[Shape]:
    """The shapes of the plates in some scopes, a handful."""
    rows = Plate.objects.filter(scope__any=scopes).order_by().values_list("rows", "columns")
    return [Shape(*shape) for shape in rows.distinct()]
