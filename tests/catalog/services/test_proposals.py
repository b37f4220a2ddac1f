"""Moves and copies: proposed from what was seen, decided by a person or by the rule of the source."""

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
from catalog.services.jobs import locked_under
from catalog.services.mirrors import separate_location
from catalog.services.proposals import accept_proposal, refuse_proposal
from catalog.services.requesting import request_store_harvest
from catalog.services.sources import create_source
from catalog.services.standing import locked_store
from catalog.services.stores import url_of
from catalog.services.validate import request_validation, validate_store
from catalog.words import JobState, Moves, Role
from plates.models import Carrier, Field, Location, Plate, Store, Well
from tests import factories, stores
from tests.catalog.services.rows import rows_of
from tests.catalog.services.scanned import scan
from tests.store_writer import consolidate
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source with one plate that has pixels."""
    wells = ["A/1", "B/2", "C/3"]
    consolidate(stores.plate(tmp_path / "in" / "old.zarr", wells=wells, chunks=True))
    return tmp_path / "in"


def ruled(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(moves=Moves.ACCEPT.value)


def copy(folder: Path, name: str = "new.zarr", of: str = "old.zarr") -> Path:
    return Path(shutil.copytree(folder / of, folder / name))


def change_a_chunk(store: Path) -> None:
    """Another pixel in the chunk of the middle field that is sampled."""
    for chunk in (store / "B" / "02" / "0" / "1" / "c").rglob("*"):
        if chunk.is_file():
            chunk.write_bytes(b"\x07" * chunk.stat().st_size)


def only() -> Proposal:
    return Proposal.objects.get()


def test_a_moved_store_is_proposed_as_a_move(source: Source, folder: Path) -> None:
    scan(source)
    known = Store.objects.get()
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    new = Store.objects.get(name="new")
    proposal = only()
    assert (proposal.kind, proposal.state) == ("move", "open")
    assert (proposal.store, proposal.of) == (new, known)
    assert proposal.url == str(folder / "new.zarr")
    assert proposal.evidence == {
        "digest": known.digest,
        "compared": 4,
        "equal": 4,
        "proven": True,
    }


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


def test_a_copied_store_is_proposed_as_a_copy_and_becomes_a_mirror(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = Store.objects.get()
    copy(folder)
    scan(source)
    assert only().kind == "copy"
    accept_proposal(proposal=only(), by=None)
    live = Location.objects.filter(store=known, gone_at=None).order_by("id")
    assert [one.url for one in live] == [str(folder / "old.zarr"), str(folder / "new.zarr")]
    assert Store.objects.get().name == "old"
    told = scan(source)
    assert (told["unchanged"], told["new"], told["due"]) == ({"consolidated": 2}, 0, 0)


def test_a_copy_whose_original_vanishes_is_a_move(source: Source, folder: Path) -> None:
    scan(source)
    copy(folder)
    scan(source)
    shutil.rmtree(folder / "old.zarr")
    scan(source)
    assert only().kind == "move"


def test_a_rule_accepts_a_copy_only_when_its_original_is_gone(source: Source, folder: Path) -> None:
    ruled(source)
    scan(source)
    known = Store.objects.get()
    copy(folder)
    assert scan(source)["moved"] == 0
    assert (only().kind, only().state) == ("copy", "open")
    shutil.rmtree(folder / "old.zarr")
    assert scan(source)["moved"] == 1
    after = Store.objects.get()
    assert (after.id, after.vanished_at) == (known.id, None)


def test_the_rule_of_a_source_accepts_a_proven_move_by_itself(source: Source, folder: Path) -> None:
    ruled(source)
    scan(source)
    known = Store.objects.get()
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    after = Store.objects.get()
    assert (after.id, url_of(after)) == (known.id, str(folder / "new.zarr"))
    entry = History.objects.get(verb="move")
    assert entry.by is None
    assert entry.job is not None
    assert (only().state, only().decided_by) == ("accepted", None)
    assert set(Job.objects.exclude(store=None).values_list("store", flat=True)) == {known.pk}


def test_a_changed_chunk_is_told_and_no_rule_accepts_it(source: Source, folder: Path) -> None:
    ruled(source)
    scan(source)
    (folder / "old.zarr").rename(folder / "new.zarr")
    change_a_chunk(folder / "new.zarr")
    scan(source)
    evidence = only().evidence
    assert (only().kind, only().state) == ("move", "open")
    assert (evidence["compared"], evidence["equal"], evidence["proven"]) == (4, 3, False)


def test_no_rule_accepts_what_no_chunk_proves(source: Source, folder: Path) -> None:
    shutil.rmtree(folder / "old.zarr")
    stores.plate(folder / "old.zarr", wells=["A/1"])
    ruled(source)
    scan(source)
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    assert (only().state, only().evidence["compared"]) == ("open", 0)


def test_stores_whose_documents_alone_are_the_same_are_not_proposed(
    source: Source, folder: Path
) -> None:
    scan(source)
    other = copy(folder)
    for chunk in other.rglob("c/**/*"):
        if chunk.is_file():
            chunk.write_bytes(b"\x07" * chunk.stat().st_size)
    scan(source)
    assert Store.objects.count() == 2
    assert not Proposal.objects.exists()


def test_of_several_candidates_the_vanished_one_comes_first_then_the_oldest(
    source: Source, folder: Path
) -> None:
    scan(source)
    copy(folder, "second.zarr")
    scan(source)
    refuse_proposal(proposal=only(), by=None)
    (folder / "second.zarr").rename(folder / "third.zarr")
    copy(folder, "fourth.zarr")
    scan(source)
    opened = Proposal.objects.filter(state="open").order_by("store__pk")
    told = [(one.store and one.store.name, one.of.name, one.kind) for one in opened]
    # The rule for the fourth is the same: the vanished one may be either's.
    assert sorted(map(str, told)) == [
        "('fourth', 'second', 'move')",
        "('third', 'second', 'move')",
    ]
    accept_proposal(proposal=opened.get(store__name="third"), by=None)
    assert Proposal.objects.get(state="open").kind == "copy"


def test_no_rule_chooses_between_two_tombstones(
    source: Source, folder: Path, tmp_path: Path
) -> None:
    ruled(source)
    stores.image(folder / "stays.zarr")
    scan(source)
    copy(folder, "second.zarr")
    scan(source)
    refuse_proposal(proposal=only(), by=None)
    shutil.rmtree(folder / "second.zarr")
    (folder / "old.zarr").rename(tmp_path / "away.zarr")
    scan(source)
    (tmp_path / "away.zarr").rename(folder / "new.zarr")
    assert scan(source)["moved"] == 0
    opened = Proposal.objects.get(state="open")
    assert (opened.kind, opened.of.name, opened.evidence["proven"]) == ("move", "old", True)


def test_the_next_candidate_is_proposed_when_the_first_is_refused(
    source: Source, folder: Path
) -> None:
    scan(source)
    copy(folder, "second.zarr")
    scan(source)
    refuse_proposal(proposal=only(), by=None)
    copy(folder, "third.zarr")
    scan(source)
    first = Proposal.objects.get(state="open")
    assert first.of.name == "old"
    refuse_proposal(proposal=first, by=None)
    assert Proposal.objects.get(state="open").of.name == "second"
    scan(source)
    assert Proposal.objects.count() == 3


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


def test_stores_of_different_datasets_are_never_put_together(
    folder: Path, open_dataset: Dataset
) -> None:
    factories.harvested(str(folder / "old.zarr"), into=open_dataset)
    factories.harvested(str(copy(folder)), into=factories.dataset("other"))
    assert not Proposal.objects.exists()


def test_a_store_that_is_registered_first_and_read_last_is_the_known_one(
    folder: Path, open_dataset: Dataset
) -> None:
    first = factories.queued_harvest(str(folder / "old.zarr"), into=open_dataset)
    factories.harvested(str(copy(folder)), into=open_dataset)
    harvest_store(lease=factories.taken(first))
    assert (only().of.name, only().kind) == ("old", "copy")


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
