"""Of each layer on a plate, whether it alone tells what is there of its keys.

What is not marked is looked at besides, and a layer that older workers write is not. They leave a
mark where it is when they put another layer beside it or take a well away: once they are replaced,
`searchindex --repair` finds that.
"""

from django.db import migrations, models

MARKED = """
    SET LOCAL statement_timeout = 0;
    UPDATE plates_carrierlayer k SET suffices = TRUE
      FROM (SELECT carrier_id, layer_id
              FROM (SELECT carrier_id, layer_id,
                           count(*) OVER (PARTITION BY carrier_id, key_id) AS times
                      FROM (SELECT l.carrier_id, l.layer_id, y.key_id
                              FROM plates_carrierlayer l
                              JOIN plates_keymask y ON y.layer_id = l.layer_id
                             UNION ALL
                            SELECT carrier_id, NULL, key_id FROM plates_carrierterm) keys) t
             WHERE layer_id IS NOT NULL
             GROUP BY 1, 2 HAVING max(times) = 1) n
      JOIN plates_carrier c ON c.id = n.carrier_id
     WHERE n.carrier_id = k.carrier_id AND n.layer_id = k.layer_id
       AND c.kind = 'plate' AND c.positions = bit_count(c.occupied);
"""


class Migration(migrations.Migration):
    dependencies = [("plates", "0006_carriers_with_gaps")]

    operations = [
        migrations.AddField(
            model_name="carrierlayer",
            name="suffices",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "Each position of the plate has a well, and no other layer or constant of it has a key "
                    "of this one: what it says is all there is of its keys."
                ),
            ),
        ),
        migrations.RemoveConstraint(model_name="carrierlayer", name="a_carrier_has_a_layer_once"),
        migrations.RunSQL(MARKED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="carrierlayer",
            constraint=models.UniqueConstraint(
                fields=("layer", "scope", "carrier"),
                include=("suffices",),
                name="a_carrier_has_a_layer_once",
            ),
        ),
    ]
