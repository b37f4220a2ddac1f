from django.db import models
from django.db.models import Q

from plates.models.choices import choices
from plates.models.store import Store
from plates.omezarr.depth import Depth
from plates.omezarr.findings import Level
from plates.omezarr.rules.rule import Policy
from plates.states import Verdict


class Validation(models.Model):
    """The newest validation of a store, as a whole."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, primary_key=True, related_name="validation"
    )
    verdict = models.CharField(max_length=12, choices=choices(Verdict))
    depth = models.CharField(
        max_length=8,
        choices=[(depth.word, depth.word) for depth in Depth],
        help_text="How far down.",
    )
    policy = models.CharField(
        max_length=8, choices=choices(Policy), help_text="Which level each rule has."
    )
    edition = models.PositiveSmallIntegerField(help_text="Of the rules that were asked.")
    digest = models.CharField(
        max_length=64, blank=True, help_text="Of the documents that were looked at."
    )
    documents = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    coverage = models.JSONField(
        default=dict, blank=True, help_text="What was looked at, and what was not."
    )
    began_at = models.DateTimeField(help_text="When the store began to be read.")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["store"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.VALID.value) | Q(errors=0),
                name="a_valid_store_has_no_errors",
            ),
        ]

    def __str__(self) -> str:
        """The verdict and what it rests on."""
        return f"{self.verdict} at depth {self.depth}, policy {self.policy}"


class ReportFile(models.Model):
    """The whole report of a validation: JSON, compressed with gzip."""

    validation = models.OneToOneField(
        Validation, on_delete=models.CASCADE, primary_key=True, related_name="file"
    )
    content = models.BinaryField()

    class Meta:
        ordering = ["validation"]

    def __str__(self) -> str:
        """The store that it is about."""
        return f"report on store {self.validation_id}"


class Finding(models.Model):
    """A rule that a store breaks: how often, with the first examples."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=32)
    level = models.CharField(max_length=8, choices=choices(Level))
    total = models.PositiveIntegerField()
    examples = models.JSONField(
        default=list, help_text="Node, document, pointer and message: the first of them."
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["rule", "id"], name="findings_of_a_rule")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "rule"], name="a_rule_is_told_once_of_a_store"
            ),
            models.CheckConstraint(condition=Q(total__gte=1), name="a_finding_was_found"),
        ]

    def __str__(self) -> str:
        """The rule and how often it is broken."""
        return f"{self.rule}: {self.total:,}"
