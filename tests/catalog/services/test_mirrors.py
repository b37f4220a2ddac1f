"""Mirrors: read where the original cannot be, looked at on their own, taken apart if they differ."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.errors import LocationIsAlone, NotAllowed
from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, History, Holding, Job, Proposal, Source
from catalog.services.count import count_store, request_count
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_store_harvest
from catalog.services.mirrors import separate_location
from catalog.services.proposals import accept_proposal
from catalog.services.sources import create_source
from catalog.services.stores import url_of
from catalog.services.validate import request_validation, validate_store
from catalog.words import Role
from plates.models import Evidence, Location, Plate, Store
from plates.services.stores import mark_vanished
from tests import factories, stores
from tests.catalog.services.scanned import scan
from tests.servers import http_server
from tests.store_writer import consolidate
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wells = ["A/1", "B/2"]
    consolidate(stores.plate(tmp_path / "in" / "old.zarr", wells=wells, chunks=True))
    return tmp_path / "in"


@pytest.fixture
def mirrored(source: Source, folder: Path) -> Store:
    """A plate that lies in two places."""
    scan(source)
    shutil.copytree(folder / "old.zarr", folder / "mirror.zarr")
    scan(source)
    accept_proposal(proposal=Proposal.objects.get(), by=None)
    return Store.objects.get()


def rename(store: Path, name: str = "renamed") -> None:
    document = store / "zarr.json"
    told = json.loads(document.read_text())
    told["attributes"]["ome"]["plate"]["name"] = name
    document.write_text(json.dumps(told))


def harvest(store: Store) -> Job:
    job = request_store_harvest(store=store, by=None)
    work_on(Kind.HARVEST, harvest_store)
    job.refresh_from_db()
    return job


def mirror_of(store: Store) -> Location:
    return Location.objects.filter(store=store, gone_at=None).order_by("id")[1]


def test_a_mirror_is_compared_by_its_own_signs(mirrored: Store, source: Source) -> None:
    assert Evidence.objects.filter(location__store=mirrored).count() == 2
    told = scan(source)
    assert (told["unchanged"], told["changed"], told["due"]) == ({"consolidated": 2}, 0, 0)


def test_a_mirror_that_is_touched_and_holds_the_same_stays_one(
    mirrored: Store, source: Source, folder: Path
) -> None:
    document = folder / "mirror.zarr" / "zarr.json"
    document.write_text(document.read_text())
    assert scan(source)["changed"] == 1
    job = Job.objects.filter(kind=Kind.HARVEST.value).latest("id")
    assert (job.outcome["url"], job.outcome["changed"]) == (str(folder / "mirror.zarr"), False)
    assert scan(source)["unchanged"] == {"consolidated": 2}
    mirrored.refresh_from_db()
    assert mirrored.name == "old"


def test_a_mirror_that_holds_something_else_is_told_and_separated(
    mirrored: Store, source: Source, folder: Path
) -> None:
    rename(folder / "mirror.zarr")
    scan(source)
    own = Store.objects.exclude(pk=mirrored.pk).get()
    assert url_of(own) == str(folder / "mirror.zarr")
    assert Location.objects.filter(store=mirrored).count() == 1
    entry = History.objects.get(verb="separate")
    assert entry.subject == str(mirrored.id)
    assert entry.job is not None
    assert entry.job.outcome["separated"] == str(own.id)
    scan(source)
    own.refresh_from_db()
    mirrored.refresh_from_db()
    assert own.digest not in {"", mirrored.digest}
    assert own.plate != mirrored.plate
    assert set(Holding.objects.values_list("source", flat=True)) == {source.pk}


def test_a_mirror_that_lags_behind_is_separated_and_proposed_again(
    mirrored: Store, source: Source, folder: Path
) -> None:
    rename(folder / "old.zarr")
    scan(source)
    work_on(Kind.HARVEST, harvest_store)
    work_on(Kind.HARVEST, harvest_store)
    own = Store.objects.exclude(pk=mirrored.pk).get()
    assert url_of(own) == str(folder / "mirror.zarr")
    assert not Proposal.objects.filter(state="open").exists()
    shutil.copy(folder / "old.zarr" / "zarr.json", folder / "mirror.zarr" / "zarr.json")
    scan(source)
    again = Proposal.objects.get(state="open")
    assert (again.store, again.of, again.kind) == (own, mirrored, "copy")


def test_the_store_is_read_at_its_mirror_where_the_original_cannot_be(
    mirrored: Store, folder: Path
) -> None:
    Store.objects.filter(pk=mirrored.pk).update(reach="unreachable")
    (folder / "old.zarr").rename(folder.parent / "away.zarr")
    job = harvest(mirrored)
    assert (job.state, job.outcome["url"]) == ("done", str(folder / "mirror.zarr"))
    mirrored.refresh_from_db()
    assert (mirrored.reach, mirrored.name) == ("ok", "old")
    assert Change.objects.latest("serial").verb == "reach"
    validation = request_validation(store=mirrored, by=None)
    while validation.state != "done":
        work_on(Kind.VALIDATE, validate_store)
        validation.refresh_from_db()
        assert validation.state != "failed", validation.error


def test_a_mirror_with_something_else_is_not_read_in_the_originals_stead(
    mirrored: Store, folder: Path
) -> None:
    (folder / "old.zarr").rename(folder.parent / "away.zarr")
    rename(folder / "mirror.zarr")
    job = harvest(mirrored)
    assert job.state == "failed"
    assert "old.zarr" in job.error
    digest = mirrored.digest
    mirrored.refresh_from_db()
    assert (mirrored.reach, mirrored.digest) == ("unreachable", digest)


def test_a_mirror_that_cannot_be_read_says_nothing_of_its_store(
    mirrored: Store, source: Source, folder: Path
) -> None:
    mirror = mirror_of(mirrored)
    Evidence.objects.filter(location=mirror).update(read_at=timezone.now() - timedelta(days=99))
    (folder / "mirror.zarr" / "zarr.json").write_text("{")
    scan(source, failing=1)
    assert "mirror.zarr" in Job.objects.get(state="failed").error
    mirrored.refresh_from_db()
    assert (mirrored.reach, mirrored.verdict) == ("ok", "unchecked")


def test_a_store_lives_on_where_its_mirror_lies(
    mirrored: Store, source: Source, folder: Path
) -> None:
    shutil.rmtree(folder / "old.zarr")
    assert scan(source)["vanished"] == 0
    mirrored.refresh_from_db()
    assert (mirrored.vanished_at, url_of(mirrored)) == (None, str(folder / "mirror.zarr"))
    assert scan(source)["unchanged"] == {"consolidated": 1}


def test_a_mirror_in_another_source_is_opened_and_watched_as_that_one_says(
    source: Source, folder: Path, tmp_path: Path, open_dataset: Dataset
) -> None:
    shutil.copytree(folder / "old.zarr", tmp_path / "web" / "old.zarr")
    stores.image(tmp_path / "web" / "image.zarr")
    with http_server(tmp_path / "web") as server:
        # Without listings, so that what is there is told by the test alone.
        web = create_source(by=None, name="web", url=server.url, default_dataset=open_dataset)
        scan(source)
        known = Store.objects.get()
        factories.harvested(f"{server.url}/old.zarr", into=open_dataset, source=web)
        accept_proposal(proposal=Proposal.objects.get(), by=None)
        (folder / "old.zarr").rename(tmp_path / "away.zarr")
        stores.image(folder / "stays.zarr")
        assert scan(source)["vanished"] == 0
        assert url_of(known) == f"{server.url}/old.zarr"
        assert harvest(known).state == "done"
    assert Holding.objects.get(store=known).source == source
    origins = Location.objects.filter(store=known).values_list("url", "origin__source__name")
    assert dict(origins) == {str(folder / "old.zarr"): "lab", f"{server.url}/old.zarr": "web"}


def test_a_copy_that_was_accepted_by_mistake_is_undone(
    mirrored: Store, source: Source, folder: Path
) -> None:
    by = factories.user(superuser=True)
    job = separate_location(location=mirror_of(mirrored), by=by)
    work_on(Kind.HARVEST, harvest_store)
    job.refresh_from_db()
    assert job.state == "done"
    own = Store.objects.exclude(pk=mirrored.pk).get()
    assert (own.digest, url_of(own)) == (mirrored.digest, str(folder / "mirror.zarr"))
    assert own.plate is not None
    assert Plate.objects.count() == 2
    # It is not proposed again.
    scan(source)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.store, proposal.decided_by) == ("refused", own, by)


def test_a_move_that_was_accepted_by_mistake_is_undone(source: Source, folder: Path) -> None:
    scan(source)
    known = Store.objects.get()
    (folder / "old.zarr").rename(folder / "new.zarr")
    scan(source)
    accept_proposal(proposal=Proposal.objects.get(), by=None)
    separate_location(location=Location.objects.get(store=known, gone_at=None), by=None)
    known.refresh_from_db()
    assert known.vanished_at is not None
    assert known.plate is not None
    assert known.plate.vanished_at is not None
    work_on(Kind.HARVEST, harvest_store)
    assert Store.objects.get(vanished_at=None).name == "new"


def test_the_only_place_of_a_store_and_one_that_is_gone_cannot_be_separated(
    mirrored: Store, source: Source, folder: Path
) -> None:
    mirror = mirror_of(mirrored)
    shutil.rmtree(folder / "mirror.zarr")
    scan(source)
    with pytest.raises(LocationIsAlone):
        separate_location(location=mirror, by=None)
    alone = factories.harvested(
        str(stores.image(folder / "i.zarr")), into=Dataset.objects.get(), source=source
    )
    with pytest.raises(LocationIsAlone, match="only place"):
        separate_location(location=Location.objects.get(store=alone), by=None)


def test_only_curators_separate(mirrored: Store, open_dataset: Dataset) -> None:
    viewer, curator = factories.user(), factories.user()
    factories.access(viewer, Role.VIEWER, open_dataset)
    factories.access(curator, Role.CURATOR, open_dataset)
    with pytest.raises(NotAllowed):
        separate_location(location=mirror_of(mirrored), by=viewer)
    separate_location(location=mirror_of(mirrored), by=curator)
    assert Store.objects.count() == 2


def test_a_store_that_lies_at_its_mirror_alone_is_counted_as_the_source_of_that_says(
    source: Source, folder: Path, tmp_path: Path, open_dataset: Dataset
) -> None:
    web = tmp_path / "web"
    shutil.copytree(folder / "old.zarr", web / "old.zarr")
    other = create_source(by=None, name="other", url=str(web), default_dataset=open_dataset)
    scan(source)
    scan(other)
    accept_proposal(proposal=Proposal.objects.get(), by=None)
    known = Store.objects.get()
    # What the first source is opened with does not fit the other one.
    Source.objects.filter(pk=source.pk).update(options={"no": "such option"})
    mark_vanished([Location.objects.get(store=known, url=str(folder / "old.zarr")).pk])
    job = request_count(store=known, by=None)
    work_on(Kind.COUNT, count_store)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_who_asks_for_a_store_does_not_get_the_waiting_look_at_its_mirror(mirrored: Store) -> None:
    mirror = factories.queued_harvest(mirror_of(mirrored).url, into=Dataset.objects.get())
    asked = request_store_harvest(store=mirrored, by=None)
    assert asked != mirror
    assert asked.url == url_of(mirrored)
    assert request_store_harvest(store=mirrored, by=None) == asked
