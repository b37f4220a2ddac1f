"""Undo: a field is what it was again, unless somebody has changed it since."""

from pathlib import Path

import pytest

from catalog.errors import CannotBeUndone, NotAllowed
from catalog.models import Dataset, History, Person
from catalog.services.datasets import change_visibility, grant_access
from catalog.services.record import record
from catalog.services.undo import undo_change
from catalog.words import Role, Visibility
from plates.models import Plate
from tests import factories

pytestmark = pytest.mark.django_db


def changed(dataset: Dataset, **fields: object) -> History:
    """A change of a dataset as the desk records it."""
    changes = {name: (getattr(dataset, name), value) for name, value in fields.items()}
    for name, value in fields.items():
        setattr(dataset, name, value)
    dataset.save()
    record("change", dataset, by=None, dataset=dataset, changes=changes)
    return History.objects.latest("id")


def test_fields_are_what_they_were_and_that_is_recorded(open_dataset: Dataset) -> None:
    entry = changed(open_dataset, title="Other", keywords=["a", "b"])
    undo_change(entry=entry, by=None)
    open_dataset.refresh_from_db()
    assert (open_dataset.title, open_dataset.keywords) == ("Open", [])
    undone = History.objects.latest("id")
    assert undone.verb == "undo"
    assert undone.changes == {"title": ["Other", "Open"], "keywords": [["a", "b"], []]}


def test_an_undo_can_be_undone(open_dataset: Dataset) -> None:
    undo_change(entry=changed(open_dataset, licence="CC0-1.0"), by=None)
    undo_change(entry=History.objects.latest("id"), by=None)
    open_dataset.refresh_from_db()
    assert open_dataset.licence == "CC0-1.0"


def test_what_was_changed_since_is_not_undone_and_nothing_is_half_written(
    open_dataset: Dataset,
) -> None:
    entry = changed(open_dataset, title="Other", summary="More")
    changed(open_dataset, title="Third")
    with pytest.raises(CannotBeUndone, match="Title was changed since, to 'Third'"):
        undo_change(entry=entry, by=None)
    open_dataset.refresh_from_db()
    assert open_dataset.summary == "More"


def test_owner_and_parent_are_found_again_by_their_names(open_dataset: Dataset) -> None:
    owner, study = factories.user("anna"), factories.dataset("study")
    entry = changed(open_dataset, owner=owner, parent=study)
    undo_change(entry=entry, by=None)
    undo_change(entry=History.objects.latest("id"), by=None)
    open_dataset.refresh_from_db()
    assert (open_dataset.owner, open_dataset.parent) == (owner, study)


def test_an_owner_who_is_gone_cannot_be_given_back(open_dataset: Dataset) -> None:
    owner = factories.user("anna")
    changed(open_dataset, owner=owner)
    entry = changed(open_dataset, owner=None)
    History.objects.exclude(by=None).update(by=None)
    owner.delete()
    with pytest.raises(CannotBeUndone, match="it is gone"):
        undo_change(entry=entry, by=None)


def test_visibility_is_undone_as_any_field(open_dataset: Dataset) -> None:
    change_visibility(dataset=open_dataset, visibility=Visibility.OWNER, by=None)
    undo_change(entry=History.objects.latest("id"), by=None)
    open_dataset.refresh_from_db()
    assert open_dataset.visibility == Visibility.PUBLIC.value


def test_what_is_not_allowed_any_more_is_not_set_back(open_dataset: Dataset) -> None:
    changes = {"licence": ("not one", "")}
    record("change", open_dataset, by=None, dataset=open_dataset, changes=changes)
    with pytest.raises(CannotBeUndone, match="SPDX"):
        undo_change(entry=History.objects.latest("id"), by=None)


def test_a_plate_is_renamed_back(open_dataset: Dataset, plate_folder: Path) -> None:
    store = factories.harvested(str(plate_folder), into=open_dataset)
    plate = store.plate
    assert plate is not None
    record("change", plate, by=None, dataset=open_dataset, changes={"name": ("was", plate.name)})
    undo_change(entry=History.objects.latest("id"), by=None)
    assert Plate.objects.get().name == "was"


def test_what_is_gone_and_what_is_no_change_of_fields_is_refused(open_dataset: Dataset) -> None:
    person = Person.objects.create(dataset=open_dataset, name="A")
    record("change", person, by=None, dataset=open_dataset, changes={"name": ("B", "A")})
    person.delete()
    with pytest.raises(CannotBeUndone, match="gone"):
        undo_change(entry=History.objects.latest("id"), by=None)
    grant_access(role=Role.VIEWER, to=factories.user(), by=None, dataset=open_dataset)
    with pytest.raises(CannotBeUndone, match="no change of plain fields"):
        undo_change(entry=History.objects.latest("id"), by=None)


def test_only_curators_undo(open_dataset: Dataset) -> None:
    viewer, curator = factories.user(), factories.user()
    factories.access(viewer, Role.VIEWER, open_dataset)
    factories.access(curator, Role.CURATOR, open_dataset)
    entry = changed(open_dataset, title="Other")
    with pytest.raises(NotAllowed):
        undo_change(entry=entry, by=viewer)
    undo_change(entry=entry, by=curator)
    assert History.objects.latest("id").by == curator
