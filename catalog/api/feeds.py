"""A feed read forwards: each answer says where to go on, also when there is nothing new yet."""

from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from catalog.api.pages import COUNTED_UP_TO, count_up_to, limit_of
from catalog.errors import NotUnderstood
from catalog.models import Change

SALT: Final = "platecat.feed"
BEGINNING: Final = ""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes, the page behind them if it is there already, and where to go on in any case.

    `count` is how many there are from the start of the page on.
    """

    rows: list[Change]
    next: str | None
    cursor: str
    count: int
    count_is_exact: bool


def feed_of(request: Request, seen: QuerySet[Change], asked: Q) -> FeedPage:
    """The page that a request asks for, of the changes that its viewer sees, oldest first.

    Whatever lies before the newest change that can be seen lies there for good, so a page that is
    not full goes on behind that one, whether or not it was asked for.
    """
    limit = limit_of(request)
    start = start_of(request)
    newest = seen.order_by("-serial").only("serial", "id").first()
    end = newest.serial if newest else 0
    rows = seen.filter(asked, serial__gt=start, serial__lte=end).order_by("serial")
    found = list(rows.select_related("store", "plate")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    last = found[-1] if more else newest
    cursor = signed(request, str(last.id)) if last and last.serial > start else same(request)
    count = count_up_to(rows)
    return FeedPage(
        rows=found,
        next=link(request, cursor) if more else None,
        cursor=cursor,
        count=min(count, COUNTED_UP_TO),
        count_is_exact=count <= COUNTED_UP_TO,
    )


def start_of(request: Request) -> int:
    """The serial behind which a page starts.

    A cursor holds the id of a change: serials would tell how much happens where one may not look.
    """
    text = request.query_params.get("cursor")
    if not text:
        return 0
    found = held_by(text, request.path)
    if found == BEGINNING:
        return 0
    serials = Change.objects.filter(id=found).values_list("serial", flat=True)
    serial = serials.first()
    if serial is None:
        raise NotUnderstood("cursor", NO_LONGER)
    return serial


REFUSAL = (
    "This cursor is not one of this feed's. Take it unchanged from 'cursor' of an answer, or leave "
    "it out to start at the beginning."
)
NO_LONGER = (
    "The change at which this cursor stands is no longer kept. Leave the cursor out, and say by "
    "'since' from when on you want to read."
)


def signer_of(path: str) -> signing.Signer:
    """Signs cursors of the feed at a path; those of one place are the same at all times."""
    return signing.Signer(salt=SALT + path)


def held_by(text: str, path: str) -> str:
    """What a cursor holds: the id of a change, or nothing; refused if it was made elsewhere."""
    try:
        found = signer_of(path).unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotUnderstood("cursor", REFUSAL) from None
    return str(found)


def signed(request: Request, place: str) -> str:
    """The cursor that stands at a place."""
    return signer_of(request.path).sign_object(place)


def same(request: Request) -> str:
    """The cursor that was sent, or one that stands at the beginning."""
    return request.query_params.get("cursor") or signed(request, BEGINNING)


def link(request: Request, cursor: str) -> str:
    """The URL of what lies behind a cursor."""
    parameters = request.query_params.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
