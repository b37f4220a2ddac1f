"""People who come through the institute's sign-in: which account is theirs, and of which groups they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group, User
from django.db import transaction

from catalog.errors import NotAllowed
from catalog.services.record import record


@dataclass(frozen=True, slots=True)
class Claims:
    """What the institute says of a person; an address that it did not verify is nobody's."""

    email: str
    is_verified: bool
    groups: Sequence[str]


def claims_of(told: Mapping[str, object], *, groups_claim: str) -> Claims:
    """The claims of a person, from what came with their sign-in: `userinfo`, else the ID token."""
    parts = [part for part in (told.get("userinfo"), told.get("id_token")) if part] or [told]
    said: dict[str, object] = {}
    for part in reversed(parts):
        said |= part if isinstance(part, dict) else {}
    groups = said.get(groups_claim) or []
    return Claims(
        email=str(said.get("email") or ""),
        is_verified=said.get("email_verified") is True,
        groups=[groups] if isinstance(groups, str) else [str(one) for one in _listed(groups)],
    )


def account_with_address(claims: Claims, holders: Sequence[User]) -> User | None:
    """The local account that becomes this person's, of those with their address; None for a new one.

    NotAllowed where the address proves too little: it is not verified, several have it, its account
    runs the catalog, or somebody else of the institute has that account already.
    """
    if not holders:
        return None
    if not claims.is_verified:
        raise NotAllowed(
            "There is an account with your e-mail address, and the institute does not say that the "
            "address is yours. Sign in with name and password, or ask whoever runs this catalog."
        )
    (holder, *others) = holders
    if others or holder.is_superuser or holder.socialaccount_set.exists():  # type: ignore[attr-defined]
        raise NotAllowed(
            "There is an account with your e-mail address that cannot become yours by that alone. Ask "
            "whoever runs this catalog."
        )
    return holder


@transaction.atomic
def follow_groups(*, user: User, claimed: Collection[str], meaning: Mapping[str, str]) -> None:
    """Make a person a member of the groups that are claimed, and of no others that follow claims.

    `meaning` says which group of ours each of theirs is; groups that it does not name are left alone.
    """
    governed = set(meaning.values())
    wanted = {meaning[name] for name in claimed if name in meaning}
    before = set(user.groups.filter(name__in=governed).values_list("name", flat=True))
    if before == wanted:
        return
    user.groups.remove(*Group.objects.filter(name__in=before - wanted))
    user.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in wanted - before))
    changes = {"groups": (sorted(before), sorted(wanted))}
    record("change", user, by=None, changes=changes)


def _listed(groups: object) -> Sequence[object]:
    return groups if isinstance(groups, list | tuple) else []
