"""The primary key of masks holds all that a search for terms reads of them.

Rows of a term lie one in each layer, which is a page of the table for almost every row: gathering a
frequent term read 8,000 pages for 23,000 masks, and reads 250 of the key. Django has no word for the
columns that a primary key includes.
"""

from django.db import migrations

INCLUDING = """
    ALTER TABLE plates_mask DROP CONSTRAINT plates_mask_pkey;
    ALTER TABLE plates_mask ADD PRIMARY KEY (term_id, layer_id, "group") INCLUDE (position, bits);
"""
WITHOUT = """
    ALTER TABLE plates_mask DROP CONSTRAINT plates_mask_pkey;
    ALTER TABLE plates_mask ADD PRIMARY KEY (term_id, layer_id, "group");
"""


class Migration(migrations.Migration):
    dependencies = [("plates", "0001_initial")]

    operations = [migrations.RunSQL(INCLUDING, WITHOUT)]
