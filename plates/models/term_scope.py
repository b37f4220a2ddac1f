from django.db import models

from plates.models.key import Key
from plates.models.term import Term


class TermScope(models.Model):
    """How many subjects of a scope have a term: counts, facets and autocomplete are sums of these.

    Each import and harvest adds rows that say by how much a number changed, so that two of them
    never wait for each other; the clock adds them up into one.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.IntegerField()
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", db_index=False)
    subjects = models.IntegerField(help_text="Wells and images; negative takes away.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["key", "scope", "term"], include=["subjects"], name="terms_of_a_scope"
            ),
            models.Index(fields=["term", "scope"], include=["subjects"], name="scopes_of_a_term"),
        ]

    def __str__(self) -> str:
        """The number, and of what."""
        return f"{self.subjects} of term {self.term_id} in scope {self.scope}"
