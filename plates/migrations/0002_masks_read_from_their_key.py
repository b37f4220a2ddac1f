"""The primary key of masks holds all that a search for terms reads of them.

Rows of a term lie one in each layer, which is a page of the table for almost every row: gathering a
frequent term read 8,000 pages for 23,000 masks, and reads 440 of the key. A row of an index is no
longer than 2,704 bytes: the bits of more than 16,384 positions, which only stores of very many
images have, stay in the table, and are found by an index of their own. Django has no word for
columns that a primary key includes.
"""

from django.db import migrations

INCLUDING = """
    SET LOCAL statement_timeout = 0;
    ALTER TABLE plates_mask ADD COLUMN short varbit
        GENERATED ALWAYS AS (CASE WHEN position >= -16384 THEN bits END) STORED;
    ALTER TABLE plates_mask DROP CONSTRAINT plates_mask_pkey;
    ALTER TABLE plates_mask ADD PRIMARY KEY (term_id, layer_id, "group") INCLUDE (position, short);
    CREATE INDEX long_masks_of_a_term ON plates_mask (term_id) WHERE position < -16384;
"""
WITHOUT = """
    SET LOCAL statement_timeout = 0;
    DROP INDEX long_masks_of_a_term;
    ALTER TABLE plates_mask DROP CONSTRAINT plates_mask_pkey;
    ALTER TABLE plates_mask ADD PRIMARY KEY (term_id, layer_id, "group");
    ALTER TABLE plates_mask DROP COLUMN short;
"""


class Migration(migrations.Migration):
    dependencies = [("plates", "0001_initial")]

    operations = [migrations.RunSQL(INCLUDING, WITHOUT)]
