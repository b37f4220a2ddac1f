"""A plate that comes while somebody else is busy with those who wait for it is not missed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job
from catalog.services.leases import take_turn
from catalog.services.plate_map_imports import import_plate_map
from catalog.services.plate_map_matches import request_matches
from catalog.services.plate_map_watch import Watch
from plates.models import AnnotationRow, Plate
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, applied, checked, worked
from tests.catalog.services.test_changes import in_thread
from tests.catalog.services.test_proposal_locks import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

MATCHES = Job.objects.filter(kind=Kind.MATCH_PLATE_MAP.value)


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    """Django does not empty tables whose keys Postgres does not check."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE plates_annotationrow CASCADE")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """The plate that the layout is about, by its name alone; not harvested yet."""
    wells = ["A/1", "A/2", "B/3"]
    return str(stores.plate(tmp_path / "store.zarr", wells=wells, name="small"))


def test_a_plate_that_is_harvested_while_its_rows_are_applied(
    folder: str, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset)

    def harvest() -> None:
        factories.harvested(folder, into=open_dataset)

    watch = Watch(progress=lambda *_: in_thread(harvest).join())
    import_plate_map(plate_map=plate_map, by=None, watch=watch)
    assert not AnnotationRow.objects.exists()
    assert worked(MATCHES.get()).state == "done"
    assert AnnotationRow.objects.count() == 3


def test_a_harvest_that_asks_who_waits_is_waited_for(folder: str, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    factories.harvested(folder, into=open_dataset)
    plate = Plate.objects.get()
    Plate.objects.update(name="other")

    def apply() -> None:
        import_plate_map(plate_map=plate_map, by=None, watch=Watch())

    with transaction.atomic():
        Plate.objects.update(name="small")
        assert request_matches(plate=plate) == []
        thread = in_thread(apply)
        assert somebody_waits()
    thread.join()
    worked(MATCHES.get())
    assert AnnotationRow.objects.count() == 3


def test_the_job_that_a_harvest_counts_on_is_not_taken_before_the_harvest_is_over(
    folder: str, open_dataset: Dataset
) -> None:
    applied(open_dataset, LAYOUT)
    store = factories.harvested(folder, into=open_dataset)
    assert store.plate is not None
    taken: list[object] = []

    def take() -> None:
        taken.append(take_turn(kind=Kind.MATCH_PLATE_MAP))

    with transaction.atomic():
        assert request_matches(plate=store.plate) == [MATCHES.get()]
        in_thread(take).join()
        assert taken == [None]
    take()
    assert taken[1] is not None
    assert [job.state for job in request_matches(plate=store.plate)] == ["queued"]
    assert MATCHES.count() == 2
