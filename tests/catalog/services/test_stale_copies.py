"""Consolidated metadata that a few documents have left behind: what validation sees is harvested."""

import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, Job
from catalog.services.discover import discover_stores
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_store_harvest
from catalog.services.sources import create_source, request_scan
from catalog.services.validate import validate_store
from catalog.words import JobState
from plates.models import Evidence, Field, Store, Validation
from plates.omezarr.read import read_store
from plates.states import Strength
from tests import factories, stores
from tests.store_writer import consolidate
from tests.stores import Style
from workers.tasks import work_on

pytestmark = pytest.mark.django_db
WELLS = [f"{row}/{column:02}" for row in "BCDE" for column in range(3, 13)]
SERVICES = {
    Kind.DISCOVER: discover_stores,
    Kind.HARVEST: harvest_store,
    Kind.VALIDATE: validate_store,
}
LABELLED = ["C/08", "D/05"]
"""Beside none of whose fields a document is asked for, to see whether the copies are fresh."""


@pytest.fixture(params=["0.4", "0.5"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A plate whose copies speak of no labels, which two wells in the middle have by now."""
    plain = consolidate(stores.plate(tmp_path / "p.zarr", version=request.param, wells=WELLS))
    style = Style(labels=("nuclei",))
    other = stores.plate(tmp_path / "l.zarr", version=request.param, wells=WELLS, style=style)
    for well in LABELLED:
        shutil.copytree(other / well / "0" / "labels", plain / well / "0" / "labels")
    shutil.rmtree(other)
    assert read_store(str(plain)).copied
    return plain


def worked_off() -> list[str]:
    """Do all jobs that wait and what they lead to, as workers do; their kinds in order."""
    done = []
    while (
        job := Job.objects.filter(state=JobState.QUEUED.value).order_by("id").first()
    ) is not None:
        work_on(Kind(job.kind), SERVICES[Kind(job.kind)])
        done.append(Kind(job.kind).name.lower())
        job.refresh_from_db()
        assert job.state == JobState.DONE.value, job.error
    return done


def labelled(store: Store) -> list[str]:
    found = Field.objects.filter(store=store).exclude(layout__labels=[]).order_by("path")
    return [path.rpartition("/")[0] for path in found.values_list("path", flat=True)]


def test_labels_that_came_after_the_copies_are_found_by_the_validation_and_then_stay(
    folder: Path, open_dataset: Dataset
) -> None:
    store = factories.harvested(str(folder), into=open_dataset)
    assert labelled(store) == []
    assert worked_off() == ["validate", "harvest"]
    assert labelled(store) == LABELLED
    store.refresh_from_db()
    assert store.digest == Validation.objects.get(store=store).digest
    assert not Evidence.objects.get(location__store=store).has_copies

    told = Change.objects.filter(store=store).count()
    request_store_harvest(store=store, by=None)
    assert worked_off() == ["harvest"]
    assert labelled(store) == LABELLED
    assert Change.objects.filter(store=store).count() == told


def test_copies_that_are_made_anew_are_believed_again(folder: Path, open_dataset: Dataset) -> None:
    store = factories.harvested(str(folder), into=open_dataset)
    worked_off()
    consolidate(folder)
    request_store_harvest(store=store, by=None)
    worked_off()
    store.refresh_from_db()
    assert labelled(store) == LABELLED
    assert store.digest == read_store(str(folder)).digest
    assert Evidence.objects.get(location__store=store).has_copies
    request_store_harvest(store=store, by=None)
    assert worked_off() == ["harvest"]


def test_a_source_that_believes_no_copies_has_each_store_read_and_judged_once(
    tmp_path: Path, open_dataset: Dataset, settings: Settings
) -> None:
    settings.ADDRESSES_ALLOWED = {"roots": [f"file://{tmp_path}"]}
    consolidate(stores.plate(tmp_path / "in" / "p.zarr", wells=WELLS[:2]))
    source = create_source(
        by=None,
        name="lab",
        url=str(tmp_path / "in"),
        default_dataset=open_dataset,
        strength=Strength.DOCUMENTS.value,
    )
    request_scan(source=source, by=None)
    assert worked_off() == ["discover", "harvest", "validate"]
