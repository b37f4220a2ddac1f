"""Pages of shares: those of a thing or a person, making and revoking them, and what one opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import NotThere, NotUnderstood
from catalog.links.shared import targets_of_share
from catalog.models import Dataset, Share
from catalog.portal.errors import or_nothing_here
from catalog.portal.opening import base_of, opened_by, place_of_sharing
from catalog.queries.shareable import THINGS, Thing, scope_of, thing_named
from catalog.queries.shares import may_share, share_under, shares_kept_by, shares_of
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from catalog.services.linking import Asker, linked
from catalog.services.shares import ONLY_CURATORS, Made, create_share, note_use, revoke_share
from catalog.words import ShareKind
from plates.ids import uuid_or_none
from plates.models import Field, Plate, Store, Well

MOST: Final = 200
DAYS: Final = (1, 7, 30, 90, 365)
"""So long a link can be made to count, as far as an operator allows."""
USUAL: Final = 7


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A share as a page lists it."""

    share: Share
    what: str
    url: str
    """Where what it opens is shown."""
    state: str
    """`live`, `expired` or `revoked`."""


@dataclass(frozen=True, slots=True)
class Given:
    """The addresses of a share that was just made, told this once."""

    share: Share
    page: str
    data: str
    """For viewers and libraries; empty if what it opens lies nowhere."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@or_nothing_here
def shares(request: HttpRequest) -> HttpResponse:
    """The shares of a thing, with a form to make one; without a thing all that one looks after."""
    named = named_in(request.GET)
    if not named:
        rows = shares_kept_by(request.user).order_by("-id")[:MOST]
        return render(request, "portal/shares.html", {"shares": [shown(row) for row in rows]})
    try:
        thing = thing_named(named, Viewer(request.user))
    except NotUnderstood as error:
        raise NotThere(str(error)) from error
    return of_thing(request, thing, named)


def of_thing(request: HttpRequest, thing: Thing, named: Mapping[str, str]) -> HttpResponse:
    """The page of a thing's shares; of a POST, with the one that was made."""
    told: dict[str, object] = {"what": what_of(thing), "named": dict(named)}
    if not may_share(request.user, Dataset.objects.get(pk=scope_of(thing))):
        told["refusal"] = ONLY_CURATORS
        return render(request, "portal/shares.html", told, status=HTTPStatus.FORBIDDEN)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            made = create_share(thing=thing, by=request.user, expires_at=moment_in(request))
            told["given"] = given_by(request, made)
        except NotUnderstood as error:
            told["mistake"], status = str(error), HTTPStatus.BAD_REQUEST
    rows = shares_of(thing, request.user)[:MOST]
    longest = int(settings.SHARE_DAYS)
    told |= {
        "shares": [shown(row) for row in rows],
        "days": [days for days in DAYS if days <= longest] or [longest],
        "usual": min(USUAL, longest),
        "last_day": (timezone.now() + timedelta(days=longest)).date(),
        "first_day": timezone.now().date(),
    }
    return render(request, "portal/shares.html", told, status=status)


@require_POST
@never_cache
@or_nothing_here
def shut_share(request: HttpRequest, share_id: str) -> HttpResponse:
    """Shut a share, and back to where it was listed."""
    share = only(shares_kept_by(request.user), "share", id=uuid_or_none(share_id))
    revoke_share(share=share, by=cast("User", request.user))
    named = named_in(request.POST)
    return redirect(place_of_sharing(named) if named else "portal:shares")


@require_safe
@never_cache
@or_nothing_here
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a share opens, for whoever has the link; nothing of where it comes from."""
    share = share_under(token)
    targets = targets_of_share(share) if share is not None else []
    if share is None or not targets:
        raise NotThere("There is no such share, or it has expired or was revoked.")
    note_use(share=share)
    asker = Asker(AnonymousUser(), base_of(request), token=token, until=share.expires_at)
    told = {"share": share, "opening": opened_by(targets[0], asker)}
    answer = render(request, "portal/shared.html", told)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def moment_in(request: HttpRequest) -> datetime | None:
    """Until when a form says that a link counts: the end of a day, or some days from now."""
    until = request.POST.get("until", "").strip()
    if until:
        day = _day(until)
        return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    days = request.POST.get("days", "")
    if not days:
        return None
    if not (days.isascii() and days.isdecimal()) or int(days[:6]) not in DAYS:
        raise NotUnderstood("days", "Choose for how long the link counts from the list.")
    return timezone.now() + timedelta(days=int(days))


def _day(text: str) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise NotUnderstood("until", "Write the last day as 2026-12-31.")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def given_by(request: HttpRequest, made: Made) -> Given:
    """The addresses of a share that was just made."""
    page = request.build_absolute_uri(reverse("portal:shared", args=[made.token]))
    targets = targets_of_share(made.share)
    if not targets:
        return Given(made.share, page, "")
    asker = Asker(request.user, base_of(request), made.token, made.share.expires_at)
    return Given(made.share, page, linked(targets[0], asker).address.url)


def shown(share: Share) -> ShownShare:
    """A share as a page lists it."""
    state = "live"
    if share.revoked_at is not None:
        state = "revoked"
    elif share.expires_at <= timezone.now():
        state = "expired"
    return ShownShare(share, *_opened(share), state)


def _opened(share: Share) -> tuple[str, str]:
    """What a share opens, and the page of it; empty for what has none."""
    if share.plate is not None and share.well is not None:
        url = reverse("portal:well", args=[share.plate.id, share.well.label])
        return f"Well {share.well.label} of {share.plate}", url
    if share.plate is not None:
        return f"Plate {share.plate}", reverse("portal:plate", args=[share.plate.id])
    if share.store is None:
        return share.kind.capitalize(), ""
    if share.kind == ShareKind.FIELD.value:
        url = reverse("portal:field", args=[share.store.id, share.path])
        return f"Field {share.path} of {share.store}", url
    part = f"{share.path} of " if share.path else ""
    return f"{share.kind.capitalize()} {part}{share.store}", ""


def what_of(thing: Thing) -> str:
    """What a thing is called on the page of its shares."""
    match thing:
        case Well():
            return f"well {thing.label} of {thing.plate}"
        case Field():
            return f"field {thing.path}"
        case Plate():
            return f"plate {thing}"
        case Store():
            return f"store {thing}"
    return f"image {thing}"


def named_in(told: Mapping[str, str]) -> dict[str, str]:
    """The words in a request that name a thing."""
    return {name: told[name] for name in THINGS if told.get(name)}
