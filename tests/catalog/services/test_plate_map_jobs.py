"""Jobs about plate maps: safe to run twice, stopped where they are, and half of nothing kept."""

from pathlib import Path

import pytest

from catalog.errors import LeaseLost
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Job
from catalog.services.heartbeat import Heartbeat
from catalog.services.jobs import reclaim_lost
from catalog.services.leases import take_lease
from catalog.services.plate_map_dry_runs import try_plate_map
from catalog.services.plate_map_imports import import_plate_map, take_back
from catalog.services.plate_map_watch import Watch, watch_under
from catalog.services.plate_maps import edit_mapping, request_apply, set_mapping
from plates.models import AnnotationRow, PlateMap
from plates.services.annotation_lock import ImportStopped
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, applied, checked, uploaded, worked

pytestmark = pytest.mark.django_db

OTHER = LAYOUT.replace("small", "late")


@pytest.fixture
def small(plate_folder: Path, open_dataset: Dataset) -> None:
    """The plate that the layout is about."""
    factories.harvested(str(plate_folder), into=open_dataset)


def matches() -> list[Job]:
    return list(Job.objects.filter(kind=Kind.MATCH_PLATE_MAP.value).order_by("id"))


def test_a_refusal_is_kept_on_the_plate_map_and_on_its_job(open_dataset: Dataset) -> None:
    upload = uploaded(open_dataset, "nothing,of,use\n1,2,3\n")
    job = worked(upload.job)
    plate_map = PlateMap.objects.get()
    assert (job.state, plate_map.state) == ("failed", "refused")
    assert plate_map.refusal == job.error != ""
    assert plate_map.tables[0]["columns"] == ["nothing", "of", "use"]


def test_a_job_tells_rows_and_verdicts(small: None, open_dataset: Dataset) -> None:
    job = worked(uploaded(open_dataset).job)
    assert (job.progress_done, job.outcome) == (3, {"rows": 3, "verdicts": {"matched": 3}})
    job = worked(request_apply(plate_map=PlateMap.objects.get(), by=None))
    assert (job.progress_done, job.progress_total) == (3, 3)
    assert (job.outcome["changed"], job.outcome["placed"]) == (True, 3)


def test_an_import_that_is_done_twice_changes_nothing(small: None, open_dataset: Dataset) -> None:
    plate_map = applied(open_dataset)
    for _ in range(2):
        import_plate_map(plate_map=plate_map, by=None, watch=Watch())
    assert AnnotationRow.objects.count() == 3
    for _ in range(2):
        take_back(plate_map=plate_map, by=None, watch=Watch())
    assert not AnnotationRow.objects.exists()
    assert History.objects.filter(noun="platemap", verb="undo").count() == 1


def test_an_import_that_is_told_to_stop_leaves_nothing(small: None, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    with pytest.raises(ImportStopped):
        import_plate_map(plate_map=plate_map, by=None, watch=Watch(stop=lambda: True))
    assert not AnnotationRow.objects.exists()
    assert PlateMap.objects.get().state == "checked"


def test_an_import_whose_lease_is_lost_writes_nothing(small: None, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    job = request_apply(plate_map=plate_map, by=None)
    lease = take_lease(job_id=job.pk)
    assert lease is not None
    Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00:00Z")
    reclaim_lost()
    unaware = watch_under(lease, Heartbeat(lease))
    with pytest.raises(LeaseLost):
        import_plate_map(plate_map=plate_map, by=None, watch=unaware)
    assert not AnnotationRow.objects.exists()
    assert worked(Job.objects.get(pk=job.pk)).state == "done"
    assert AnnotationRow.objects.count() == 3


def test_a_dry_run_of_a_mapping_that_was_edited_meanwhile_is_dropped(
    small: None, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset)
    job = edit_mapping(plate_map=plate_map, document=plate_map.mapping, by=None)
    document = PlateMap.objects.get().mapping
    document["tables"][0]["columns"][2]["becomes"] = "other"

    def edit(done: int, total: int) -> None:
        set_mapping(plate_map=plate_map, document=document, by=None)

    tried = try_plate_map(plate_map=plate_map, watch=Watch(progress=edit))
    assert (tried.state, tried.mapping) == ("uploaded", document)
    worked(job)
    assert PlateMap.objects.get().report["columns"][2]["becomes"] == "other"


def test_a_plate_that_comes_later_gets_what_waited_for_it(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    plate_map = applied(open_dataset, OTHER)
    assert plate_map.placed_count == 0
    assert matches() == []
    folder = stores.plate(tmp_path / "late.zarr", wells=["A/1", "A/2", "B/3"], name="late")
    factories.harvested(str(folder), into=open_dataset)
    (job,) = matches()
    assert worked(job).state == "done"
    assert AnnotationRow.objects.count() == 3
    assert PlateMap.objects.get().placed_count == 3
    factories.harvested(str(folder), into=open_dataset)
    assert len(matches()) == 1


def test_a_plate_that_is_not_waited_for_asks_for_nothing(
    small: None, tmp_path: Path, open_dataset: Dataset
) -> None:
    applied(open_dataset, OTHER)
    folder = stores.plate(tmp_path / "none.zarr", wells=["A/1"], name="another")
    factories.harvested(str(folder), into=open_dataset)
    factories.harvested(
        str(stores.plate(tmp_path / "late.zarr", wells=["A/1"], name="late")),
        into=factories.dataset(),
    )
    assert matches() == []


def test_plates_that_come_together_are_matched_by_one_job_run_twice(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    applied(open_dataset, OTHER + "late 2,A1,DMSO,,\n")
    for name in ("late", "late_2"):
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1", "A/2", "B/3"], name=name)
        factories.harvested(str(folder), into=open_dataset)
    (job,) = matches()
    worked(job)
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)
    worked(job)
    assert AnnotationRow.objects.count() == 4


def test_what_was_undone_waits_for_nothing(tmp_path: Path, open_dataset: Dataset) -> None:
    take_back(plate_map=applied(open_dataset, OTHER), by=None, watch=Watch())
    folder = stores.plate(tmp_path / "late.zarr", wells=["A/1"], name="late")
    factories.harvested(str(folder), into=open_dataset)
    assert matches() == []
