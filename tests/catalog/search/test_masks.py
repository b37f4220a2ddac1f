"""Masks are read as Postgres does it best."""

import pytest
from django.db import connection

INCLUDED = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
     WHERE i.indexrelid = 'plates_mask_pkey'::regclass AND a.attnum > i.indnkeyatts ORDER BY a.attnum
"""


@pytest.mark.django_db
def test_the_masks_of_a_term_are_read_from_their_key_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(INCLUDED)
        assert cursor.fetchall() == [("position",), ("bits",)]
