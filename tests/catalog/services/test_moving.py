"""Stores go to another dataset by who may work on both, and followers of either learn of it."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from catalog.errors import MoveRefused, NotAllowed
from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, History, Holding, Job
from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from catalog.services.jobs import ask_for
from catalog.services.moving import move_to_dataset
from catalog.words import Role, Visibility
from plates.models import Plate, PlateMap, Store
from plates.services.apply_plate_map import apply_rows
from tests import factories, stores
from tests.plates.services.annotating import KEYS, mapping_of, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden() -> Dataset:
    return factories.dataset("hidden", visibility=Visibility.OWNER)


@pytest.fixture
def held(tmp_path: Path, open_dataset: Dataset) -> Store:
    return harvested(tmp_path / "p.zarr", open_dataset, name="P")


def harvested(folder: Path, dataset: Dataset, *, name: str) -> Store:
    """A plate that was harvested, and whose jobs are done."""
    stores.plate(folder, wells=["A/1", "B/2"], name=name)
    factories.harvested(str(folder), into=dataset)
    Job.objects.filter(finished_at=None).delete()
    return Store.objects.get(plate__name=name)


def annotate(dataset: Dataset, *plates: str) -> PlateMap:
    made = PlateMap.objects.create(scope=dataset.serial, digest=f"files {plates}")
    rows = [row_of(n, plate, "A1", Compound="taxol") for n, plate in enumerate(plates, 2)]
    apply_rows(plate_map=made, mapping=mapping_of(), rows=rows, keys=KEYS, by="ann")
    return made


def found_by_anybody(q: str) -> int:
    return Search(q, Viewer(AnonymousUser())).count()[0]


def test_a_store_goes_with_its_plate_and_what_is_said_of_it(
    held: Store, open_dataset: Dataset, hidden: Dataset
) -> None:
    plate_map = annotate(open_dataset, "P")
    assert found_by_anybody("compound:taxol") == 1
    (gone,) = move_to_dataset(stores=[held], to=hidden, by=None)
    assert gone.pk == held.pk
    assert Holding.objects.get().dataset == hidden
    assert Plate.objects.get().scope == hidden.serial
    plate_map.refresh_from_db()
    assert plate_map.scope == hidden.serial
    assert found_by_anybody("plate:P") == 0
    move_to_dataset(stores=[held], to=open_dataset, by=None)
    assert found_by_anybody("compound:taxol") == 1


def test_curators_of_both_datasets_alone_may_move(
    held: Store, open_dataset: Dataset, hidden: Dataset
) -> None:
    curator = factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    with pytest.raises(NotAllowed, match="Only curators"):
        move_to_dataset(stores=[held], to=hidden, by=curator)
    factories.access(curator, Role.CURATOR, hidden)
    assert move_to_dataset(stores=[held], to=hidden, by=curator)


def test_a_store_that_a_job_is_about_stays_until_that_ends(held: Store, hidden: Dataset) -> None:
    ask_for(Kind.VALIDATE, dataset=Holding.objects.get().dataset, by=None, url="", store=held)
    with pytest.raises(MoveRefused, match="cancel it first"):
        move_to_dataset(stores=[held], to=hidden, by=None)
    assert Holding.objects.get().dataset != hidden


def test_a_plate_map_about_what_stays_is_named_and_nothing_moves(
    held: Store, tmp_path: Path, open_dataset: Dataset, hidden: Dataset
) -> None:
    harvested(tmp_path / "q.zarr", open_dataset, name="Q")
    annotate(open_dataset, "P", "Q")
    with pytest.raises(MoveRefused, match=r"would stay behind \(Q\)"):
        move_to_dataset(stores=[held], to=hidden, by=None)
    assert found_by_anybody("compound:taxol") == 2


def test_the_feed_of_the_old_dataset_names_ids_and_that_of_the_new_tells_what_came(
    held: Store, open_dataset: Dataset, hidden: Dataset
) -> None:
    move_to_dataset(stores=[held], to=hidden, by=None)
    (left,) = Change.objects.filter(dataset=open_dataset)
    assert (left.verb, left.store) == ("left", None)
    assert left.differences == {"left": {"stores": [str(held.id)]}}
    verbs = set(Change.objects.filter(dataset=hidden).values_list("verb", flat=True))
    assert {"appeared", "joined"} <= verbs


def test_both_datasets_remember_who_moved_what(
    held: Store, open_dataset: Dataset, hidden: Dataset
) -> None:
    operator = factories.operator()
    move_to_dataset(stores=[held], to=hidden, by=operator)
    rows = History.objects.filter(verb="move", by=operator)
    assert {row.dataset for row in rows} == {open_dataset, hidden}
    assert rows[0].changes == {"dataset": [open_dataset.slug, "hidden"]}


def test_what_is_there_already_changes_nothing(held: Store, open_dataset: Dataset) -> None:
    changes = Change.objects.count()
    assert move_to_dataset(stores=[held], to=open_dataset, by=None) == []
    assert Change.objects.count() == changes
