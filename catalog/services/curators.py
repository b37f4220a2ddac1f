"""Curators: who may have the stores of a dataset worked on."""

from typing import Final

from django.contrib.auth.models import AnonymousUser, User

from catalog.errors import NotAllowed
from catalog.models import Dataset
from catalog.queries.visible import may
from catalog.words import Role

READ_STORES: Final = "have its stores read, validated or counted"
TELL_STORES_APART: Final = "say which of its stores are the same"


def refuse_all_but_curators(
    by: User | AnonymousUser | None, dataset: Dataset, *, to: str = READ_STORES
) -> None:
    """NotAllowed for a person who is no curator of a dataset; nobody (None) is Platecat itself."""
    if by is not None and not may(by, Role.CURATOR, dataset):
        raise NotAllowed(f"Only curators of the dataset may {to}.")
