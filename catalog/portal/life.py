"""How far a dataset is, as its page tells those who curate it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from catalog.models import Dataset, Job
from catalog.portal.checklist import ToldLine, lines_told
from catalog.portal.questions import Question
from catalog.portal.steps import QUESTIONS
from catalog.queries.steps import Step, steps_open_to
from catalog.queries.visible import Viewer
from catalog.services.publication import publications_of
from catalog.words import ENDED, JobState


@dataclass(frozen=True, slots=True)
class Life:
    """Where what is prepared stands, what speaks against it, and what may be done."""

    preparing: str
    is_unpublished: bool
    lines: Sequence[ToldLine]
    steps: Sequence[tuple[Step, Question]]
    making: Job | None
    """The publication that goes on."""
    failed: Job | None
    """The last publication, if it failed."""

    @property
    def passed(self) -> int:
        """How many lines are passed."""
        return sum(told.line.passed for told in self.lines)

    @property
    def is_urgent(self) -> bool:
        """Whether some line holds back what was never published: then the lines are shown at once."""
        is_first = self.is_unpublished and self.passed < len(self.lines)
        return is_first or any(told.line.blocks for told in self.lines)


def life_of(viewer: Viewer, dataset: Dataset) -> Life | None:
    """What the page of a dataset tells its curators of its life; None for all others."""
    if not viewer.curated_datasets.filter(pk=dataset.pk).exists():
        return None
    last = publications_of(dataset).first()
    return Life(
        preparing=dataset.preparing.replace("_", " "),
        is_unpublished=dataset.published_at is None,
        lines=lines_told(dataset),
        steps=open_steps(viewer.user, dataset),
        making=last if last and last.state not in ENDED else None,
        failed=last if last and last.state == JobState.FAILED.value else None,
    )


def open_steps(user: User | AnonymousUser, dataset: Dataset) -> list[tuple[Step, Question]]:
    """The steps that a person may take now, each with its page."""
    return [(step, QUESTIONS[step]) for step in steps_open_to(user, dataset)]
