"""Terms that a viewer may see: how many subjects have each, and which are nearly a text."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from django.db import connection, transaction

from catalog.search.kept_counts import scope_read
from catalog.search.meanings import WHOLE
from catalog.search.statement import Values
from plates.arrays import array_of, unplanned

FEW: Final = 500
"""So many terms are named and weighed one by one; more are told by what they have in common."""
MOST: Final = 5_000
SHORT: Final = 8
LIKENESS_OF_SHORT, LIKENESS = 0.35, 0.55
"""The share of trigrams below which terms are not looked at: one wrong letter spoils three."""
CUTOFF: Final = 0.7
SHORTEST_WORD, LONGEST_WORD = 3, 60
MOST_NEAR: Final = 3

_WEIGHED: Final = """
    WITH t AS MATERIALIZED (
            SELECT serial, number FROM plates_term WHERE {condition} LIMIT {limit}),
         n AS MATERIALIZED (SELECT count(*) AS terms FROM t)
    SELECT t.serial, t.number,
           CASE WHEN n.terms >= {limit} THEN 1
           WHEN n.terms <= {few} THEN
               (SELECT CASE WHEN sum(s.subjects) > 0 THEN 1 + sum(s.subjects) / (
                            CASE WHEN EXISTS (SELECT FROM plates_carrierterm c
                                               WHERE c.term_id = t.serial) THEN {whole} ELSE 1 END)
                       ELSE 0 END
                  FROM plates_termscope s
                 WHERE s.term_id = t.serial AND {scope} = ANY({scopes}::integer[]))::integer
           WHEN EXISTS (SELECT FROM plates_termscope s
                         WHERE s.term_id = t.serial AND s.scope = ANY({looked_at})) THEN 1000
           ELSE 0 END
      FROM t CROSS JOIN n
"""
_NEAR: Final = f"""
    SELECT folded, min(text), word_similarity(%(text)s, folded) AS likeness
      FROM (SELECT t.folded, left(t.text, 100) AS text FROM plates_term t
             WHERE %(text)s <%% t.folded AND (%(key)s::integer IS NULL OR t.key_id = %(key)s)
               AND EXISTS (SELECT FROM plates_termscope s
                            WHERE s.term_id = t.serial AND s.scope = ANY({unplanned("%(scopes)s")}))
             LIMIT 2000) t
     GROUP BY folded ORDER BY likeness DESC, folded LIMIT 100
"""  # noqa: S608 - a constant of this file


class Weighed(NamedTuple):
    """A term, its number in its base unit if it has one, and how much it weighs."""

    serial: int
    number: float | None
    weight: int


def weighed(
    condition: str, values: Values, scopes: Sequence[int], *, most: int = MOST
) -> dict[int, int]:
    """The serials of terms for which a condition holds with their weights, as `weighed_terms` tells."""
    return {
        term.serial: term.weight for term in weighed_terms(condition, values, scopes, most=most)
    }


def weighed_terms(
    condition: str, values: Values, scopes: Sequence[int], *, most: int = MOST
) -> list[Weighed]:
    """The terms for which a condition holds with their weights; one statement.

    The weight is 0 for those that nothing visible has, and else about how many visible subjects
    have the term; of terms that whole carriers have `WHOLE` weigh as one, since these are found at
    once. Of many terms it is a guess. Where there are more than `most`, one more comes, and none is
    weighed.
    """
    visible = values.add(list(scopes))
    statement = _WEIGHED.format(
        condition=condition,
        limit=values.add(most + 1),
        few=values.add(FEW),
        scope=scope_read(scopes),
        scopes=visible,
        looked_at=unplanned(visible),
        whole=WHOLE,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values.named)
        return [Weighed(*row) for row in cursor.fetchall()]


def are_weighed(found: dict[int, int]) -> bool:
    """Whether `weighed` has weighed each of the terms, rather than guessed."""
    return len(found) <= FEW


def heaviest_first(found: dict[int, int]) -> tuple[int, ...]:
    """The terms that anything visible has, by their weights."""
    seen = [serial for serial, weight in found.items() if weight > 0]
    return tuple(sorted(seen, key=lambda serial: (-found[serial], serial)))


def near_terms(text: str, scopes: Sequence[int], *, key: int | None = None) -> list[str]:
    """Up to three visible terms of a key, or words of any, that are nearly a folded text."""
    if not SHORTEST_WORD <= len(text) <= LONGEST_WORD:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        likeness = LIKENESS_OF_SHORT if len(text) <= SHORT else LIKENESS
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(likeness)]
        )
        cursor.execute(_NEAR, {"text": text, "key": key, "scopes": array_of(scopes)})
        found = {folded: written for folded, written, _ in cursor.fetchall()}
    if key is None:
        found = {word: word for folded in found for word in folded.split()}
    near = get_close_matches(text, [one for one in found if one != text], MOST_NEAR, CUTOFF)
    return [found[folded] for folded in near]


def did_you_mean(near: Sequence[str]) -> str:
    """A question that names what is near, with a blank before it; nothing if nothing is."""
    return f" Did you mean {' or '.join(near)}?" if near else ""
