"""Which keys of annotation anything has at some positions, asked of the search index."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import connection

_AMONG: Final = "unnest(%(carriers)s::integer[], %(bits)s::varbit[]) AS h (carrier, bits)"
# Masks are looked up for each layer: joined with the positions by themselves, which Postgres may
# hold for the better, they would be compared with those of carriers of other sizes.
_WITH_TERMS: Final = f"""
    SELECT k.key FROM unnest(%(keys)s::smallint[]) AS k (key)
     WHERE EXISTS (SELECT 1 FROM {_AMONG}
                     JOIN plates_carrierlayer l ON l.carrier_id = h.carrier
                    CROSS JOIN LATERAL (
                        SELECT m.position, m.bits FROM plates_mask m
                         WHERE m.layer_id = l.layer_id AND m.key_id = k.key OFFSET 0) m
                    WHERE CASE WHEN m.bits IS NULL THEN get_bit(h.bits, m.position) = 1
                               ELSE bit_count(m.bits & h.bits) > 0 END)
        OR EXISTS (SELECT 1 FROM plates_carrierterm t
                    WHERE t.carrier_id = ANY(%(carriers)s) AND t.key_id = k.key)
"""  # noqa: S608 - of constants
_WITH_READOUTS: Final = f"""
    SELECT k.key FROM unnest(%(keys)s::smallint[]) AS k (key)
     WHERE EXISTS (SELECT 1 FROM {_AMONG}
                     JOIN plates_readout r ON r.carrier_id = h.carrier AND r.key_id = k.key
                    CROSS JOIN LATERAL unnest(r.numbers) WITH ORDINALITY AS n (number, place)
                    WHERE n.number IS NOT NULL AND n.place <= length(h.bits)
                      AND get_bit(h.bits, n.place::integer - 1) = 1)
"""  # noqa: S608 - of constants
_WITH_TEXTS: Final = f"""
    SELECT DISTINCT r.plate_map_id, c.number
      FROM {_AMONG}
      JOIN plates_annotationrow r ON r.carrier_id = h.carrier
     CROSS JOIN LATERAL unnest(r.text_columns) AS c (number)
     WHERE r.plate_map_id = ANY(%(plate_maps)s) AND r.position < length(h.bits)
       AND get_bit(h.bits, r.position) = 1
"""  # noqa: S608 - of constants
_UNITS: Final = """
    SELECT DISTINCT s.key_id, t.unit
      FROM plates_termscope s JOIN plates_term t ON t.serial = s.term_id
     WHERE s.key_id = ANY(%s) AND s.scope = ANY(%s) AND t.number IS NOT NULL
     ORDER BY 1, 2
"""
_MAPS_OF_TREATMENTS: Final = """
    SELECT c.plate_map_id, greatest(1, count(DISTINCT c."group") FILTER (WHERE c."group" <> 0))
      FROM plates_platemapcolumn c
      JOIN plates_key k ON k.serial = c.key_id
      JOIN plates_platemap m ON m.serial = c.plate_map_id
     WHERE k.family = 'treatment' AND m.scope = ANY(%s)
     GROUP BY 1
"""
_SEVERAL_ROWS: Final = f"""
    SELECT 1 FROM {_AMONG} JOIN plates_annotationrow r ON r.carrier_id = h.carrier
     GROUP BY r.carrier_id, r.position HAVING count(*) > 1 LIMIT 1
"""  # noqa: S608 - of constants
_SEVERAL_GROUPS: Final = f"""
    SELECT 1
      FROM {_AMONG}
      JOIN plates_annotationrow r ON r.carrier_id = h.carrier
      JOIN unnest(%(plate_maps)s::integer[], %(groups)s::integer[]) AS w (plate_map, groups)
        ON w.plate_map = r.plate_map_id
     GROUP BY r.carrier_id, r.position HAVING sum(w.groups) > 1 LIMIT 1
"""  # noqa: S608 - of constants

Positions = Mapping[int, str]
"""The positions that are asked about, as bits by carrier."""


def keys_with_terms(among: Positions, keys: Sequence[int]) -> set[int]:
    """Those of some keys of which a term holds at one of the positions."""
    return {key for (key,) in _rows(_WITH_TERMS, among, keys=list(keys))}


def keys_with_readouts(among: Positions, keys: Sequence[int]) -> set[int]:
    """Those of some keys that have a number at one of the positions."""
    return {key for (key,) in _rows(_WITH_READOUTS, among, keys=list(keys))}


def keys_with_texts(among: Positions, columns: Mapping[tuple[int, int], int]) -> set[int]:
    """Those of some keys that have text at one of the positions.

    `columns` are the keys of the columns that hold it, by plate map and number.
    """
    maps = sorted({plate_map for plate_map, _ in columns})
    rows = _rows(_WITH_TEXTS, among, plate_maps=maps)
    return {
        columns[plate_map, number] for plate_map, number in rows if (plate_map, number) in columns
    }


def units_of(keys: Sequence[int], scopes: Sequence[int]) -> dict[int, list[str]]:
    """The base units in which anything of some scopes has the numbers of keys."""
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, [list(keys), list(scopes)])
        for key, unit in cursor:
            found.setdefault(key, []).append(unit)
    return found


def may_have_several_treatments(among: Positions, scopes: Sequence[int]) -> bool:
    """Whether a position may have more than one treatment; False where certainly none has.

    The quick question is asked first, and of an index alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAPS_OF_TREATMENTS, [list(scopes)])
        groups = dict(cursor.fetchall())
    if max(groups.values(), default=0) <= 1 and not _rows(_SEVERAL_ROWS, among):
        return False
    told = {"plate_maps": list(groups), "groups": list(groups.values())}
    return bool(_rows(_SEVERAL_GROUPS, among, **told))


def _rows(statement: str, among: Positions, **more: Sequence[int]) -> list[tuple[int, ...]]:
    told: dict[str, list[int] | list[str]] = {"carriers": list(among), "bits": list(among.values())}
    told |= {name: list(values) for name, values in more.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows
