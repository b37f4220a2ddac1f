"""The admin is closed to all but staff, every page of it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalog.words import Visibility
from tests.catalog.secret import PEOPLE, World, signed_in


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_admin_is_closed_to_all_but_staff(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    for path in admin_paths():
        response = client.get(path)
        if person == "superuser":
            assert response.status_code in {200, 302, 403, 404}, path
        else:
            assert response.status_code == 302, path
            assert response.headers["Location"].startswith("/admin/login/"), path


def admin_paths() -> Iterator[str]:
    """An address of every page of the admin."""
    (resolver,) = (
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin"
    )
    for pattern in flattened(resolver.url_patterns):
        if pattern.name not in {"login", "logout", "jsi18n", None}:
            if pattern.name == "app_list":
                yield reverse("admin:app_list", args=["plates"])
                continue
            names = dict.fromkeys(pattern.pattern.regex.groupindex, "1")
            yield reverse(f"admin:{pattern.name}", kwargs=names)


def flattened(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """The patterns, those of nested resolvers among them."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from flattened(pattern.url_patterns)
        else:
            yield pattern
