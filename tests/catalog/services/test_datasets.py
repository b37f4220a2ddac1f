"""Datasets and access: what a service does, and that it leaves a record."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.models import Access, Dataset, History
from catalog.queries.visible import Viewer, may
from catalog.services.datasets import (
    DatasetNameTaken,
    NotASlug,
    change_visibility,
    create_dataset,
    find_or_create_dataset,
    grant_access,
    revoke_access,
)
from catalog.words import Role, Visibility
from tests import factories

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(History.objects.order_by("id").values_list("verb", flat=True))


def test_a_new_dataset_is_private_and_its_makers() -> None:
    maker = factories.user()
    dataset = create_dataset(slug="screen", by=maker)
    assert dataset.visibility == Visibility.OWNER.value
    assert dataset.owner == maker
    assert verbs() == ["create"]


def test_a_name_is_taken_once() -> None:
    factories.dataset("screen")
    with pytest.raises(DatasetNameTaken, match="screen"):
        create_dataset(slug="screen", by=None)


def test_public_opens_a_new_dataset_and_never_an_old_one() -> None:
    old = factories.dataset("old", visibility=Visibility.OWNER)
    assert find_or_create_dataset(slug="old", by=None, public=True).pk == old.pk
    old.refresh_from_db()
    assert old.visibility == Visibility.OWNER.value
    new = find_or_create_dataset(slug="new", by=None, public=True)
    assert new.visibility == Visibility.PUBLIC.value


def test_opening_a_dataset_is_recorded_with_before_and_after() -> None:
    dataset = factories.dataset("d", visibility=Visibility.OWNER)
    publisher = factories.user()
    change_visibility(dataset=dataset, visibility=Visibility.PUBLIC, by=publisher)
    entry = History.objects.latest("id")
    assert entry.by == publisher
    assert entry.changes == {"visibility": ["owner", "public"]}


def test_saying_the_same_again_is_no_change() -> None:
    dataset = factories.dataset("d")
    before = History.objects.count()
    change_visibility(dataset=dataset, visibility=Visibility.PUBLIC, by=None)
    assert History.objects.count() == before


def test_access_is_given_replaced_and_taken_with_a_record() -> None:
    dataset = factories.dataset("d", visibility=Visibility.GROUPS)
    person = factories.user()
    grant_access(role=Role.VIEWER, to=person, by=None, dataset=dataset)
    access = grant_access(role=Role.CURATOR, to=person, by=None, dataset=dataset)
    assert Access.objects.count() == 1
    assert Viewer(person).datasets.count() == 1
    revoke_access(access=access, by=None)
    assert Viewer(person).datasets.count() == 0
    assert verbs() == ["create", "grant", "grant", "revoke"]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("asked", Role)
def test_a_role_includes_those_before_it(role: Role, asked: Role) -> None:
    dataset = factories.dataset(visibility=Visibility.GROUPS)
    person = factories.user()
    grant_access(role=role, to=person, by=None, dataset=None if role is Role.OPERATOR else dataset)
    assert may(person, asked, dataset) == role.includes(asked)


def test_an_owner_may_all_but_operate() -> None:
    owner = factories.user()
    dataset = factories.dataset(owner=owner)
    assert [role for role in Role if may(owner, role, dataset)] == list(Role)[:3]


def test_somebody_who_left_sees_what_anybody_sees() -> None:
    person = factories.user(superuser=True)
    factories.dataset("hidden", visibility=Visibility.OWNER)
    person.is_active = False
    assert not Viewer(person).datasets.exists()


def test_the_database_refuses_access_that_is_for_nobody_or_for_two() -> None:
    dataset = factories.dataset()
    person = factories.user()
    for wrong in (
        {"role": "viewer", "dataset": dataset},
        {"role": "viewer", "dataset": dataset, "user": person, "group": factories.group(person)},
        {"role": "operator", "dataset": dataset, "user": person},
        {"role": "viewer", "dataset": None, "user": person},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Access.objects.create(**wrong)


def test_a_dataset_is_not_its_own_parent() -> None:
    dataset = factories.dataset()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dataset.objects.filter(pk=dataset.pk).update(parent=dataset)


@pytest.mark.parametrize("organism", ["human", "NCBITaxon:", ":9606", "NCBITaxon: 9606"])
def test_what_is_no_curie_is_refused_in_a_sentence(organism: str) -> None:
    dataset = factories.dataset()
    dataset.organisms = [organism]
    with pytest.raises(ValidationError, match="prefix:id"):
        dataset.full_clean()


@pytest.mark.parametrize("slug", ["", "a/b c", "x" * 81, "ü"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(slug: str) -> None:
    with pytest.raises(NotASlug, match="letters, digits"):
        find_or_create_dataset(slug=slug, by=None)
