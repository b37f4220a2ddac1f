"""Terms that are told as another: the rows say what the files say, and whoever reads them is told this."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from django.db import connection

from plates.arrays import array_of
from plates.models import TermMerge
from plates.platemaps.layers import Integers

_TOLD: Final = """
    SELECT t.serial,
           CASE WHEN o.serial IS NULL THEN t.text ELSE o.text END,
           CASE WHEN o.serial IS NULL THEN t.number ELSE o.number END,
           CASE WHEN o.serial IS NULL THEN t.unit ELSE o.unit END,
           CASE WHEN o.serial IS NULL THEN t.curie ELSE o.curie END
      FROM plates_term t
      LEFT JOIN (plates_termmerge m JOIN plates_term o ON o.serial = m.into_id)
        ON m.term_id = t.serial
     WHERE t.serial = ANY(%s::integer[])
"""
_CARRIERS: Final = """
    SELECT k.carrier_id FROM plates_mask m JOIN plates_carrierlayer k ON k.layer_id = m.layer_id
     WHERE m.term_id = ANY(%(terms)s)
     UNION
    SELECT c.carrier_id FROM plates_carrierterm c WHERE c.term_id = ANY(%(terms)s)
     ORDER BY 1
"""
_BY_SCOPE: Final = """
    SELECT term_id, scope, sum(subjects) FROM plates_termscope
     WHERE term_id = ANY(%s) GROUP BY 1, 2 HAVING sum(subjects) <> 0
"""
_VALUES: Final = """
    SELECT t.serial, t.text, sum(s.subjects)
      FROM plates_termscope s JOIN plates_term t ON t.serial = s.term_id
     WHERE s.key_id = %(key)s AND t.number IS NULL
     GROUP BY 1, 2 HAVING sum(s.subjects) > 0
     ORDER BY 3 DESC, 1 LIMIT %(most)s
"""


def merged_terms() -> Mapping[int, int]:
    """The terms that are told as another, and as which; they are few, and made by hand."""
    return dict(TermMerge.objects.order_by().values_list("term_id", "into_id"))


def told_as(terms: Integers, merged: Mapping[int, int]) -> Integers:
    """Serials of terms with those in place of which others are told."""
    if not merged or not len(terms):
        return terms
    known = np.array(sorted(merged), dtype=np.int64)
    others = np.array([merged[term] for term in known.tolist()], dtype=np.int64)
    places = np.minimum(np.searchsorted(known, terms), len(known) - 1)
    return np.where(known[places] == terms, others[places], terms)


def values_told(serials: Iterable[int]) -> dict[int, tuple[str, float | None, str, str]]:
    """Text, number, unit and ontology id of terms, as they are told; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [array_of(serials)])
        return {row[0]: row[1:] for row in cursor.fetchall()}


def carriers_with(terms: Sequence[int]) -> list[int]:
    """The carriers of which the index has some of these terms; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CARRIERS, {"terms": list(terms)})
        return [carrier for (carrier,) in cursor]


def subjects_by_scope(terms: Sequence[int]) -> dict[tuple[int, int], int]:
    """How many wells and images have each term, by term and scope; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_SCOPE, [list(terms)])
        return {(term, scope): int(subjects) for term, scope, subjects in cursor}


def values_of_key(key: int, *, most: int) -> list[tuple[int, str, int]]:
    """The words of a key that something has: serial, text, how many; the commonest first."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, {"key": key, "most": most})
        return [(serial, text, int(subjects)) for serial, text, subjects in cursor]
