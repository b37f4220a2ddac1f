"""What a page shows of the ways to open a thing outside of Platecat."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from catalog.links.judging import Judged
from catalog.links.snippets import Snippet
from catalog.links.targets import Target
from catalog.services.linking import Asker, Linked, linked
from catalog.words import Answer


@dataclass(frozen=True, slots=True)
class Opening:
    """The links of a thing, those that work in front."""

    linked: Linked
    opens: list[Judged]
    others: list[Judged]
    snippets: list[Snippet]


def opening_of(request: HttpRequest, target: Target | None) -> Opening | None:
    """The ways to open a target, None where there is nothing to open."""
    if target is None:
        return None
    base = settings.DATA_URL or request.build_absolute_uri("/")
    found = linked(target, Asker(request.user, base))
    return Opening(
        found,
        [one for one in found.viewers if one.answer is Answer.YES],
        [one for one in found.viewers if one.answer is not Answer.YES],
        [one for one in found.snippets if one.code],
    )
