"""Curators and publishers: who may have something done with a dataset."""

from typing import Final

from django.contrib.auth.models import AnonymousUser, User

from catalog.errors import NotAllowed
from catalog.models import Dataset
from catalog.queries.visible import may
from catalog.words import Role

READ_STORES: Final = "have its stores read, validated or counted"
TELL_STORES_APART: Final = "say which of its stores are the same"
MOVE_STORES: Final = "take stores out of it, or put some into it"
SEND_FOR_REVIEW: Final = "send it for review, or back"
PUBLISH: Final = "publish it, or decide what becomes of what is published"


def refuse_all_but_curators(
    by: User | AnonymousUser | None, dataset: Dataset, *, to: str = READ_STORES
) -> None:
    """NotAllowed for a person who is no curator of a dataset; nobody (None) is Platecat itself."""
    if by is not None and not may(by, Role.CURATOR, dataset):
        raise NotAllowed(f"Only curators of the dataset may {to}.")


def refuse_all_but_publishers(
    by: User | AnonymousUser | None, dataset: Dataset, *, to: str = PUBLISH
) -> None:
    """NotAllowed for a person who is no publisher of a dataset; nobody (None) is the operator."""
    if by is not None and not may(by, Role.PUBLISHER, dataset):
        raise NotAllowed(f"Only publishers of the dataset may {to}.")


def person_of(by: User | AnonymousUser | None) -> User | None:
    """Who is written down: nobody is the operator's own hand."""
    return by if isinstance(by, User) else None
