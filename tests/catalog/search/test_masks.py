"""Masks are read as Postgres does it best, however long they are."""

import random

import pytest
from django.db import connection

from catalog.search.meanings import Decades
from catalog.search.statement import Values
from catalog.search.term_masks import masks_of_decades, masks_of_terms
from plates.models import DecadeMask, Mask

pytestmark = pytest.mark.django_db

LONGEST = 16_384
"""Positions of masks that a key holds."""
INCLUDED = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
     WHERE i.indexrelid = %s::regclass AND a.attnum > i.indnkeyatts ORDER BY a.attnum
"""
ROWS = "SELECT layer_id, position, bits FROM {masks} m ORDER BY 1"


@pytest.mark.parametrize("key", ["plates_mask_pkey", "plates_decademask_pkey"])
def test_masks_are_read_from_their_key_alone(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INCLUDED, [key])
        assert cursor.fetchall() == [("position",), ("short",)]


def some_masks() -> list[tuple[int, int, str | None]]:
    """Layer, position and bits of masks of any length: of all positions, and of about half of them."""
    drawn = random.Random(1)
    told: list[tuple[int, int, str | None]] = [(1, 5, None)]
    for positions in (96, LONGEST, LONGEST + 1, 30_000, 100_000):
        for letters in ("1", "01"):
            bits = "".join(drawn.choice(letters) for _ in range(positions))
            told.append((len(told) + 1, -bits.count("1"), bits))
    return told


def test_masks_of_any_length_are_kept_and_read_once() -> None:
    told = some_masks()
    for layer, position, bits in told:
        Mask.objects.create(
            term_id=7, layer_id=layer, key_id=1, group=0, position=position, bits=bits
        )
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(masks=masks_of_terms("m.term_id = 7")))
        assert cursor.fetchall() == told


def test_masks_of_decades_of_any_length_are_kept_and_read_once() -> None:
    told = some_masks()
    for number, (layer, position, bits) in enumerate(told):
        of_decade = {"layer_id": layer, "group": 0, "position": position, "bits": bits}
        DecadeMask.objects.create(key_id=1, unit="mol/L", power=-(number % 2), **of_decade)
        DecadeMask.objects.create(key_id=1, unit="g/L", power=-(number % 2), **of_decade)
        DecadeMask.objects.create(key_id=1, unit="mol/L", power=-2, **of_decade)
    values = Values()
    masks = masks_of_decades(values, Decades(1, "mol/L", (-1, 0), ()))
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(masks=masks), values.named)
        assert cursor.fetchall() == told
