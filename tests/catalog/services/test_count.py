"""Counting as a job: shares, findings, verdict and the ledger, against plain counting."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import Settings

from catalog.errors import LeaseLost, NotAllowed, StoreUnread
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Holding, Job, Source
from catalog.queries.families import standing_of_family
from catalog.queries.harvests import standing_of
from catalog.services.count import count_store, counted_by_listing, request_count
from catalog.services.heartbeat import Heartbeat
from catalog.services.leases import Lease
from catalog.services.stores import register_store
from catalog.words import JobState, Role
from plates.models import Count, Store
from plates.omezarr.options import StoreOptions
from plates.omezarr.rules.rule import Policy
from plates.services.counts import CountOutdated, keep_count
from plates.states import Origin
from tests import factories, servers, stores
from tests.catalog.services.counted import age, counted, counts_of, findings, moment, work
from tests.catalog.services.validated import validated
from tests.plates.omezarr.counting import drop, is_chunk, plate
from tests.stores import Style
from workers.tasks import work_on

pytestmark = pytest.mark.django_db
MISSING, EMPTY = "STORE-CHUNKS-MISSING", "STORE-CHUNKS-EMPTY"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plate of five wells with two fields each, and labels; a day old."""
    return age(plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",))))


@pytest.fixture
def store(folder: Path, open_dataset: Dataset) -> Store:
    return factories.harvested(str(folder), into=open_dataset)


def pixels(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if is_chunk(path) and "labels" not in path.parts]


def test_a_whole_store_is_whole(store: Store, folder: Path) -> None:
    count = counted(store)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert count.is_whole
    assert not count.is_arriving
    assert count.share == 1.0
    assert count.declared == count.present == len(pixels(folder))
    assert count.bytes == sum(path.stat().st_size for path in pixels(folder))
    assert count.stored_objects == len(files)
    assert count.stored_bytes == sum(path.stat().st_size for path in files)
    assert count.changed_at == moment(folder)
    assert (count.digest, count.origin) == (store.digest, "listing")
    assert count.shares["wells"] == count.shares["images"] == []
    assert (count.shares["wells_in_all"], count.shares["images_in_all"]) == (5, 10)
    (job,) = counts_of(store)
    assert (job.progress_done, job.progress_total) == (len(files), len(files))
    assert job.outcome["share"] == 1.0
    assert History.objects.get(verb="count").job == job


def test_a_well_without_chunks_is_a_finding_and_its_share_is_kept(
    store: Store, folder: Path
) -> None:
    gone = drop(folder, "B/01/*/[01]")
    count = counted(store)
    assert not count.is_whole
    assert count.present == count.declared - gone
    assert findings(store) == {MISSING: ["B/01"]}
    (well,) = count.shares["wells"]
    assert (well[0], well[3][:2]) == ("B/01", [gone, 0])
    assert {(image[0], image[3][1]) for image in count.shares["images"]} == {
        ("B/01/0", 0),
        ("B/01/1", 0),
    }


def test_labels_of_a_well_that_lack_chunks_are_told(store: Store, folder: Path) -> None:
    gone = drop(folder, "A/02/0/labels")
    count = counted(store)
    assert count.share == 1.0
    assert not count.is_whole
    declared, present, *_ = count.shares["labels"]
    assert declared - present == gone
    assert [well[0] for well in count.shares["wells"]] == ["A/02"]
    assert [image[0] for image in count.shares["images"]] == ["A/02/0"]
    assert findings(store) == {}


def test_counting_and_validating_leave_each_others_findings_alone(
    store: Store, folder: Path
) -> None:
    document = folder / "A/01/0/zarr.json"
    content = json.loads(document.read_bytes())
    content["attributes"]["ome"]["omero"]["channels"][0]["color"] = "blue"
    document.write_text(json.dumps(content))
    age(folder)
    validated(store)
    before = findings(store)
    assert before
    drop(folder, "B/01")
    counted(store)
    assert findings(store) == before | {MISSING: ["B/01"]}
    document.write_text(json.dumps(content).replace('"blue"', '"0000FF"'))
    Job.objects.all().delete()
    validated(factories.harvested(str(folder), into=Dataset.objects.get()))
    left = findings(store)
    assert left[MISSING] == ["B/01"]
    assert set(before) - set(left)


def test_what_came_after_all_is_no_finding_any_more(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder / "B/01", tmp_path / "kept")
    drop(folder, "B/01")
    counted(store)
    shutil.copytree(tmp_path / "kept", folder / "B/01", dirs_exist_ok=True)
    age(folder)
    assert counted(store).is_whole
    assert findings(store) == {}


def test_absent_chunks_are_legal_so_a_valid_store_stays_valid(store: Store, folder: Path) -> None:
    assert validated(store).verdict == "valid"
    drop(folder, "B/01")
    counted(store)
    assert findings(store)
    assert store.verdict == "valid"


def test_a_chunk_without_bytes_makes_a_valid_store_incomplete_until_it_is_whole(
    store: Store, folder: Path
) -> None:
    validated(store)
    chunk = folder / "A/01/0/0/c/0/0/0/0"
    content = chunk.read_bytes()
    chunk.write_bytes(b"")
    age(folder)
    counted(store)
    assert findings(store)[EMPTY] == ["A/01/0/0"]
    assert store.verdict == "incomplete"
    entry = History.objects.filter(verb="count", changes__has_key="verdict").get()
    assert entry.changes == {"verdict": ["valid", "incomplete"]}
    # Neither a new validation nor a new harvest of the same content forgets it.
    request = Job.objects.filter(kind=Kind.VALIDATE.value).latest("id")
    Job.objects.filter(pk=request.pk).update(
        state="queued", finished_at=None, lease_token=None, attempts=0
    )
    assert validated(store).verdict == "incomplete"
    Store.objects.filter(pk=store.pk).update(name="")
    assert factories.harvested(str(folder), into=Dataset.objects.get()).verdict == "incomplete"
    chunk.write_bytes(content)
    age(folder)
    counted(store)
    assert store.verdict == "valid"


def test_an_upload_in_progress_is_arriving_with_its_share(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    folder = plate(tmp_path / "p.zarr")
    store = factories.harvested(str(folder), into=open_dataset)
    gone = drop(folder, "B")
    count = counted(store)
    assert count.is_arriving
    assert count.share == 1 - gone / count.declared
    assert str(count).endswith("%, arriving")
    assert findings(store) == {}
    age(folder)
    assert not counted(store).is_arriving
    assert findings(store) == {MISSING: ["B/01", "B/02"]}


def test_what_cannot_be_listed_is_told_and_not_blamed(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    chunk = folder / "B/01/0/0/c/0/0/0/0"
    chunk.rename(tmp_path / "outside")
    chunk.symlink_to(tmp_path / "outside")
    count = counted(store)
    assert count.unread == ["B/01/0/0/c/0/0/0/0"]
    assert (count.uncounted, count.is_whole, findings(store)) == (1, False, {})


def test_a_store_in_a_bucket_is_counted_by_listing_it(
    tmp_path: Path, open_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_KEY", servers.KEY)
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_SECRET", servers.SECRET)
    folder = plate(tmp_path / "p.zarr")
    gone = drop(folder, "A/02/1")
    with servers.s3_server() as server:
        options = {"endpoint": server.endpoint, "region": servers.REGION}
        source = Source.objects.create(name="lab", options=options, credentials="lab")
        url = server.upload(folder, "plates", "in/p.zarr")
        store = factories.harvested(url, into=open_dataset, source=source)
        count = counted(store)
    assert count.is_arriving
    assert count.declared - count.present == gone
    assert count.stored_objects == sum(path.is_file() for path in folder.rglob("*"))


def test_behind_a_web_server_it_is_refused_at_once_in_a_sentence(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    plate(tmp_path / "p.zarr", wells=["A/1"])
    with servers.http_server(tmp_path) as server:
        store = factories.harvested(f"{server.url}/p.zarr", into=open_dataset)
        job = request_count(store=store, by=None)
        Job.objects.exclude(pk=job.pk).delete()

        work_on(Kind.COUNT, count_store)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED.value, 1)
    assert "do not tell what objects they hold" in job.error
    assert not Count.objects.exists()


def test_curators_ask_and_others_are_refused(store: Store, open_dataset: Dataset) -> None:
    curator, stranger = factories.user(), factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    job = request_count(store=store, by=curator)
    assert request_count(store=store, by=curator) == job
    for person in (stranger, AnonymousUser()):
        with pytest.raises(NotAllowed):
            request_count(store=store, by=person)


def test_a_store_that_was_never_read_is_not_counted(open_dataset: Dataset) -> None:
    store = register_store(url="/nowhere.zarr", dataset=open_dataset, by=None)
    with pytest.raises(StoreUnread, match="Harvest it"):
        request_count(store=store, by=None)


def test_an_older_count_does_not_overwrite_a_newer_one(store: Store, folder: Path) -> None:
    count = counted(store)
    lease = factories.taken(request_count(store=store, by=None))
    found = counted_by_listing(
        store, str(folder), StoreOptions(), policy=Policy.SPEC, alive=Heartbeat(lease)
    )
    Count.objects.update(counted_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(CountOutdated):
        keep_count(store, found)
    assert Count.objects.get().declared == count.declared
    assert found.origin is Origin.LISTING


def test_a_job_under_a_lost_lease_writes_nothing(store: Store, folder: Path) -> None:
    job = request_count(store=store, by=None)
    lease = factories.taken(job)
    Job.objects.filter(pk=job.pk).update(lease_token=Lease(job.pk, job.pk).token)

    with pytest.raises(LeaseLost):
        count_store(lease=lease)
    assert not Count.objects.exists()


def test_what_is_kept_of_a_large_plate_is_small(tmp_path: Path, open_dataset: Dataset) -> None:
    folder = stores.plate(tmp_path / "p.zarr", shape=384, fields=4, levels=3, chunks=False)
    store = factories.harvested(str(folder), into=open_dataset)
    count = counted(store)
    assert count.present == 0
    assert count.shares["images_lacking"] == 384 * 4
    assert len(count.shares["images"]) == 1000
    assert len(count.shares["wells"]) == count.shares["wells_lacking"] == 384
    assert len(json.dumps(count.shares)) < 350_000


def test_objects_are_no_documents_of_the_family(store: Store) -> None:
    job = request_count(store=store, by=None, parent=Job.objects.get(kind=Kind.HARVEST.value))
    assert job.parent is not None
    whole, asked = standing_of_family(job.parent.pk), standing_of([job.parent.pk])
    work(job)
    assert standing_of_family(job.parent.pk) == replace(
        whole, ended=whole.ended + 1, stores_done=whole.stores_done + 1
    )
    assert standing_of([job.parent.pk]) == replace(
        asked, begun=asked.begun + 1, ended=asked.ended + 1
    )


def test_a_store_is_counted_only_where_the_operator_allows(
    store: Store, settings: Settings
) -> None:
    Holding.objects.update(guarded=True)
    job = request_count(store=store, by=None)
    Job.objects.filter(kind=Kind.VALIDATE.value).delete()
    settings.ADDRESSES_ALLOWED = {"roots": ["file:///elsewhere"]}
    work_on(Kind.COUNT, count_store)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED.value, 1)
    assert job.error
    assert not Count.objects.exists()


def test_progress_is_told_in_objects(store: Store, folder: Path) -> None:
    lease = factories.taken(request_count(store=store, by=None))
    alive = Heartbeat(lease)
    found = counted_by_listing(store, str(folder), StoreOptions(), policy=Policy.SPEC, alive=alive)
    assert alive.done == found.ledger.objects
    assert alive.total >= alive.done
