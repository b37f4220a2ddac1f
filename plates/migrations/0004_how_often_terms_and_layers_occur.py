"""Postgres learns how often more of the terms and layers occur that masks are of.

By the hundred most frequent that it remembers unasked, it took terms for a tenth of what they are,
and sorted masks to merge them rather than put them into a hash. Very long masks are read by the key
as well since masks are read as one relation, so that their own index goes.
"""

from django.db import migrations

MORE = """
    SET LOCAL statement_timeout = 0;
    DROP INDEX long_masks_of_a_term;
    ALTER TABLE plates_mask ALTER term_id SET STATISTICS 1000, ALTER layer_id SET STATISTICS 1000;
    -- Of a table that is known to be empty too little would be expected until it is looked at again.
    DO $$ BEGIN
        IF EXISTS (SELECT FROM plates_mask) THEN ANALYZE plates_mask (term_id, layer_id); END IF;
    END $$;
"""
AS_BEFORE = """
    SET LOCAL statement_timeout = 0;
    ALTER TABLE plates_mask ALTER term_id SET STATISTICS -1, ALTER layer_id SET STATISTICS -1;
    CREATE INDEX long_masks_of_a_term ON plates_mask (term_id) WHERE position < -16384;
"""


class Migration(migrations.Migration):
    dependencies = [("plates", "0003_term_overlaps")]

    operations = [migrations.RunSQL(MORE, AS_BEFORE)]
