"""The key of masks holds those of up to 16,384 positions, however many of these are set.

It held those with as many bits set: where a store has more images, one of a term on half of them
was longer than a row of an index may be, and its import failed.
"""

from django.db import migrations

ANEW = """
    SET LOCAL statement_timeout = 0;
    ALTER TABLE plates_mask DROP CONSTRAINT plates_mask_pkey, DROP COLUMN short;
    ALTER TABLE plates_mask ADD COLUMN short varbit
        GENERATED ALWAYS AS (CASE WHEN {is_short} THEN bits END) STORED;
    ALTER TABLE plates_mask ADD PRIMARY KEY (term_id, layer_id, "group") INCLUDE (position, short);
"""


class Migration(migrations.Migration):
    dependencies = [("plates", "0008_doses_by_decade")]

    operations = [
        migrations.RunSQL(
            ANEW.format(is_short="length(bits) <= 16384"),
            ANEW.format(is_short="position >= -16384"),
        )
    ]
