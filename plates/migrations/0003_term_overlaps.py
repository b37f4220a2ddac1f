import django.db.models.deletion
from django.db import migrations, models

# Of most keys a well has one term: only where a layer has more terms than positions with any, or a
# plate a key from two sides, are they put together, as `plates/services/term_counts.py` does it.
FILLED = """
    SET LOCAL statement_timeout = 0;
    INSERT INTO plates_termoverlap (key_id, scope, surplus)
    WITH of_layers AS (
            SELECT m.layer_id, m.key_id,
                   sum(CASE WHEN m.bits IS NULL THEN 1 ELSE bit_count(m.bits) END) AS times,
                   bit_count(bit_or(COALESCE(m.bits, set_bit(
                        repeat('0', l.positions)::varbit, m.position, 1)))) AS positions
              FROM plates_mask m JOIN plates_layer l ON l.serial = m.layer_id
             WHERE COALESCE(length(m.bits) = l.positions, m.position < l.positions)
             GROUP BY 1, 2
         ),
         several AS (
            SELECT k.carrier_id, l.key_id
              FROM of_layers l JOIN plates_carrierlayer k ON k.layer_id = l.layer_id
             WHERE l.times > l.positions
             UNION
            SELECT carrier_id, key_id
              FROM (SELECT k.carrier_id, l.key_id
                      FROM of_layers l JOIN plates_carrierlayer k ON k.layer_id = l.layer_id
                     UNION ALL
                    SELECT carrier_id, key_id FROM plates_carrierterm) sides
             GROUP BY 1, 2 HAVING count(*) > 1
         ),
         held AS (
            SELECT s.key_id, c.id AS carrier, c.scope, s.term_id, c.occupied & bit_or(
                       COALESCE(s.bits, set_bit(c.occupied # c.occupied, s.position, 1))) AS bits
              FROM plates_carrier c JOIN (
                    SELECT w.carrier_id, m.key_id, m.term_id, m.position, m.bits
                      FROM several w
                      JOIN plates_carrierlayer k ON k.carrier_id = w.carrier_id
                      JOIN plates_mask m ON m.layer_id = k.layer_id AND m.key_id = w.key_id
                     UNION ALL
                    SELECT t.carrier_id, t.key_id, t.term_id, -1, o.occupied
                      FROM several w
                      JOIN plates_carrierterm t
                        ON t.carrier_id = w.carrier_id AND t.key_id = w.key_id
                      JOIN plates_carrier o ON o.id = t.carrier_id
                   ) s ON s.carrier_id = c.id
                      AND COALESCE(length(s.bits) = length(c.occupied),
                                   s.position < length(c.occupied))
             GROUP BY s.key_id, c.id, s.term_id
         )
    SELECT key_id, scope, sum(surplus)
      FROM (SELECT key_id, scope, sum(bit_count(bits)) - bit_count(bit_or(bits)) AS surplus
              FROM held GROUP BY key_id, scope, carrier) of_carriers
     GROUP BY 1, 2 HAVING sum(surplus) <> 0;
"""


class Migration(migrations.Migration):
    dependencies = [("plates", "0002_masks_read_from_their_key")]

    operations = [
        migrations.CreateModel(
            name="TermOverlap",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("scope", models.IntegerField()),
                (
                    "surplus",
                    models.IntegerField(help_text="Wells and images; negative takes away."),
                ),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plates.key",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        fields=["key", "scope"], include=("surplus",), name="overlaps_of_a_key"
                    )
                ],
            },
        ),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
    ]
