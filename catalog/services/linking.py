"""Links of a thing: where it lies, where a viewer finds it, which viewers and libraries open it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from catalog.errors import NotThere
from catalog.links.data_paths import BY_SHARE, BY_TICKET, data_url
from catalog.links.judging import Judged, judged
from catalog.links.snippets import Snippet, snippets
from catalog.links.targets import Address, Target
from catalog.links.tickets import ticket_for
from catalog.models import LinkTest
from catalog.queries.visible import store_seen_by
from catalog.services.byte_places import opened_at
from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.errors import StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.web_urls import IN_PATH, WebUrls, public_url


class Way(StrEnum):
    """How an address opens what is private, if at all."""

    NOWHERE = "nowhere"
    """The store lies nowhere any more."""
    DIRECT = "direct"
    """The store's own address, which anybody may read."""
    OPEN = "open"
    """Platecat sends it to everybody: the dataset is public."""
    SIGNED = "signed"
    """A signed link of the person who asked, for some hours."""
    SHARED = "shared"
    """The link of a share."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A URL that counts until a moment."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """All links of one target.

    `place` is where it lies, `presigned` the URL of its own document (of the whole archive, if it
    is one) where S3 wants a signature.
    """

    target: Target
    place: str
    address: Address
    way: Way
    expires_at: datetime | None
    presigned: Signed | None
    viewers: Sequence[Judged]
    snippets: Sequence[Snippet]
    test: LinkTest | None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for links: a person, or whoever has the token of a share; and where bytes are sent from.

    `asked_with` is the id of the person's own token, if they ask with one.
    """

    person: User | AnonymousUser
    base: str
    token: str = ""
    until: datetime | None = None
    asked_with: UUID | None = None


def linked(target: Target, asker: Asker) -> Linked:
    """Every link of a target for who asks."""
    test = LinkTest.objects.filter(store=target.store).first()
    failure = failure_of(test, target)
    try:
        root, options = opened_at(target.store)
    except NotThere:
        return _told(target, Address("", is_ours=False), way=Way.NOWHERE, test=test)
    url, way, until = _address(target, root, options, asker)
    ours = way is not Way.DIRECT and not is_sent_on(root, options)
    address = Address(url, is_ours=ours, failure=failure)
    return _told(
        target,
        address,
        way=way,
        test=test,
        place=root.child(target.path),
        until=until,
        presigned=presigned_url(target, root, options),
    )


def _told(
    target: Target,
    address: Address,
    *,
    way: Way,
    test: LinkTest | None,
    place: str = "",
    until: datetime | None = None,
    presigned: Signed | None = None,
) -> Linked:
    return Linked(
        target=target,
        place=place,
        address=address,
        way=way,
        expires_at=until,
        presigned=presigned,
        viewers=judged(target, address),
        snippets=snippets(target, address),
        test=test,
    )


def _address(
    target: Target, root: RootUrl, options: StoreOptions, asker: Asker
) -> tuple[str, Way, datetime | None]:
    """Where a viewer opens a target, how, and until when."""
    store, path = target.store, target.path
    if (direct := direct_url(target, root, options)) is not None:
        return direct, Way.DIRECT, None
    if asker.token:
        url = data_url(asker.base, store.id, path, way=BY_SHARE, key=asker.token)
        return url, Way.SHARED, asker.until
    if store_seen_by(AnonymousUser(), store.id) is not None:
        return data_url(asker.base, store.id, path), Way.OPEN, None
    ticket, until = ticket_for(
        asker.person.pk or 0,
        store.id,
        path,
        lasting_s=settings.LINK_S,
        token=asker.asked_with,
    )
    url = data_url(asker.base, store.id, path, way=BY_TICKET, key=ticket)
    return url, Way.SIGNED, datetime.fromtimestamp(until, UTC)


def direct_url(target: Target, root: RootUrl, options: StoreOptions) -> str | None:
    """The store's own web address, where anybody may read it; None where there is none."""
    url = None if root.is_archive else public_url(root, options)
    if url is None or not target.path:
        return url
    return f"{url}/{quote(target.path, safe=IN_PATH)}"


def is_sent_on(root: RootUrl, options: StoreOptions) -> bool:
    """Whether who asks Platecat for bytes is sent to another server."""
    return not root.is_archive and (root.scheme in WEB or root.scheme == "s3")


def presigned_url(target: Target, root: RootUrl, options: StoreOptions) -> Signed | None:
    """The URL of a document in private S3, signed; None where nothing has to be signed, or can be."""
    if root.scheme != "s3" or options.is_anonymous:
        return None
    until = timezone.now() + timedelta(seconds=settings.SIGNED_S)
    folder, path = root, target.document
    if root.is_archive:
        above, _, path = root.path.rpartition("/")
        folder = replace(root, path=above)
    try:
        url = WebUrls(folder, options).of(path, lasting_s=settings.SIGNED_S)
    except StoreError:
        return None
    return Signed(url, until)


def failure_of(test: LinkTest | None, target: Target) -> str | None:
    """Why pages of other sites cannot read a store, as its test showed; empty if they can.

    None if it was never tested. Ranges count only where there are shards.
    """
    if test is None:
        return None
    needed = {"document", "missing"}
    if target.pixels is not None and target.pixels.is_sharded:
        needed |= {"preflight", "range", "suffix"}
    failed = [one for one in test.checks if one["name"] in needed and one["passed"] is False]
    return str(failed[0]["sentence"]) if failed else ""
