from django.db import models

from plates.models.key import Key


class TermOverlap(models.Model):
    """How often the subjects of a scope have more terms of a key than one.

    The sum of the key's counts less the number of subjects with any of its terms: 0 where none has
    two, and nothing is kept. So sums of counts tell how many subjects have one of several terms, or
    how many at least. Rows are differences, as those of `TermScope`.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.IntegerField()
    surplus = models.IntegerField(help_text="Wells and images; negative takes away.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["key", "scope"], include=["surplus"], name="overlaps_of_a_key")
        ]

    def __str__(self) -> str:
        """The number, and of what."""
        return f"{self.surplus} of key {self.key_id} in scope {self.scope}"
