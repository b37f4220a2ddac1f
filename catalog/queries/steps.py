"""The steps of a dataset's life: which of them a person may take now. One table for every door."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from django.contrib.auth.models import AnonymousUser, User

from catalog.models import Dataset
from catalog.models.dataset import PUBLISHED, WITHDRAWN
from catalog.queries.visible import may
from catalog.words import DatasetState, Role


class Step(StrEnum):
    """What can be done with a dataset, as its addresses call it."""

    REVIEW = "review"
    SEND_BACK = "send-back"
    PUBLISH = "publish"
    EMBARGO = "embargo"
    WITHDRAW = "withdraw"


class StepRule(NamedTuple):
    """Who may take a step, and of which datasets."""

    role: Role
    fits: Callable[[Dataset], bool]


def _can_be_closed(dataset: Dataset) -> bool:
    return dataset.state != WITHDRAWN and (dataset.state != PUBLISHED or dataset.is_embargoed)


STEPS: Final[Mapping[Step, StepRule]] = {
    Step.REVIEW: StepRule(Role.CURATOR, lambda dataset: dataset.preparing is DatasetState.DRAFT),
    Step.SEND_BACK: StepRule(
        Role.CURATOR, lambda dataset: dataset.preparing is DatasetState.IN_REVIEW
    ),
    Step.PUBLISH: StepRule(
        Role.PUBLISHER, lambda dataset: dataset.preparing is DatasetState.IN_REVIEW
    ),
    Step.EMBARGO: StepRule(Role.PUBLISHER, _can_be_closed),
    Step.WITHDRAW: StepRule(Role.PUBLISHER, lambda dataset: dataset.state == PUBLISHED),
}


def steps_open_to(user: User | AnonymousUser, dataset: Dataset) -> list[Step]:
    """The steps that a person may take with a dataset now."""
    roles = {role: may(user, role, dataset) for role in (Role.CURATOR, Role.PUBLISHER)}
    return [step for step, rule in STEPS.items() if roles[rule.role] and rule.fits(dataset)]
