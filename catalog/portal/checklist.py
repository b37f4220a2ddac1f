"""The checklist as pages show it."""

from dataclasses import dataclass

from catalog.checklist.rules import Line
from catalog.links.mending import mending_path
from catalog.models import Dataset
from catalog.services.checklists import checklist_of


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line of the checklist with the page on which it is mended."""

    line: Line
    path: str


def lines_told(dataset: Dataset) -> list[ToldLine]:
    """The checklist of a dataset, line by line."""
    return [
        ToldLine(line, mending_path(line.rule.place, dataset)) for line in checklist_of(dataset)
    ]
