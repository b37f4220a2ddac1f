"""Moves and copies: proposed from what was seen, and decided by the rule of the source."""

import shutil
from pathlib import Path

import pytest

from catalog.models import Dataset, History, Job, Proposal, Source
from catalog.services.harvest import harvest_store
from catalog.services.proposals import accept_proposal, refuse_proposal
from catalog.services.stores import url_of
from plates.models import Location, Store
from tests import factories, stores
from tests.catalog.services.proposed import change_a_chunk, copy, one_plate, only, ruled
from tests.catalog.services.scanned import scan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return one_plate(tmp_path / "in")


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
