"""Keys that not all wells have which could, and values that are likely one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from plates.platemaps.near_duplicates import MOST_LETTERS, NearDuplicates, near_duplicates

MOST_TERMS: Final = 200_000
"""So many different values are looked at for likely typos, key by key."""

# Layers are shared by plates: the bits of a key are put together once for each layer.
_KEYS: Final = """
    WITH told AS (
        SELECT DISTINCT carrier_id, layer_id FROM plates_carrierlayer
         WHERE carrier_id = ANY(%(carriers)s)),
    layer_keys AS (
        SELECT m.layer_id, m.key_id,
               bit_or(coalesce(m.bits, set_bit(repeat('0', l.positions)::varbit,
                                               greatest(m.position, 0), 1))) AS bits
          FROM plates_mask m JOIN plates_layer l ON l.serial = m.layer_id
         WHERE m.layer_id IN (SELECT layer_id FROM told)
         GROUP BY 1, 2),
    filled AS (
        SELECT t.carrier_id, k.key_id, bit_count(bit_or(k.bits)) AS wells
          FROM told t JOIN layer_keys k USING (layer_id)
         GROUP BY 1, 2, length(k.bits)
        UNION ALL
        SELECT r.carrier_id, r.key_id, cardinality(array_remove(r.numbers, NULL))
          FROM plates_readout r WHERE r.carrier_id = ANY(%(carriers)s)
        UNION ALL
        SELECT c.carrier_id, c.key_id, 2147483647
          FROM plates_carrierterm c WHERE c.carrier_id = ANY(%(carriers)s)),
    annotated AS (
        SELECT carrier_id, count(DISTINCT position) AS wells
          FROM plates_annotationrow WHERE carrier_id = ANY(%(carriers)s) GROUP BY 1),
    of_plates AS (
        SELECT f.carrier_id, f.key_id, least(max(f.wells), max(a.wells)) AS wells, max(a.wells) AS of
          FROM filled f JOIN annotated a USING (carrier_id) GROUP BY 1, 2)
    SELECT k.name, sum(p.wells), (SELECT sum(wells) FROM annotated),
           count(*), count(*) FILTER (WHERE p.wells < p.of)
      FROM of_plates p JOIN plates_key k ON k.serial = p.key_id
     GROUP BY k.name
    HAVING sum(p.wells) < (SELECT sum(wells) FROM annotated)
     ORDER BY k.name
"""
_TERMS: Final = """
    WITH told AS (
        SELECT layer_id, count(DISTINCT carrier_id) AS carriers FROM plates_carrierlayer
         WHERE carrier_id = ANY(%(carriers)s) GROUP BY 1),
    used AS (
        SELECT m.term_id, sum(CASE WHEN m.bits IS NULL THEN 1 ELSE -m.position END * told.carriers)
               AS wells
          FROM plates_mask m JOIN told USING (layer_id) GROUP BY 1
        UNION ALL
        SELECT c.term_id, sum(a.positions)
          FROM plates_carrierterm c JOIN plates_carrier a ON a.id = c.carrier_id
         WHERE c.carrier_id = ANY(%(carriers)s) GROUP BY 1)
    SELECT k.name, t.text, sum(used.wells)
      FROM used JOIN plates_term t ON t.serial = used.term_id JOIN plates_key k ON k.serial = t.key_id
     WHERE t.number IS NULL
     GROUP BY 1, 2 ORDER BY 1, 3 DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class KeyInPart:
    """A key that some annotated wells have and others have not."""

    key: str
    wells: int
    of: int
    """All annotated wells."""
    plates: int
    """So many plates have it at all."""
    plates_in_part: int
    """So many of these have it in some of their annotated wells only."""

    @property
    def share(self) -> float:
        """Of the annotated wells, from 0 to 1."""
        return self.wells / self.of


@dataclass(frozen=True, slots=True)
class LikelyTypo:
    """Values of a key that are likely one, and in how many wells each stands."""

    key: str
    found: NearDuplicates
    wells: tuple[int, ...]
    """Of each value; a well that has it in several groups counts for each."""


def keys_in_part(carriers: Sequence[int]) -> list[KeyInPart]:
    """The keys that only a part of the annotated wells has, by name; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, {"carriers": list(carriers)})
        return [KeyInPart(name, *map(int, numbers)) for name, *numbers in cursor]


def likely_typos(carriers: Sequence[int]) -> list[LikelyTypo]:
    """The values of each key that are likely one; one statement."""
    values: dict[str, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, {"carriers": list(carriers), "limit": MOST_TERMS})
        for key, text, wells in cursor:
            values[key][text] = int(wells)
    alike = _alike(values)
    return [
        LikelyTypo(key, found, tuple(counted[text] for text in found.values))
        for key, counted in values.items()
        for found in alike[key]
    ]


def _alike(values: Mapping[str, Mapping[str, int]]) -> dict[str, list[NearDuplicates]]:
    """The near duplicates of each key; all keys together look at as much as one may alone.

    A key gets its part of what is left, those with few values first: what these do not need is
    for the others.
    """
    alike, left = {}, MOST_LETTERS
    for number, key in enumerate(sorted(values, key=lambda key: len(values[key]))):
        letters = left // (len(values) - number)
        alike[key] = near_duplicates(values[key], letters=letters)
        left -= min(letters, sum(map(len, values[key])))
    return alike
