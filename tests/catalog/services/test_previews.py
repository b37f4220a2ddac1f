"""Drawing as a job: asked for after a harvest, kept once, given up when it is lost."""

import json
import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import Settings

from catalog.errors import LeaseLost, NotAllowed, StoreUnread
from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job
from catalog.queries.harvests import standing_of
from catalog.services.jobs import tend_jobs
from catalog.services.pictures_kept import kept_pictures
from catalog.services.previews import draw_store, request_preview, write_preview
from catalog.services.stores import register_store
from catalog.words import JobState, Role
from plates.models import Location, Preview, StatisticsFile, Store
from plates.models.location import digest_of_url
from plates.pixels.contact_sheets import map_name, read_map, sheet_name
from plates.pixels.drawing import thumbnail_name
from plates.pixels.plotter import Drawn
from plates.pixels.previews import Previews
from plates.pixels.sheets import TileState
from plates.queries.pictured import pictured_of
from plates.queries.statistics import statistics_of
from plates.services.previews import PreviewOutdated, keep_preview
from tests import factories, servers, stores
from tests.catalog.services.leased import run_out
from tests.catalog.services.previewed import previewed, previews_of, work
from workers.tasks import work_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pictures(settings: Settings, tmp_path: Path) -> None:
    settings.PREVIEWS = True
    settings.PICTURES = tmp_path / "pictures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stores.plate(
        tmp_path / "p.zarr", wells=["A/1", "B/03"], fields=2, chunks=True, size=(32, 32)
    )


@pytest.fixture
def store(folder: Path, open_dataset: Dataset) -> Store:
    return factories.harvested(str(folder), into=open_dataset)


def packs() -> list[Path]:
    folder = kept_pictures().pack_of("0" * 32, "x").parent.parent
    return sorted(folder.rglob("*.*"))


def test_a_harvest_asks_for_a_drawing_and_a_worker_draws(store: Store) -> None:
    (job,) = previews_of(store)
    work(job)
    assert job.state == JobState.DONE.value
    assert (job.progress_done, job.progress_total) == (4, 4)
    assert job.outcome == {
        "images": 4,
        "lacking": 0,
        "failed": 0,
        "channels": 2,
        "sheets": 1,
        "troubles": [],
    }
    preview = Preview.objects.get(store=store)
    assert (preview.digest, preview.runs, preview.images) == (store.digest, [0], 4)
    assert [one["label"] for one in preview.channels] == ["DAPI", "GFP"]
    table = statistics_of(preview)
    assert table is not None
    assert table.wells(1, "mean", 0) == {"A01": 200.0, "B03": 200.0}
    cache = kept_pictures()
    for name in (thumbnail_name("B/03/1"), sheet_name(0, None), sheet_name(0, 1)):
        assert cache.packed(store.id.hex, preview.mark, name), name


def test_a_harvest_that_changed_nothing_asks_for_none(store: Store, folder: Path) -> None:
    previewed(store)
    factories.harvested(str(folder), into=Dataset.objects.get())
    assert len(previews_of(store)) == 1


def test_a_harvest_that_changed_something_asks_again_and_the_old_pictures_go(
    store: Store, folder: Path
) -> None:
    first = previewed(store)
    document = folder / "A/01/0/zarr.json"
    content = json.loads(document.read_text())
    content["attributes"]["ome"]["omero"]["channels"][0]["label"] = "Hoechst"
    document.write_text(json.dumps(content))
    factories.harvested(str(folder), into=Dataset.objects.get())
    _, second = previews_of(store)
    work(second)
    preview = Preview.objects.get(store=store)
    assert preview.mark != first.mark
    assert StatisticsFile.objects.count() == 1
    assert [path.name for path in packs()] == [f"{store.id.hex}-{preview.mark}.pack"]


def test_where_chunks_were_missing_they_are_looked_for_at_the_next_harvest(
    store: Store, folder: Path
) -> None:
    shutil.rmtree(folder / "B/03/0/0/c")
    assert previewed(store).lacking == 1
    factories.harvested(str(folder), into=Dataset.objects.get())
    assert len(previews_of(store)) == 2


def test_nothing_is_drawn_unasked_where_the_setting_says_so(
    settings: Settings, tmp_path: Path, open_dataset: Dataset
) -> None:
    settings.PREVIEWS = False
    plate = stores.plate(tmp_path / "p.zarr", wells=["A/1"], chunks=True)
    store = factories.harvested(str(plate), into=open_dataset)
    assert previews_of(store) == []
    assert previewed(store).images == 1


def test_a_store_without_images_is_not_drawn(tmp_path: Path, open_dataset: Dataset) -> None:
    plate = stores.plate(tmp_path / "p.zarr", wells=[])
    assert previews_of(factories.harvested(str(plate), into=open_dataset)) == []


def test_nobody_waits_for_a_drawing(store: Store) -> None:
    harvest = Job.objects.get(store=store, kind="workers.harvest")
    validation = Job.objects.get(store=store, kind="workers.validate")
    assert previews_of(store)[0].parent == harvest
    assert not standing_of([harvest.pk]).is_over
    Job.objects.filter(pk=validation.pk).delete()
    assert standing_of([harvest.pk]).is_over


def test_who_asks_twice_waits_for_one(store: Store) -> None:
    assert request_preview(store=store, by=None) == request_preview(store=store, by=None)
    (job,) = previews_of(store)
    work(job)
    assert request_preview(store=store, by=None) != job


def test_a_curator_may_ask_and_a_viewer_may_not(store: Store, open_dataset: Dataset) -> None:
    viewer, curator = factories.user(), factories.user()
    factories.access(viewer, Role.VIEWER, open_dataset)
    factories.access(curator, Role.CURATOR, open_dataset)
    for person in (viewer, AnonymousUser()):
        with pytest.raises(NotAllowed):
            request_preview(store=store, by=person)
    assert request_preview(store=store, by=curator)


def test_a_store_that_was_never_read_cannot_be_drawn(open_dataset: Dataset) -> None:
    unread = register_store(url="/nowhere.zarr", dataset=open_dataset, by=None, guarded=False)
    with pytest.raises(StoreUnread):
        request_preview(store=unread, by=None)


def test_drawing_twice_leaves_one_preview_and_one_pack(store: Store) -> None:
    first, second = previewed(store), previewed(store)
    assert first.mark != second.mark
    assert Preview.objects.count() == StatisticsFile.objects.count() == 1
    assert len(packs()) == 1


def test_a_job_that_was_lost_meanwhile_leaves_nothing(store: Store) -> None:
    (job,) = previews_of(store)
    lease = factories.taken(job)
    run_out(job)
    tend_jobs()
    with pytest.raises(LeaseLost):
        draw_store(lease=lease)
    assert packs() == []
    assert not Preview.objects.exists()


def test_a_drawing_that_a_later_one_has_overtaken_is_dropped(store: Store) -> None:
    kept = previewed(store)
    Preview.objects.update(began_at="2100-01-01T00:00Z")
    job = work(request_preview(store=store, by=None))
    assert job.outcome == {"outdated": True}
    assert Preview.objects.get().mark == kept.mark
    assert [path.name for path in packs()] == [f"{store.id.hex}-{kept.mark}.pack"]


def test_a_storage_that_is_away_is_tried_again(
    tmp_path: Path, folder: Path, open_dataset: Dataset
) -> None:
    behaviour = servers.Behaviour()
    with servers.http_server(tmp_path, behaviour) as server:
        store = factories.harvested(f"{server.url}/p.zarr", into=open_dataset)
    (job,) = previews_of(store)
    Job.objects.filter(pk=job.pk).update(parent=None)
    work_on(Kind.PREVIEW, draw_store)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED.value, 1)
    assert "could not be read" in job.error
    assert packs() == []


def test_a_mirror_is_drawn_where_the_original_cannot_be(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror.zarr"
    folder.rename(mirror)
    Location.objects.create(store=store, url=str(mirror), url_digest=digest_of_url(str(mirror)))
    assert previewed(store).failed == 0


def test_what_is_listed_and_not_there_is_missing_in_the_sheet(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    plate = stores.plate(
        tmp_path / "q.zarr",
        wells=["A/1", "B/03", "C/05"],
        missing=["B/03", "C/05/0"],
        fields=1,
        chunks=True,
    )
    store = factories.harvested(str(plate), into=open_dataset)
    assert {image.label: image.layout is None for image in pictured_of(store)} == {
        "A01": False,
        "B03": True,
        "C05": True,
    }
    preview = previewed(store)
    content = kept_pictures().packed(store.id.hex, preview.mark, map_name(preview.runs[0]))
    tiles = read_map(content or b"").wells
    assert {label: tile.shown for label, tile in tiles.items()} == {
        "A01": TileState.DRAWN,
        "B03": TileState.MISSING,
        "C05": TileState.MISSING,
    }


def test_pictures_take_no_more_room_than_they_are_given(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    settings.PICTURES, settings.PICTURES_BYTES = tmp_path / "small", 10
    preview = previewed(store)
    assert packs() == []
    assert statistics_of(preview) is not None


def test_writing_under_a_lost_lease_is_refused(store: Store) -> None:
    (job,) = previews_of(store)
    lease = factories.taken(job)
    run_out(job)
    tend_jobs()
    nothing = Previews(Drawn(()), [])
    now = job.created_at
    with pytest.raises(LeaseLost):
        write_preview(
            lease=lease, store=store, previews=nothing, mark="m", statistics=b"", began_at=now
        )
    kept = keep_preview(store, nothing, mark="m", digest=store.digest, statistics=b"", began_at=now)
    assert kept.images == 0
    Preview.objects.update(began_at="2100-01-01T00:00Z")
    with pytest.raises(PreviewOutdated):
        keep_preview(store, nothing, mark="n", digest="", statistics=b"", began_at=now)
