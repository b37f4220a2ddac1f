"""Shares: the one that a token opens, those of a person, and what of a store each covers."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Dataset, Share
from catalog.models.dataset import WITHDRAWN
from catalog.models.share import digest_of_token
from catalog.queries.shareable import Thing
from catalog.queries.visible import curated_by, datasets_seen_by, may
from catalog.words import Role, ShareKind
from plates.models import Field, Plate, Store, Well

LONGEST_TOKEN = 128


def share_under(token: str) -> Share | None:
    """The share that a token opens now; None if there is none, or it expired or was revoked.

    Nor does one open what the person who made it might not share any more.
    """
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    rows = Share.objects.select_related("made_by", "dataset", "plate", "well", "store")
    live = rows.filter(revoked_at=None, expires_at__gt=timezone.now())
    # Nor what was withdrawn, whoever keeps it.
    live = live.exclude(dataset__state=WITHDRAWN)
    share = live.filter(token_digest=digest_of_token(token)).first()
    return share if share is not None and may_share(share.made_by, share.dataset) else None


def may_share(user: User | AnonymousUser, dataset: Dataset) -> bool:
    """Whether a person may share what is in a dataset: who sees and curates it may."""
    seen = datasets_seen_by(user).filter(pk=dataset.pk)
    return may(user, Role.CURATOR, dataset) and seen.exists()


def shares_made_by(user: User | AnonymousUser) -> QuerySet[Share]:
    """The shares that a person made in datasets that they may see."""
    return _told().filter(made_by_id=user.pk, dataset__in=datasets_seen_by(user).values("pk"))


def shares_kept_by(user: User | AnonymousUser) -> QuerySet[Share]:
    """The shares that a person may look at and revoke: their own, and those of what they curate."""
    seen = Q(dataset__in=datasets_seen_by(user).values("pk"))
    if user.is_authenticated and user.is_superuser:
        return _told().filter(seen)
    return _told().filter(seen & (Q(made_by_id=user.pk) | curated_by(user)))


def shares_of(thing: Thing, user: User | AnonymousUser) -> QuerySet[Share]:
    """The shares of a thing and of its parts that a person may look at, the newest first."""
    return shares_kept_by(user).filter(_opens(thing)).order_by("-id")


def _opens(thing: Thing) -> Q:
    match thing:
        case Plate():
            return Q(plate=thing)
        case Well():
            return Q(well=thing)
        case Store():
            return Q(store=thing)
    return Q(store=thing.store, path=thing.path)


def _told() -> QuerySet[Share]:
    return Share.objects.select_related("dataset", "plate", "well", "store", "made_by")


def shared_part(share: Share, store: Store) -> str | None:
    """The path in a store from which on a share opens it (empty: all of it); None if it does not."""
    if store.scope != share.dataset_id:
        return None
    if share.kind == ShareKind.PLATE.value:
        return "" if store.plate_id == share.plate_id else None
    if share.kind == ShareKind.WELL.value:
        if share.well is None or store.plate_id != share.plate_id:
            return None
        return path_of_well(share.well, store)
    return share.path if store.pk == share.store_id else None


def path_of_well(well: Well, store: Store) -> str | None:
    """The path of a well in a store, as its fields tell it; None if the store has none of them."""
    paths = Field.objects.filter(well=well, store=store).order_by("path")
    path = paths.values_list("path", flat=True).first()
    return None if path is None else path.rpartition("/")[0]


def is_within(path: str, part: str) -> bool:
    """Whether a path in a store lies in a part of it."""
    return not part or path == part or path.startswith(f"{part}/")
