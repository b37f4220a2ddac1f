"""Imports and harvests of one plate at once keep counts right; those of two plates do not wait."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from plates.models import Store
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.load import load_snapshot
from plates.services.stores import mark_vanished
from plates.services.undo_plate_map import undo_rows
from tests.plates.services.annotating import applied, loaded, plate_snapshot, row_of
from tests.plates.services.counts_oracle import (
    counts_by_rows,
    counts_kept,
    overlaps_by_rows,
    overlaps_kept,
    places,
    places_kept,
)
from tests.plates.services.index_oracle import differing_carriers
from tests.plates.services.sufficient_oracle import sufficient_by_masks, sufficient_kept

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 20.0
PROBABLY_WAITING_S = 1.0
LARGE = [f"{row}/{column}" for row in "ABCDEFGHIJKLMNOP" for column in range(1, 25)]
Work = Callable[[], object]


@pytest.fixture(autouse=True)
def emptied(transactional_db: None) -> Iterator[None]:
    """Annotation rows hold on to each other: the tables are emptied at once."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE plates_annotationrow CASCADE")


class Threaded:
    """Work in a thread with a connection of its own; what it raises is raised by `ended`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:  # noqa: BLE001 - told to who asks
            self._failure = failure
        finally:
            connection.close()

    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def ended(self) -> None:
        self._thread.join(PATIENCE_S)
        assert self.is_over()
        if self._failure is not None:
            raise self._failure


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone() != (0,))


def at_once(first: Work, second: Work) -> None:
    """The second begins when the first is done but not committed, and is over or waits then."""
    done, go_on = threading.Event(), threading.Event()

    def holding() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go_on.wait(PATIENCE_S)

    one = Threaded(holding)
    assert done.wait(PATIENCE_S)
    other = Threaded(second)
    # Some ask for a lock again and again instead of standing in line.
    until = time.monotonic() + PROBABLY_WAITING_S
    while not other.is_over() and not is_waiting() and time.monotonic() < until:
        time.sleep(0.01)
    go_on.set()
    one.ended()
    other.ended()


def saying(compound: str) -> None:
    wells = ("A1", "A2", "B2", "D6")
    applied(*(row_of(n, "P", well, Compound=compound) for n, well in enumerate(wells, 2)))


def harvest(store: Store, snapshot: StoreSnapshot) -> Work:
    return lambda: load_snapshot(store, snapshot, layouts={})


def vanish(store: Store) -> Work:
    return lambda: mark_vanished(list(store.locations.values_list("pk", flat=True)))


MORE = plate_snapshot("P", "A/1", "A/2", "B/2")
GROWN = plate_snapshot("P", "A/1", "A/2", "D/6")


@pytest.mark.parametrize("is_annotated", [True, False], ids=["annotated", "bare"])
@pytest.mark.parametrize("shown", [MORE, GROWN, None], ids=["more wells", "grown", "gone"])
@pytest.mark.parametrize("import_first", [True, False], ids=["import first", "harvest first"])
def test_an_import_and_a_harvest_of_one_plate_leave_right_counts(
    shown: StoreSnapshot | None, *, is_annotated: bool, import_first: bool
) -> None:
    store = loaded("/p", plate_snapshot("P", "A/1"))
    if is_annotated:
        saying("x")
    works: list[Work] = [
        lambda: saying("y"),
        harvest(store, shown) if shown is not None else vanish(store),
    ]
    at_once(*(works if import_first else works[::-1]))
    there = places()
    assert places_kept() == {carrier: there[carrier] for carrier in places_kept()}
    assert not differing_carriers()
    assert counts_kept() == counts_by_rows()
    assert sufficient_kept() == sufficient_by_masks()
    assert overlaps_kept() == overlaps_by_rows()


@pytest.mark.parametrize("undo_first", [True, False])
def test_undoing_and_a_harvest_of_one_plate_leave_right_counts(*, undo_first: bool) -> None:
    store = loaded("/p", plate_snapshot("P", "A/1"))
    made, _ = applied(row_of(2, "P", "A1", Compound="x"), row_of(3, "P", "A2", Compound="x"))
    works: list[Work] = [lambda: undo_rows(plate_map=made), harvest(store, MORE)]
    at_once(*(works if undo_first else works[::-1]))
    assert counts_kept() == counts_by_rows() == {}
    assert sufficient_kept() == sufficient_by_masks()


def without_waiting(first: Work, second: Work) -> None:
    """The second is over while the first is not committed."""
    done, go_on = threading.Event(), threading.Event()

    def holding() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go_on.wait(PATIENCE_S)

    one = Threaded(holding)
    try:
        assert done.wait(PATIENCE_S)
        Threaded(second).ended()
        assert not one.is_over()
    finally:
        go_on.set()
        one.ended()


def test_two_large_plates_of_a_dataset_load_at_once_without_waiting() -> None:
    without_waiting(
        lambda: loaded("/p", plate_snapshot("P", *LARGE)),
        lambda: loaded("/q", plate_snapshot("Q", *LARGE)),
    )
    assert {len(where) for where in places_kept().values()} == {384}


def test_two_large_annotated_plates_of_a_dataset_load_again_without_waiting() -> None:
    stores = {name: loaded(f"/{name}", plate_snapshot(name, "A/1", "P/24")) for name in "PQ"}
    applied(
        *(
            row_of(2, name, f"{path[0]}{path[2:]}", Compound="x", Cell_Line="HeLa")
            for name in stores
            for path in LARGE
        )
    )
    without_waiting(
        *(harvest(store, plate_snapshot(name, *LARGE)) for name, store in stores.items())
    )
    assert counts_kept() == counts_by_rows()
    assert sufficient_kept() == sufficient_by_masks()
    assert overlaps_kept() == overlaps_by_rows()
    assert set(counts_kept().values()) == {2 * 384}


def test_an_import_of_one_plate_does_not_hold_up_the_harvest_of_another() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    store = loaded("/q", plate_snapshot("Q", "A/1"))
    applied(row_of(2, "Q", "A1", Compound="x"), row_of(3, "Q", "A2", Compound="x"))
    without_waiting(lambda: saying("y"), harvest(store, plate_snapshot("Q", "A/1", "A/2")))
    assert counts_kept() == counts_by_rows()
    assert sufficient_kept() == sufficient_by_masks()
    assert overlaps_kept() == overlaps_by_rows()
