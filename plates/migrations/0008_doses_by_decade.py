"""Numbers of each layer by decade, so that a range of doses is asked for by a few masks.

As with masks, the primary key holds all that a search reads, for which Django has no word. Layers
that older workers write have no decades, and ranges do not find them, whichever plates share them:
once these workers are replaced, `searchindex --repair` writes what is missing.
"""

from django.db import migrations, models
from django.db.models import Q

import plates.models.bits

INCLUDING = """
    SET LOCAL statement_timeout = 0;
    ALTER TABLE plates_decademask ADD COLUMN short varbit
        GENERATED ALWAYS AS (CASE WHEN length(bits) <= 16384 THEN bits END) STORED;
    ALTER TABLE plates_decademask DROP CONSTRAINT plates_decademask_pkey;
    ALTER TABLE plates_decademask
        ADD PRIMARY KEY (key_id, unit, power, layer_id, "group") INCLUDE (position, short);
"""
BELOW = [repr(float(f"1e{power}") * (1 - 1e-12)) for power in range(-30, 31)]
EDGES = f"'{{{','.join(BELOW)}}}'::float8[]"
FILLED = f"""
    INSERT INTO plates_decademask (key_id, unit, power, layer_id, "group", position, bits)
    SELECT key_id, unit, power, layer_id, "group",
           CASE WHEN bit_count(bits) = 1 THEN position ELSE -bit_count(bits) END,
           CASE WHEN bit_count(bits) > 1 THEN bits END
      FROM (SELECT m.key_id, t.unit, width_bucket(t.number, {EDGES}) - 31 AS power,
                   m.layer_id, m."group", max(m.position) AS position,
                   bit_or(COALESCE(m.bits, set_bit(repeat('0', l.positions)::varbit, m.position, 1)))
                       AS bits
              FROM plates_term t
              JOIN plates_mask m ON m.term_id = t.serial
              JOIN plates_layer l ON l.serial = m.layer_id
             WHERE t.number >= {BELOW[0]} AND t.number < {BELOW[-1]}
             GROUP BY 1, 2, 3, 4, 5) d;
"""  # noqa: S608 - constants


class Migration(migrations.Migration):
    dependencies = [("plates", "0007_sufficient_layers")]

    operations = [
        migrations.CreateModel(
            name="DecadeMask",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key_id",
                        "unit",
                        "power",
                        "layer_id",
                        "group",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key_id", models.SmallIntegerField()),
                ("unit", models.CharField(max_length=16)),
                (
                    "power",
                    models.SmallIntegerField(help_text="Of ten: 0 is from 1 to below 10."),
                ),
                ("layer_id", models.IntegerField()),
                ("group", models.SmallIntegerField()),
                (
                    "position",
                    models.IntegerField(help_text="The only one; or the number of bits, negated."),
                ),
                ("bits", plates.models.bits.BitsField(null=True)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["layer_id"], name="decades_of_a_layer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(position__gte=0, bits__isnull=True)
                        | Q(position__lt=0, bits__isnull=False),
                        name="a_decade_mask_is_a_position_or_bits",
                    )
                ],
            },
        ),
        migrations.RunSQL(INCLUDING, migrations.RunSQL.noop),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
    ]
