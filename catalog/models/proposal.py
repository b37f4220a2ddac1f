from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.dataset import Dataset
from catalog.words import ProposalKind, ProposalState
from plates.ids import uuid7
from plates.models import Store
from plates.models.choices import choices

OPEN = ProposalState.OPEN.value


class Proposal(models.Model):
    """That a store is a known one, moved or copied: for a person to confirm, or the source's rule."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=choices(ProposalKind))
    state = models.CharField(max_length=12, choices=choices(ProposalState), default=OPEN)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="proposals", help_text="Of both stores."
    )
    store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="The new one; empty once it is a location of the known one.",
    )
    of = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="+", help_text="The one that was known."
    )
    url = models.TextField(help_text="Where the new one lies.")
    evidence = models.JSONField(
        default=dict,
        help_text="The digest of all documents, the same in both; how many chunks were compared "
        "and how many were the same; whether that proves it; how many tombstones have the digest.",
    )
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: by the rule of the source.",
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["dataset", "id"], name="proposals_of_a_dataset"),
            models.Index(fields=["kind"], condition=Q(state=OPEN), name="proposals_that_are_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "of"], name="two_stores_have_one_proposal"),
            models.UniqueConstraint(
                fields=["store"],
                condition=Q(state=OPEN),
                name="a_store_has_one_open_proposal",
            ),
            models.CheckConstraint(
                condition=Q(state=OPEN, decided_at__isnull=True)
                | (~Q(state=OPEN) & Q(decided_at__isnull=False)),
                name="a_decided_proposal_and_only_that_says_when",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=False) | Q(state=ProposalState.ACCEPTED.value),
                name="only_an_accepted_proposal_has_lost_its_store",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=True) | ~Q(store=models.F("of")),
                name="no_store_is_proposed_to_be_itself",
            ),
        ]

    def __str__(self) -> str:
        """What is proposed, and how it stands."""
        return f"{self.kind} to {self.url}, {self.state}"
