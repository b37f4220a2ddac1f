"""What comes of a proposal that is accepted or refused: for the stores, their jobs and the feed."""

import shutil
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from catalog.errors import NotAllowed, ProposalIsDecided, ProposalIsOutdated
from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, History, Holding, Job, Proposal, Source
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_store_harvest
from catalog.services.jobs import locked_under
from catalog.services.mirrors import separate_location
from catalog.services.proposals import accept_proposal, refuse_proposal
from catalog.services.sources import create_source
from catalog.services.standing import locked_store
from catalog.services.stores import url_of
from catalog.services.validate import request_validation, validate_store
from catalog.words import JobState, Role
from plates.models import Carrier, Field, Location, Plate, Store, Well
from tests import factories, stores
from tests.catalog.services.proposed import copy, one_plate, only
from tests.catalog.services.rows import rows_of
from tests.catalog.services.scanned import scan
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return one_plate(tmp_path / "in")


def test_an_accepted_move_keeps_the_ids_and_removes_what_was_double(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    rows, wells = rows_of(known), set(Well.objects.values_list("pk", flat=True))
    fields = set(Field.objects.values_list("pk", flat=True))
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    assert (Store.objects.count(), Plate.objects.count()) == (2, 2)
    by = factories.user(superuser=True)
    accept_proposal(proposal=only(), by=by)
    after = Store.objects.get()
    assert (after.pk, after.id, after.plate) == (known.pk, known.id, known.plate)
    assert (after.vanished_at, after.name, after.reach) == (None, "new", "ok")
    assert after.plate is not None
    assert after.plate.vanished_at is None
    assert url_of(after) == str(folder / "new.zarr")
    gone = Location.objects.get(store=after, gone_at__isnull=False)
    assert gone.url == str(folder / "old.zarr")
    assert set(Well.objects.values_list("pk", flat=True)) == wells
    assert set(Field.objects.values_list("pk", flat=True)) == fields
    assert Carrier.objects.count() == Holding.objects.count() == 1
    after.name = known.name
    assert rows_of(after) == rows
    proposal = only()
    assert (proposal.state, proposal.store, proposal.decided_by) == ("accepted", None, by)
    entry = History.objects.get(verb="move", subject=str(known.id))
    assert entry.changes["url"] == [None, str(folder / "new.zarr")]
    assert History.objects.get(verb="accept").by == by
    told = scan(source)
    assert (told["unchanged"], told["new"], told["vanished"]) == ({"consolidated": 1}, 0, 0)


def test_what_was_proposed_of_a_merged_store_is_proposed_of_the_known_one(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    copy(folder, "second.zarr")
    scan(source)
    copy(folder, "third.zarr")
    scan(source)
    second = Proposal.objects.get(store__name="second")
    third = Proposal.objects.get(store__name="third")
    Proposal.objects.filter(pk=third.pk).update(of=second.store)
    accept_proposal(proposal=second, by=None)
    third.refresh_from_db()
    assert (third.of, third.state) == (known, "open")
    accept_proposal(proposal=third, by=None)
    assert Location.objects.filter(store=known, gone_at=None).count() == 3


def test_a_proposal_whose_stores_differ_by_now_is_refused_and_withdrawn(
    source: Source, folder: Path
) -> None:
    scan(source)
    new = copy(folder)
    scan(source)
    proposal = only()
    Store.objects.filter(pk=proposal.of_id).update(digest="0" * 64)
    with pytest.raises(ProposalIsOutdated, match="no longer the same"):
        accept_proposal(proposal=proposal, by=None)
    factories.harvested(str(new), into=Dataset.objects.get())
    assert not Proposal.objects.exists()


def test_a_new_store_that_has_vanished_as_well_is_nothing_to_accept(
    source: Source, folder: Path
) -> None:
    scan(source)
    new = copy(folder)
    scan(source)
    shutil.rmtree(new)
    scan(source)
    with pytest.raises(ProposalIsOutdated, match="vanished as well"):
        accept_proposal(proposal=only(), by=None)


def test_a_proposal_is_decided_once(source: Source, folder: Path) -> None:
    scan(source)
    copy(folder)
    scan(source)
    proposal = only()
    refuse_proposal(proposal=proposal, by=None)
    for decide in (accept_proposal, refuse_proposal):
        with pytest.raises(ProposalIsDecided, match="refused already"):
            decide(proposal=proposal, by=None)
    scan(source)
    assert only().state == "refused"


@pytest.mark.parametrize("decide", [accept_proposal, refuse_proposal])
def test_only_curators_decide(
    source: Source, folder: Path, decide: object, open_dataset: Dataset
) -> None:
    scan(source)
    copy(folder)
    scan(source)
    viewer, curator = factories.user(), factories.user()
    factories.access(viewer, Role.VIEWER, open_dataset)
    factories.access(curator, Role.CURATOR, open_dataset)
    assert callable(decide)
    with pytest.raises(NotAllowed):
        decide(proposal=only(), by=viewer)
    assert only().state == "open"
    decide(proposal=only(), by=curator)
    assert only().decided_by == curator


def test_a_worker_that_reads_the_new_store_meanwhile_starts_again_for_the_known_one(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    copy(folder)
    scan(source)
    new = only().store
    assert new is not None
    job = factories.queued_harvest(str(folder / "new.zarr"), into=Dataset.objects.get())
    factories.taken(job)
    accept_proposal(proposal=only(), by=None)
    job.refresh_from_db()
    assert (job.store, job.state) == (known, JobState.QUEUED.value)
    work_on(Kind.HARVEST, harvest_store)
    job.refresh_from_db()
    assert (job.state, job.outcome["url"]) == ("done", str(folder / "new.zarr"))


def test_a_validation_of_a_merged_store_is_one_of_the_known_one(
    source: Source, folder: Path
) -> None:
    scan(source)
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    accept_proposal(proposal=only(), by=None)
    for _ in range(2):
        work_on(Kind.VALIDATE, validate_store)
    assert set(Job.objects.filter(kind=Kind.VALIDATE.value).values_list("state", flat=True)) == {
        "done"
    }
    assert Store.objects.get().validation.digest == Store.objects.get().digest


def test_a_move_between_sources_is_watched_where_it_lies_now(
    source: Source, folder: Path, tmp_path: Path, open_dataset: Dataset
) -> None:
    archive = create_source(
        by=None, name="archive", url=str(tmp_path / "archive"), default_dataset=open_dataset
    )
    # A source in which nothing is found any more makes no tombstones.
    stores.image(folder / "stays.zarr")
    stores.image(tmp_path / "archive" / "there.zarr", name="there")
    scan(source)
    known = Store.objects.get(name="old")
    (folder / "old.zarr").rename(tmp_path / "archive" / "old.zarr")
    scan(source)
    scan(archive)
    accept_proposal(proposal=only(), by=None)
    assert Holding.objects.get(store=known).source == archive
    assert scan(source)["vanished"] == 0
    assert scan(archive)["unchanged"] == {"consolidated": 1, "root": 1}
    (tmp_path / "archive" / "old.zarr").rename(folder / "old.zarr")
    assert scan(archive)["vanished"] == 1
    # It comes back to where it lay first, as itself.
    scan(source)
    assert scan(archive)["vanished"] == 0
    after = Store.objects.get(name="old")
    assert (after.id, after.vanished_at, url_of(after)) == (
        known.id,
        None,
        str(folder / "old.zarr"),
    )


def test_the_feed_tells_that_a_moved_store_has_returned_and_loses_nothing(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    before = list(Change.objects.order_by("serial").values_list("id", flat=True))
    accept_proposal(proposal=only(), by=None)
    after = Change.objects.order_by("serial")
    assert [one.id for one in after][: len(before)] == before
    assert [one.verb for one in after] == ["appeared", "vanished", "appeared", "returned"]
    assert {(one.store, one.plate) for one in after} == {(known, known.plate)}


def test_the_feed_tells_that_a_store_which_is_separated_lies_nowhere(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    accept_proposal(proposal=only(), by=None)
    live = Location.objects.get(store=known, gone_at=None)
    separate_location(location=live, by=None)
    last = Change.objects.latest("serial")
    assert (last.store, last.verb) == (known, "vanished")
    (gone,) = Store.objects.filter(vanished_at__isnull=False)
    assert gone == known


@pytest.mark.django_db(transaction=True)
def test_a_known_store_that_is_written_meanwhile_and_a_proposal_wait_in_the_same_order(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    copy(folder)
    scan(source)
    job = request_store_harvest(store=known, by=None)
    lease = factories.taken(job)
    proposal, failures = only(), []

    def accept() -> None:
        try:
            accept_proposal(proposal=proposal, by=None)
        except OperationalError as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=accept)
    with transaction.atomic():
        # As a harvest does: its job, the store, then the store's holding.
        locked_under(lease)
        locked_store(known)
        thread.start()
        time.sleep(0.5)
        request_validation(store=known, by=None)
    thread.join()
    assert failures == []
    assert only().state == "accepted"
