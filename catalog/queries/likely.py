"""A part of a query that is likely to have enough hits: where it has, not all have to be counted."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import connection

from catalog.queries.spread import frequent_part, most_with, needed_terms
from catalog.search.kept_counts import scope_read
from catalog.search.meanings import HasTerm, Meaning, leaves_of
from catalog.search.statement import Values

_MOST_TERMS: Final = 64
_MOST_SCOPES: Final = 64
_MOST_OF_IT: Final = 0.7
"""A larger part of what there is takes as long as all of it."""
_WORTH: Final = 5
"""What has less than so many times as many subjects as are enough is soon gathered whole."""
# Of many terms the product is no number that a database holds: logarithms are added, within bounds.
_OF_A_CONDITION: Final = """
    SELECT s.scope, sum(s.subjects)::float AS subjects FROM plates_termscope s
     WHERE s.term_id = ANY({terms}) AND {scope} = ANY({scopes}::integer[])
     GROUP BY 1
"""
_RICHEST: Final = """
    SELECT x.scope, x.least / x.total AS part, c.likely
      FROM (SELECT scope, min(subjects) AS least, sum(ln(subjects)) AS subjects,
                   sum(min(subjects)) OVER () AS total
              FROM ({conditions}) k WHERE subjects > 0
             GROUP BY scope HAVING count(*) = {others} + 1
             ORDER BY least DESC, scope LIMIT {most}) x
     CROSS JOIN LATERAL (
        SELECT exp(least(50, greatest(-50, x.subjects - {others} * ln(sum(positions))))) AS likely,
               count(*) AS carriers
          FROM plates_carrier WHERE scope = x.scope HAVING sum(positions) > 0) c
     ORDER BY c.likely / c.carriers DESC, x.scope
"""


class Part(NamedTuple):
    """What all hits of a part are hits of, and where they lie."""

    meaning: Meaning
    scopes: tuple[int, ...]


def likely_part(meaning: Meaning, scopes: tuple[int, ...], enough: int) -> Part | None:
    """A part that is likely to have `enough` hits: the most frequent terms, or the richest scopes.

    None where there is none, or where it is most of all.
    """
    part = frequent_part(meaning, scopes, enough=enough)
    if part is not None:
        return Part(part, scopes)
    richest = richest_scopes(meaning, scopes, enough=enough)
    return None if richest is None else Part(meaning, richest)


def richest_scopes(
    meaning: Meaning, scopes: Sequence[int], *, enough: int
) -> tuple[int, ...] | None:
    """Some of the scopes in which about `enough` wells have all terms that are asked for.

    By the counts that are kept, as if a term were as frequent on wells with the others as on all of
    a scope: a guess, and no count. None where other things are asked than terms, and where it
    takes most of what there is.
    """
    leaves = list(needed_terms(meaning))
    if not _are_all(leaves, meaning):
        return None
    if any(most_with(leaf, scopes) < _WORTH * enough for leaf in leaves):
        return None
    values = Values()
    visible = values.add(list(scopes))
    conditions = " UNION ALL ".join(
        _OF_A_CONDITION.format(
            terms=values.add(list(leaf.terms)), scope=scope_read(scopes), scopes=visible
        )
        for leaf in leaves
    )
    others = values.add(len(leaves) - 1)
    most = values.add(_MOST_SCOPES)
    statement = _RICHEST.format(conditions=conditions, others=others, most=most)
    with connection.cursor() as cursor:
        cursor.execute(statement, values.named)
        return _enough_of(cursor.fetchall(), enough)


def _are_all(leaves: Sequence[HasTerm], meaning: Meaning) -> bool:
    """Whether terms, several and not too many, are all that is asked for."""
    terms = sum(len(leaf.terms) for leaf in leaves)
    return 1 < len(leaves) == len(list(leaves_of(meaning))) and terms <= _MOST_TERMS


def _enough_of(richest: Sequence[tuple[int, float, float]], enough: int) -> tuple[int, ...] | None:
    chosen: list[int] = []
    part_of_it = found = 0.0
    for scope, part, likely in richest:
        chosen.append(scope)
        part_of_it += part
        found += likely
        if part_of_it > _MOST_OF_IT:
            return None
        if found >= enough:
            return tuple(sorted(chosen))
    return None
