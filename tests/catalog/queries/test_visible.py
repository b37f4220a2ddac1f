"""Who sees a dataset: by its visibility, its state, its embargo and their role, from one place."""

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.utils import timezone

from catalog.models import Dataset
from catalog.models.dataset import today
from catalog.queries import visible
from catalog.queries.visible import Viewer, datasets_seen_by, open_to_all, store_seen_by
from catalog.words import DatasetState, Role, Visibility
from plates.models import Store
from tests import factories

pytestmark = pytest.mark.django_db
DAYS = {"none": None, "yesterday": -1, "today": 0, "tomorrow": 1}


def dataset(visibility: Visibility, state: DatasetState, embargo: str) -> Dataset:
    """A dataset as it would be after its services have worked."""
    made = factories.dataset(visibility=visibility, owner=factories.user())
    days = DAYS[embargo]
    over = {DatasetState.PUBLISHED, DatasetState.WITHDRAWN}
    is_withdrawn = state is DatasetState.WITHDRAWN
    Dataset.objects.filter(pk=made.pk).update(
        state=state.value,
        next_state="draft" if state is DatasetState.PUBLISHED else "",
        embargo_until=None if days is None else today() + timedelta(days=days),
        published_at=timezone.now() if state in over else None,
        withdrawn_at=timezone.now() if is_withdrawn else None,
        withdrawn_reason="x" if is_withdrawn else "",
    )
    made.refresh_from_db()
    return made


EVERY = list(product(Visibility, DatasetState, DAYS))


def test_what_is_open_to_all_is_the_same_in_sql_and_in_python() -> None:
    for which in EVERY:
        one = dataset(*which)
        found = Dataset.objects.filter(open_to_all(), pk=one.pk).exists()
        assert found == one.is_open, which


def seen_plainly(one: Dataset, person: str) -> bool:
    """The decision in plain words, as docs/decisions has it."""
    if person in {"owner", "operator", "superuser"}:
        return True
    if person == "viewer" and one.visibility != Visibility.OWNER.value:
        return True
    is_withdrawn = one.state == DatasetState.WITHDRAWN.value
    if person != "anonymous" and one.visibility == Visibility.INSTITUTE.value and not is_withdrawn:
        return True
    is_closed = one.embargo_until is not None and one.embargo_until >= today()
    is_told = one.visibility == Visibility.PUBLIC.value or one.state == "published"
    return is_told and not is_closed and not is_withdrawn


def people_of(one: Dataset) -> dict[str, User | AnonymousUser]:
    assert one.owner is not None
    viewer = factories.user()
    factories.access(viewer, Role.VIEWER, one)
    return {"anonymous": AnonymousUser(), "owner": one.owner, "viewer": viewer}


def test_everybody_sees_what_the_decision_says_by_every_door() -> None:
    others: dict[str, User | AnonymousUser] = {
        "stranger": factories.user(),
        "operator": factories.operator(),
        "superuser": factories.user(superuser=True),
    }
    for which in EVERY:
        one = dataset(*which)
        store = Store.objects.create(scope=one.pk)
        for name, person in {**others, **people_of(one)}.items():
            expected = seen_plainly(one, name)
            viewer = Viewer(person)
            assert (one.pk in viewer.scopes) == expected, (which, name)
            assert viewer.datasets.filter(pk=one.pk).exists() == expected
            assert (store_seen_by(person, store.id) is not None) == expected


def test_an_embargo_ends_by_itself(settings: object) -> None:
    one = dataset(Visibility.OWNER, DatasetState.PUBLISHED, "today")
    assert one.pk not in Viewer(AnonymousUser()).scopes
    Dataset.objects.filter(pk=one.pk).update(embargo_until=today() - timedelta(days=1))
    assert one.pk in Viewer(AnonymousUser()).scopes


def test_a_tombstone_is_told_to_those_who_could_see_the_publication() -> None:
    stranger = factories.user()
    for visibility, embargo in product(Visibility, DAYS):
        one = dataset(visibility, DatasetState.WITHDRAWN, embargo)
        was_open = embargo in {"none", "yesterday"}
        anybody = Viewer(AnonymousUser())
        assert (one.pk in anybody.buried) == was_open
        assert anybody.named_datasets.filter(pk=one.pk).exists() == was_open
        by_institute = was_open or visibility is Visibility.INSTITUTE
        assert (one.pk in Viewer(stranger).buried) == by_institute


def test_drafts_leave_no_tombstone() -> None:
    for state in set(DatasetState) - {DatasetState.WITHDRAWN}:
        dataset(Visibility.PUBLIC, state, "none")
    assert Viewer(AnonymousUser()).buried == ()


def test_an_embargo_ends_for_everybody_on_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    one = dataset(Visibility.PUBLIC, DatasetState.DRAFT, "today")
    viewer, other = factories.user(), factories.user()
    assert Viewer(viewer).scopes == Viewer(other).scopes == ()
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(visible, "today", lambda: tomorrow)
    assert Viewer(viewer).scopes == Viewer(other).scopes == Viewer(AnonymousUser()).scopes
    assert Viewer(viewer).scopes == (one.pk,)


def test_the_scopes_of_a_person_are_those_of_the_datasets_they_see() -> None:
    people = [factories.user() for _ in range(3)]
    for which in EVERY:
        dataset(*which)
    owned = factories.dataset(visibility=Visibility.OWNER, owner=people[1])
    shared = factories.dataset(visibility=Visibility.GROUPS, owner=people[1])
    group = Group.objects.create(name="those who see it")
    people[2].groups.add(group)
    factories.access(group, Role.VIEWER, shared)
    for person in people:
        seen = datasets_seen_by(person).order_by("serial").values_list("serial", flat=True)
        assert Viewer(person).scopes == tuple(seen)
    assert owned.pk in Viewer(people[1]).scopes
    assert owned.pk not in Viewer(people[0]).scopes
    assert [shared.pk in Viewer(person).scopes for person in people] == [False, True, True]
