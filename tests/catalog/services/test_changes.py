"""The feed of changes: one row for each event, in the order in which rows become visible."""

import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, Job
from catalog.services.changes import change_of, write_changes
from catalog.services.harvest import harvest_store
from catalog.services.validate import keep_failure
from catalog.words import ChangeVerb
from plates.models import Store
from plates.omezarr.errors import StoreNotFound
from plates.omezarr.read import read_store
from plates.services.layouts import ensure_layouts
from plates.services.load import load_snapshot
from tests import factories, stores
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db
PATIENCE_S = 20


def told(store: Store) -> list[tuple[str, Any]]:
    """What happened to a store, the oldest first."""
    rows = Change.objects.filter(store=store).order_by("serial")
    return list(rows.values_list("verb", "differences"))


def verbs(store: Store) -> list[str]:
    return [verb for verb, _ in told(store)]


def again(store: Store, dataset: Dataset) -> None:
    """Harvest a store once more, and validate it."""
    location = store.locations.get()
    factories.harvested(location.url, into=dataset)
    validated(store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/3"], missing=["B/3"], fields=2)


@pytest.fixture
def store(folder: Path, open_dataset: Dataset) -> Store:
    return validated(factories.harvested(str(folder), into=open_dataset))


def test_a_store_appears_with_counts_and_then_gets_its_verdict(store: Store) -> None:
    (first, differences), *rest = told(store)
    assert first == "appeared"
    assert set(differences) == {"counts"}
    assert differences["counts"]["fields"] == {"before": 0, "after": 2}
    assert rest == [("verdict", {"verdict": {"before": "unchecked", "after": "incomplete"}})]
    change = Change.objects.filter(store=store).earliest("serial")
    assert (change.dataset_id, change.plate) == (store.scope, store.plate)
    assert change.job is not None
    assert change.job.kind == Kind.HARVEST.value


def test_an_unchanged_store_tells_nothing(store: Store, open_dataset: Dataset) -> None:
    before = told(store)
    again(store, open_dataset)
    assert told(store) == before


def test_a_changed_store_tells_what_differs(
    store: Store, folder: Path, open_dataset: Dataset
) -> None:
    seen = len(told(store))
    shutil.rmtree(folder)
    stores.plate(folder, wells=["A/1", "B/3"], missing=["A/1/1"], fields=2)
    factories.harvested(str(folder), into=open_dataset)
    verb, differences = told(store)[seen]
    assert verb == "changed"
    assert differences["wells"] == {"returned": {"total": 1, "first": ["B03"]}}
    assert differences["fields"] == {
        "added": {"total": 2, "first": ["B/03/0", "B/03/1"]},
        "vanished": {"total": 1, "first": ["A/01/1"]},
    }
    assert differences["counts"]["missing"] == {"before": 1, "after": 1}


def fail(store: Store, url: str, dataset: Dataset) -> None:
    """Find a store unreachable, as a harvest does."""
    job = factories.queued_harvest(url, into=dataset)
    keep_failure(lease=factories.taken(job), store=store, error=StoreNotFound(url))
    Job.objects.filter(pk=job.pk).delete()


def test_reach_is_told_when_it_is_lost_and_when_it_is_back(
    store: Store, folder: Path, open_dataset: Dataset
) -> None:
    seen = len(told(store))
    for _ in range(2):
        fail(store, str(folder), open_dataset)
    again(store, open_dataset)
    assert told(store)[seen:] == [
        ("reach", {"reach": {"before": "ok", "after": "unreachable"}}),
        ("reach", {"reach": {"before": "unreachable", "after": "ok"}}),
    ]


def test_a_verdict_that_rests_on_the_same_content_is_told_alone(
    store: Store, folder: Path, open_dataset: Dataset
) -> None:
    Store.objects.filter(pk=store.pk).update(verdict="unchecked")
    seen = len(told(store))
    again(store, open_dataset)
    assert verbs(store)[seen:] == ["verdict"]


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Work in a thread with a connection of its own, begun."""

    def whole() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=whole)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_change_is_not_written_before_the_one_ahead_of_it_can_be_seen(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    store = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    Change.objects.all().delete()
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write_changes([change_of(ChangeVerb.VANISHED, store, job=None)])
            written.set()
            go_on.wait(PATIENCE_S)

    def quick() -> None:
        write_changes([change_of(ChangeVerb.RETURNED, store, job=None)])

    first = in_thread(slow)
    assert written.wait(PATIENCE_S)
    second = in_thread(quick)
    second.join(0.5)
    assert second.is_alive()
    assert not Change.objects.exists()
    go_on.set()
    first.join(PATIENCE_S)
    second.join(PATIENCE_S)
    assert verbs(store) == ["vanished", "returned"]


@pytest.mark.django_db(transaction=True)
def test_who_reads_behind_the_last_serial_misses_nothing_while_many_write(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    store = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    Change.objects.all().delete()
    each, writers = 15, 6

    def write() -> None:
        for _ in range(each):
            with transaction.atomic():
                write_changes([change_of(ChangeVerb.CHANGED, store, job=None)])
                time.sleep(random.uniform(0, 0.004))

    threads = [in_thread(write) for _ in range(writers)]
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads):
        seen += read_behind(seen)
    seen += read_behind(seen)
    assert len(seen) == each * writers
    assert seen == list(Change.objects.order_by("serial").values_list("serial", flat=True))
    times = list(Change.objects.order_by("serial").values_list("at", flat=True))
    assert times == sorted(times)


def read_behind(seen: list[int]) -> list[int]:
    """The serials behind the last that was seen."""
    last = seen[-1] if seen else 0
    rows = Change.objects.filter(serial__gt=last).order_by("serial")
    return list(rows.values_list("serial", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_plate_that_is_loaded_does_not_hold_up_a_change_that_names_it(
    folder: Path, open_dataset: Dataset
) -> None:
    store = factories.harvested(str(folder), into=open_dataset)
    snapshot = read_store(str(folder))
    layouts = ensure_layouts(snapshot)
    loaded, written = threading.Event(), threading.Event()

    def load() -> None:
        with transaction.atomic():
            load_snapshot(store, snapshot, layouts=layouts)
            loaded.set()
            assert written.wait(PATIENCE_S)
            write_changes([change_of(ChangeVerb.CHANGED, store, job=None)])

    def judge() -> None:
        assert loaded.wait(PATIENCE_S)
        with transaction.atomic():
            write_changes([change_of(ChangeVerb.VERDICT, store, job=None)])
            written.set()

    threads = [in_thread(load), in_thread(judge)]
    for thread in threads:
        thread.join(PATIENCE_S)
    assert verbs(store)[-2:] == ["verdict", "changed"]


def test_a_load_after_a_change_in_the_same_transaction_may_still_renumber_wells(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", shape=96, wells=["B/2", "C/3"])
    store = factories.harvested(str(folder), into=open_dataset)
    shutil.rmtree(folder)
    stores.plate(folder, shape=384, wells=["B/2", "C/3", "P/24"])
    job = factories.queued_harvest(str(folder), into=open_dataset)
    harvest_store(lease=factories.taken(job))
    assert [verb for verb in verbs(store) if verb != "verdict"] == ["appeared", "changed"]
