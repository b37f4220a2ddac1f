from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from plates.models.key import Key

FOLDED = 200
"""How much of a value is indexed; the whole of it is found by its digest."""


class Term(models.Model):
    """One value of a key, wherever it stands; who may see it follows from where it is used."""

    serial = models.AutoField(primary_key=True)
    # Terms are made by the hundred thousand, of keys that were made just before: Postgres does not
    # look each of them up again.
    key = models.ForeignKey(
        Key, on_delete=models.PROTECT, related_name="terms", db_index=False, db_constraint=False
    )
    text = models.TextField(help_text="As people wrote it.")
    folded = models.CharField(
        max_length=FOLDED, help_text="Its beginning without case and separators."
    )
    digest = models.BinaryField(
        max_length=16, help_text="Of text, ontology id, number and unit: long text is never a key."
    )
    curie = models.CharField(max_length=255, blank=True)
    number = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    is_twin = models.BooleanField(
        db_default=False,
        editable=False,
        help_text="Another term of the key is found by the same words.",
    )

    class Meta:
        ordering = ["serial"]
        constraints = [
            models.UniqueConstraint(fields=["key", "digest"], name="a_value_is_one_term_of_a_key"),
            models.CheckConstraint(condition=~Q(text=""), name="a_term_says_something"),
            models.CheckConstraint(
                condition=Q(unit="") | Q(number__isnull=False), name="a_unit_has_a_number"
            ),
        ]
        indexes = [
            models.Index(
                fields=["key", "folded"],
                name="terms_by_their_beginning",
                opclasses=["int2_ops", "varchar_pattern_ops"],
                # All that is read of thousands of terms, which lie on as many pages.
                include=["serial", "is_twin"],
            ),
            GinIndex(fields=["folded"], name="terms_by_their_words", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["key"], condition=Q(is_twin=True), name="twins_of_a_key"),
            models.Index(
                fields=["key", "curie"], condition=~Q(curie=""), name="terms_by_their_curie"
            ),
            models.Index(
                fields=["key", "unit", "number"],
                condition=Q(number__isnull=False),
                name="terms_by_their_number",
            ),
        ]

    def __str__(self) -> str:
        """The value as it is written."""
        return self.text


class TermMerge(models.Model):
    """That a term is told as another of its key; the rows say it as the files do."""

    term = models.OneToOneField(
        Term, on_delete=models.PROTECT, primary_key=True, related_name="told_as"
    )
    into = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="tells", help_text="The value that is kept."
    )
    merged_by = models.CharField(max_length=150, blank=True)
    merged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-merged_at", "term"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(term=models.F("into")), name="no_term_is_told_as_itself"
            ),
        ]

    def __str__(self) -> str:
        """Both numbers."""
        return f"term {self.term_id} is told as {self.into_id}"


class Synonym(models.Model):
    """Another name for a value of a key, out of a table that was loaded."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="synonyms", db_index=False)
    folded = models.CharField(max_length=FOLDED, help_text="Without case and separators.")
    text = models.CharField(max_length=255)
    means = models.CharField(max_length=255, help_text="The name it stands for.")
    curie = models.CharField(max_length=255, blank=True)
    table = models.CharField(max_length=64, help_text="Where it was loaded from, e.g. HGNC.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "folded", "means", "table"],
                name="a_table_says_a_synonym_once",
            ),
        ]

    def __str__(self) -> str:
        """What means what."""
        return f"{self.text} means {self.means}"
