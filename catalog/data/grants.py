"""What a request for bytes may read: decided anew for each, so that what is revoked is shut."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest

from catalog.data.who import who_asks
from catalog.errors import NotThere
from catalog.links.data_paths import BY_SHARE, BY_TICKET, DataPath, data_path
from catalog.links.tickets import ticket_of
from catalog.queries.shares import is_within, share_under, shared_part
from catalog.queries.tokens import is_live
from catalog.queries.visible import store_seen_by
from catalog.services.shares import note_use
from plates.models import Store
from plates.omezarr.addressing import safe_path
from plates.omezarr.errors import PathEscapesStore

NOTHING: Final = "There is nothing at this address, or nothing that you may see."


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to read a path of a store; `person` is who asks for it under their own name.

    `token` is the id of the token that they ask with, if it is one.
    """

    store: Store
    path: str
    person: User | None
    token: UUID | None = None


def grant_of(request: HttpRequest, rest: str) -> Grant:
    """What may be read at an address below /data/; NotThere if nothing may, whatever the reason."""
    asked = data_path(rest)
    if asked is None or "\x00" in rest:
        raise NotThere(NOTHING)
    grant = _by_way(request, asked)
    if grant is None:
        raise NotThere(NOTHING)
    return grant


def _by_way(request: HttpRequest, asked: DataPath) -> Grant | None:
    try:
        path = safe_path(asked.path) if asked.path else ""
    except PathEscapesStore:
        return None
    if asked.way == BY_SHARE:
        return _by_share(asked, path)
    if asked.way == BY_TICKET:
        return _by_ticket(asked, path)
    asking = who_asks(request)
    store = store_seen_by(asking.user, asked.store)
    known = asking.user if isinstance(asking.user, User) else None
    token = asking.token.id if asking.token is not None else None
    return None if store is None else Grant(store, path, known, token)


def _by_ticket(asked: DataPath, path: str) -> Grant | None:
    ticket = ticket_of(asked.key)
    if ticket is None or ticket.store != asked.store or not is_within(path, ticket.part):
        return None
    if ticket.token is not None and not is_live(ticket.token):
        return None
    person = User.objects.filter(pk=ticket.person, is_active=True).first()
    store = None if person is None else store_seen_by(person, asked.store)
    return None if store is None else Grant(store, path, None)


def _by_share(asked: DataPath, path: str) -> Grant | None:
    share = share_under(asked.key)
    store = None if share is None else Store.objects.filter(id=asked.store).first()
    if share is None or store is None:
        return None
    part = shared_part(share, store)
    if part is None or not is_within(path, part):
        return None
    note_use(share=share)
    return Grant(store, path, None)
