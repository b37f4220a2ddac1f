from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from catalog.models.dataset import Dataset
from catalog.words import Role
from plates.models.choices import choices


class Access(models.Model):
    """What a person or a group may do with a dataset; operators may do it with all."""

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, null=True, blank=True, related_name="access"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="access",
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="access"
    )
    role = models.CharField(max_length=12, choices=choices(Role))

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "access"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, group__isnull=False)
                | Q(user__isnull=False, group__isnull=True),
                name="access_is_given_to_one_user_or_one_group",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.OPERATOR.value, dataset__isnull=True)
                | (~Q(role=Role.OPERATOR.value) & Q(dataset__isnull=False)),
                name="operators_and_only_they_have_access_to_all_datasets",
            ),
            models.UniqueConstraint(
                fields=["dataset", "user", "group"],
                nulls_distinct=False,
                name="nobody_has_two_roles_in_a_dataset",
            ),
        ]

    def __str__(self) -> str:
        """Who is what, where."""
        return f"{self.user or self.group} is {self.role} of {self.dataset or 'everything'}"
