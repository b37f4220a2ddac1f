"""The checklist of a publication at the desk: on the page of its dataset."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.checklist.rules import Line
from catalog.links.mending import mending_path
from catalog.models import Dataset
from catalog.services.checklists import checklist_of


def checklist_told(dataset: Dataset) -> SafeString:
    """Line by line: what has to be so, what is wrong, where, and a link to where it is mended."""
    return format_html(
        "<ul>{}</ul>",
        format_html_join(
            "",
            "<li><strong>{}</strong> {} {}</li>",
            (
                (word_of(line), line.rule.sentence, fault_of(line, dataset))
                for line in checklist_of(dataset)
            ),
        ),
    )


def word_of(line: Line) -> str:
    """How a line stands, in a word."""
    return "passed" if line.passed else line.weight.value


def fault_of(line: Line, dataset: Dataset) -> SafeString | str:
    """What is wrong and where, with the way to mend it; empty where it is passed."""
    if line.fault is None:
        return ""
    return format_html(
        '{} {} <a href="{}">{}</a>',
        line.fault.sentence,
        ", ".join(line.fault.first),
        mending_path(line.rule.place, dataset),
        line.rule.todo,
    )
