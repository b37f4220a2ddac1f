"""What a page shows of the ways to open a thing outside of Platecat."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from catalog.links.judging import Judged
from catalog.links.snippets import Snippet
from catalog.links.targets import Target
from catalog.models import Dataset
from catalog.queries.shares import may_share
from catalog.services.linking import Asker, Linked, linked
from catalog.words import Answer


@dataclass(frozen=True, slots=True)
class Opening:
    """The links of a thing, those that work in front."""

    linked: Linked
    opens: list[Judged]
    others: list[Judged]
    snippets: list[Snippet]
    sharing: str
    """The page on which it is shared; empty for who may not."""


def opening_of(
    request: HttpRequest, target: Target | None, dataset: Dataset, **thing: object
) -> Opening | None:
    """The ways to open a target, None where there is nothing to open.

    `thing` names what is shared with it, in the words of `catalog.queries.shareable.THINGS`.
    """
    if target is None:
        return None
    sharing = place_of_sharing(thing) if may_share(request.user, dataset) else ""
    return opened_by(target, Asker(request.user, base_of(request)), sharing=sharing)


def opened_by(target: Target, asker: Asker, *, sharing: str = "") -> Opening:
    """The ways to open a target for who asks."""
    found = linked(target, asker)
    return Opening(
        found,
        [one for one in found.viewers if one.answer is Answer.YES],
        [one for one in found.viewers if one.answer is not Answer.YES],
        [one for one in found.snippets if one.code],
        sharing,
    )


def place_of_sharing(thing: Mapping[str, object]) -> str:
    """The page of the shares of a thing."""
    return f"{reverse('portal:shares')}?{urlencode(thing)}"


def base_of(request: HttpRequest) -> str:
    """Where bytes are sent from, as who asks reaches it."""
    return settings.DATA_URL or request.build_absolute_uri("/")
