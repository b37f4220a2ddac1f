"""How far plates have come, counted at once, against the same said plate by plate."""

from pathlib import Path

import pytest
from django.utils import timezone

from catalog.models import Dataset
from catalog.queries.reconciliation import of_dataset
from plates.models import Plate, Store
from plates.queries.plate_steps import Step, lacking, plate_steps, waited_for, with_steps
from tests import factories, stores
from tests.catalog.services.mapped import applied
from tests.catalog.services.previewed import previewed
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def plates(tmp_path: Path, open_dataset: Dataset) -> dict[str, Plate]:
    """Plates that have come to different steps, and one that is waited for."""
    for name in "pqrs":
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1"], name=name)
        store = factories.harvested(str(folder), into=open_dataset)
        if name in "pq":
            validated(store)
        if name == "p":
            previewed(store)
    Store.objects.filter(name__startswith="s").update(vanished_at=timezone.now())
    applied(open_dataset, "Plate,Well,Drug\np,A1,x\nr,A1,x\nwaited,A1,x\n")
    return {plate.name: plate for plate in Plate.objects.all()}


def oracle(dataset: Dataset) -> dict[Step, int]:
    """The same out of the reconciliation, which tells of each plate."""
    told = of_dataset(dataset).plates
    return {
        Step.ARRIVED: sum(plate.arrived for plate in told),
        Step.VALID: sum(plate.valid for plate in told),
        Step.ANNOTATED: sum(plate.arrived and plate.annotated for plate in told),
    }


def test_counts_are_those_of_the_reconciliation(
    plates: dict[str, Plate], open_dataset: Dataset
) -> None:
    told = plate_steps([(7, plate.pk) for plate in plates.values()], {})[7]
    for step, number in oracle(open_dataset).items():
        assert told.of(step).done == number, step
    assert told.of(Step.PREVIEWED).done == 1
    assert told.expected == 2
    number, since = waited_for([open_dataset.pk])[open_dataset.pk]
    assert number == 1
    assert since is not None
    assert of_dataset(open_dataset).figures()["expected"] == told.expected + number


def test_each_worklist_holds_what_is_left(plates: dict[str, Plate]) -> None:
    told = plate_steps([(1, plate.pk) for plate in plates.values()], {})[1]
    for step in (Step.ARRIVED, Step.VALID, Step.ANNOTATED, Step.PREVIEWED):
        left = with_steps(Plate.objects.all()).filter(lacking(step))
        assert left.count() == told.of(step).left, step
        oldest = min((plate.created_at for plate in left), default=None)
        assert (told.of(step).oldest is None) == (oldest is None)


def test_what_was_there_when_the_version_was_made_is_published(plates: dict[str, Plate]) -> None:
    pairs = [(1, plate.pk) for plate in plates.values()]
    assert plate_steps(pairs, {1: timezone.now()})[1].of(Step.PUBLISHED).done == 3
    some = plate_steps(pairs, {1: plates["q"].created_at})[1].of(Step.PUBLISHED)
    assert (some.done, some.left) == (2, 1)
    assert some.oldest == plates["r"].created_at
    assert plate_steps(pairs, {})[1].of(Step.PUBLISHED).left == 3


def test_a_plate_counts_in_each_of_its_groups(plates: dict[str, Plate]) -> None:
    told = plate_steps([(1, plates["p"].pk), (2, plates["p"].pk), (2, plates["q"].pk)], {})
    assert (told[1].of(Step.ARRIVED).done, told[2].of(Step.ARRIVED).done) == (1, 2)
