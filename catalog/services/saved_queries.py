"""Queries that people keep under a short name, to come back to them and to hand them on."""

from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from catalog.errors import NotAllowed, NotUnderstood, TooManySaved
from catalog.models import SavedQuery
from catalog.search.language import parse
from catalog.services.record import record
from catalog.words import Sought

MOST_OF_A_PERSON: Final = 1_000


@transaction.atomic
def save_query(
    *, text: str, by: User | AnonymousUser, of: Sought = Sought.WELLS, title: str = ""
) -> SavedQuery:
    """A saved query, the one that there is if the person has saved the same already.

    NotAllowed for who is not signed in, QueryError for what is no query, TooManySaved beyond 1,000.
    Whether its fields and values are known is not asked: that depends on who asks, and when.
    """
    if not (isinstance(by, User) and by.is_active):
        raise NotAllowed(
            "Only people who are signed in save queries. Hand on the address of the search itself."
        )
    if "\x00" in text + title:
        raise NotUnderstood("q", "'q' and 'title' hold no character that no text has.")
    parse(text)
    # One at a time for a person, so that nobody saves more than they may.
    theirs = SavedQuery.objects.filter(owner=User.objects.select_for_update().get(pk=by.pk))
    same = theirs.filter(text=text, of=of.value, title=title).first()
    if same is not None:
        return same
    if theirs.count() >= MOST_OF_A_PERSON:
        raise TooManySaved(MOST_OF_A_PERSON)
    saved = SavedQuery.objects.create(owner=by, text=text, of=of.value, title=title)
    record("save", saved, by=by, changes={"text": (None, text)})
    return saved


@transaction.atomic
def forget_query(*, saved: SavedQuery, by: User | AnonymousUser) -> None:
    """Delete a saved query; NotAllowed for anybody but its owner and the superuser."""
    if not (isinstance(by, User) and by.is_active and (by.pk == saved.owner_id or by.is_superuser)):
        raise NotAllowed("Only who saved a query deletes it.")
    record("delete", saved, by=by, changes={"text": (saved.text, None)})
    saved.delete()
