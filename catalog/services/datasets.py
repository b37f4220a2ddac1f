import re

from django.contrib.auth.models import Group, User
from django.db import transaction

from catalog.errors import CatalogError, NotUnderstood
from catalog.models import Access, Dataset
from catalog.services.record import record
from catalog.words import Role, Visibility

INBOX = "inbox"
SLUG = re.compile(r"[A-Za-z0-9_-]{1,80}")


class NotASlug(CatalogError):
    """A name that cannot stand in an address."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"'{slug[:80]}' cannot name a dataset. Use up to 80 letters, digits, hyphens and "
            "underscores, for example my-screen-1."
        )


class DatasetNameTaken(CatalogError):
    """A dataset of that slug exists already."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is a dataset '{slug}' already. Choose another name.")


@transaction.atomic
def create_dataset(
    *,
    slug: str,
    by: User | None,
    title: str = "",
    visibility: Visibility = Visibility.OWNER,
    parent: Dataset | None = None,
) -> Dataset:
    """A new dataset, owned by who made it and private unless said otherwise."""
    if not SLUG.fullmatch(slug):
        raise NotASlug(slug)
    dataset, is_new = Dataset.objects.get_or_create(
        slug=slug,
        defaults={
            "title": title or slug,
            "visibility": visibility.value,
            "owner": by,
            "parent": parent,
        },
    )
    if not is_new:
        raise DatasetNameTaken(slug)
    record("create", dataset, by=by, dataset=dataset, changes={"slug": (None, slug)})
    return dataset


@transaction.atomic
def find_or_create_dataset(*, slug: str, by: User | None, public: bool = False) -> Dataset:
    """The dataset of a slug, made if need be; `public` opens a new one, never an old one."""
    found = Dataset.objects.filter(slug=slug).first()
    if found:
        return found
    visibility = Visibility.PUBLIC if public else Visibility.OWNER
    try:
        return create_dataset(slug=slug, by=by, visibility=visibility)
    except DatasetNameTaken:
        # Somebody else made it a moment ago.
        return Dataset.objects.get(slug=slug)


@transaction.atomic
def change_visibility(*, dataset: Dataset, visibility: Visibility, by: User | None) -> None:
    """Open or close a dataset."""
    locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
    before = locked.visibility
    if before == visibility.value:
        return
    locked.visibility = visibility.value
    locked.save(update_fields=["visibility", "changed_at"])
    dataset.visibility = visibility.value
    changes = {"visibility": (before, visibility.value)}
    record("change", locked, by=by, dataset=locked, changes=changes)


@transaction.atomic
def grant_access(
    *, role: Role, to: User | Group, by: User | None, dataset: Dataset | None = None
) -> Access:
    """Give a person or a group a role in a dataset, in place of the one they had."""
    whom = {"user": to, "group": None} if isinstance(to, User) else {"user": None, "group": to}
    before = Access.objects.filter(dataset=dataset, **whom).first()
    access, _ = Access.objects.update_or_create(
        dataset=dataset, **whom, defaults={"role": role.value}
    )
    changes = {"role": (before.role if before else None, role.value), "to": (None, str(to))}
    record("grant", access, by=by, dataset=dataset, changes=changes)
    return access


def person_or_group(*, user: str | None, group: str | None) -> User | Group:
    """Whom a name means; NotUnderstood for nobody, for both at once, and for a name of no one."""
    if (user is None) == (group is None):
        raise NotUnderstood("user", "Say whom: 'user' or 'group', one of both, by name.")
    if "\x00" in f"{user}{group}":
        raise NotUnderstood("user" if group is None else "group", "No name has this character.")
    if user is not None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise NotUnderstood("user", f"There is nobody of the name '{user[:80]}'.")
        return person
    found = Group.objects.filter(name=group).first()
    if found is None:
        raise NotUnderstood("group", f"There is no group of the name '{str(group)[:80]}'.")
    return found


@transaction.atomic
def revoke_access(*, access: Access, by: User | None) -> None:
    """Take a role away again."""
    changes = {"role": (access.role, None), "to": (str(access.user or access.group), None)}
    record("revoke", access, by=by, dataset=access.dataset, changes=changes)
    access.delete()
