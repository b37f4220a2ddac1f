"""An index of the few carriers on which not all that a layer says is a hit on a plate.

A search that gathers what a good part of all plates has looks only at these, and takes what it
counts on all others from the layers themselves.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plates", "0005_terms_read_from_their_index")]

    operations = [
        migrations.AddIndex(
            model_name="carrier",
            index=models.Index(
                fields=["scope"],
                condition=models.Q(kind="images")
                | models.Q(positions__gt=models.Func("occupied", function="bit_count")),
                name="carriers_with_gaps",
            ),
        ),
    ]
