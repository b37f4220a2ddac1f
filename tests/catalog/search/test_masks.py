"""Masks are read as Postgres does it best, however long they are."""

import random

import pytest
from django.db import connection

from catalog.search.term_masks import LONGEST, masks_of_terms
from plates.models import Mask

pytestmark = pytest.mark.django_db

INCLUDED = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
     WHERE i.indexrelid = 'plates_mask_pkey'::regclass AND a.attnum > i.indnkeyatts ORDER BY a.attnum
"""
ROWS = f"SELECT layer_id, position, bits FROM {masks_of_terms('m.term_id = 7')} m ORDER BY 1"


def test_the_masks_of_a_term_are_read_from_their_key_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(INCLUDED)
        assert cursor.fetchall() == [("position",), ("short",)]


def test_masks_of_any_length_are_kept_and_read_once() -> None:
    drawn = random.Random(1)
    expected: list[tuple[int, int, str | None]] = [(1, 5, None)]
    for layer, positions in enumerate((96, LONGEST, LONGEST + 1, 100_000), start=2):
        bits = "".join(drawn.choice("01") for _ in range(positions))
        expected.append((layer, -positions, bits))
    for layer, position, bits_told in expected:
        Mask.objects.create(
            term_id=7, layer_id=layer, key_id=1, group=0, position=position, bits=bits_told
        )
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        assert cursor.fetchall() == expected
