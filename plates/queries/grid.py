"""What plate maps say of all wells of a plate at once, out of the index: each value told once."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db import connection

from plates.models import Readout

_TERMS: Final = """
    SELECT t.serial, y.name, t.text, t.number, t.unit, s.position, s.bits
      FROM (SELECT m.term_id, m.position, m.bits
              FROM plates_carrierlayer k JOIN plates_mask m ON m.layer_id = k.layer_id
             WHERE k.carrier_id = %(carrier)s
             UNION ALL
            SELECT c.term_id, -1, NULL FROM plates_carrierterm c WHERE c.carrier_id = %(carrier)s) s
      JOIN plates_term t ON t.serial = s.term_id
      JOIN plates_key y ON y.serial = t.key_id
     ORDER BY y.name, t.number NULLS LAST, t.folded, t.serial
"""


@dataclass(frozen=True, slots=True)
class GridTerm:
    """A value that some wells of a plate have."""

    key: str
    text: str
    number: float | None
    """In `unit`; None for words."""
    unit: str


@dataclass(frozen=True, slots=True)
class GridAnnotation:
    """What is said of the wells of a plate."""

    terms: list[GridTerm]
    """By key, numbers before words, in their order."""
    by_position: dict[int, list[int]]
    """Which of the terms each position has, by their places in the list."""
    readouts: dict[str, list[float | None]]
    """A number for each position, by key."""


def annotation_on(carrier: int, positions: int) -> GridAnnotation:
    """What is said of the positions of a carrier; two statements, however many there are."""
    terms: dict[int, int] = {}
    told: list[GridTerm] = []
    by_position: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, {"carrier": carrier})
        for serial, key, text, number, unit, position, bits in cursor:
            if serial not in terms:
                terms[serial] = len(told)
                told.append(GridTerm(key, text, number, unit))
            for place in _places(position, bits, positions):
                by_position[place].add(terms[serial])
    readouts = Readout.objects.filter(carrier=carrier).order_by("key__name")
    return GridAnnotation(
        told,
        {place: sorted(numbers) for place, numbers in by_position.items()},
        dict(readouts.values_list("key__name", "numbers")),
    )


def _places(position: int, bits: str | None, positions: int) -> "range | list[int]":
    if bits is not None:
        return [place for place, bit in enumerate(bits) if bit == "1"]
    return range(positions) if position < 0 else range(position, position + 1)
