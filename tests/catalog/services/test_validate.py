"""Validation as a job: what it finds is kept, what is the same is not written, rights count."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from catalog.errors import NotAllowed, NotUnderstood
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Job
from catalog.services.harvest import harvest_store
from catalog.services.validate import request_validation
from catalog.words import JobState, Role, Visibility
from plates.models import Finding, Store, Validation
from plates.omezarr.copied_documents import sample_of
from plates.omezarr.depth import Depth
from plates.omezarr.errors import DocumentMalformed, NotOmeZarr, StoreNotFound
from plates.omezarr.read import read_store
from plates.omezarr.rules import book
from plates.omezarr.rules.rule import Policy
from plates.omezarr.validate import validate_store as validate_folder
from plates.queries.reports import report_of
from plates.services.validations import ReportOutdated, keep_report, pack
from tests import factories, stores
from tests.catalog.services.rows import rows_of
from tests.catalog.services.validated import validated, validations, work
from tests.plates.services.loaded import row_versions
from tests.store_writer import consolidate
from tests.stores import Fault, Style

pytestmark = pytest.mark.django_db


@pytest.fixture
def plate(tmp_path: Path, open_dataset: Dataset) -> Store:
    """A plate with one well missing and a color that is a word, harvested."""
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/3"], missing=["B/3"])
    document = folder / "A/01/0/zarr.json"
    content = json.loads(document.read_bytes())
    content["attributes"]["ome"]["omero"]["channels"][0]["color"] = "blue"
    document.write_text(json.dumps(content))
    return factories.harvested(str(folder), into=open_dataset)


def test_a_harvest_asks_for_a_validation_beside_it(plate: Store) -> None:
    (job,) = validations(plate)
    assert job.parent is not None
    assert job.parent.kind == Kind.HARVEST.value
    assert job.options == {"depth": "labels", "policy": "spec"}
    assert plate.verdict == "incomplete"


def test_findings_are_kept_by_rule_with_examples_and_the_whole_report(plate: Store) -> None:
    validated(plate)
    assert plate.verdict == "invalid"
    found = {finding.rule: finding for finding in plate.findings.all()}
    missing = found["HCS-WELL-EXISTS"]
    assert (missing.level, missing.total) == ("error", 1)
    assert missing.examples[0]["node"] == "B/03"
    assert found["OMERO-SHAPE"].examples[0]["pointer"].endswith("/omero/channels/0/color")
    validation = Validation.objects.get(store=plate)
    assert validation.errors == 2
    assert validation.digest == plate.digest
    assert (validation.depth, validation.policy) == ("labels", "spec")
    report = report_of(plate)
    assert report is not None
    assert {one.rule for one in report.findings} >= set(found)
    (job,) = validations(plate)
    assert job.state == JobState.DONE.value
    assert job.outcome["verdict"] == "invalid"
    assert (job.progress_done, job.progress_total) == (report.documents, report.documents)


def test_validating_changes_no_row_but_the_verdict(plate: Store) -> None:
    before = rows_of(plate)
    validated(plate)
    Store.objects.filter(pk=plate.pk).update(verdict="incomplete")
    plate.refresh_from_db()
    assert rows_of(plate) == before


def test_a_change_of_verdict_is_recorded_with_its_job(plate: Store) -> None:
    validated(plate)
    entry = History.objects.filter(verb="validate").latest("id")
    assert entry.changes == {"verdict": ["incomplete", "invalid"]}
    assert entry.job is not None


def test_an_unchanged_store_is_not_validated_again_and_keeps_its_verdict(
    plate: Store, open_dataset: Dataset
) -> None:
    validated(plate)
    before = row_versions()
    again = factories.harvested(validations(plate)[0].url, into=open_dataset)
    assert len(validations(plate)) == 1
    assert again.verdict == "invalid"
    assert row_versions() == before


def test_a_changed_store_is_validated_again_as_a_person_last_asked(
    plate: Store, open_dataset: Dataset, tmp_path: Path
) -> None:
    validated(plate)
    request_validation(store=plate, by=None, depth=Depth.SAMPLE, policy=Policy.STRICT)
    validated(plate)
    shutil.rmtree(tmp_path / "p.zarr")
    stores.plate(tmp_path / "p.zarr", wells=["A/1"])
    factories.harvested(str(tmp_path / "p.zarr"), into=open_dataset)
    assert validations(plate)[-1].options == {"depth": "sample", "policy": "strict"}


def test_a_store_is_due_again_when_the_rules_have_changed(
    plate: Store, open_dataset: Dataset
) -> None:
    validated(plate)
    Validation.objects.update(edition=book.EDITION - 1)
    factories.harvested(validations(plate)[0].url, into=open_dataset)
    assert len(validations(plate)) == 2


def test_mended_faults_leave_no_findings(
    plate: Store, open_dataset: Dataset, tmp_path: Path
) -> None:
    validated(plate)
    shutil.rmtree(tmp_path / "p.zarr")
    stores.plate(tmp_path / "p.zarr", wells=["A/1"], size=(1024, 1024))
    factories.harvested(str(tmp_path / "p.zarr"), into=open_dataset)
    validated(plate)
    assert plate.verdict == "valid"
    assert not plate.findings.filter(level="error").exists()


def test_a_validation_that_waits_is_not_asked_for_twice(plate: Store) -> None:
    first = request_validation(store=plate, by=None)
    assert request_validation(store=plate, by=None) == first
    assert request_validation(store=plate, by=None, depth=Depth.SAMPLE) != first


def test_findings_that_are_the_same_are_not_written_again(plate: Store) -> None:
    validated(plate)
    before = set(Finding.objects.values_list("pk", flat=True))
    request_validation(store=plate, by=None)
    validated(plate)
    assert set(Finding.objects.values_list("pk", flat=True)) == before
    assert validations(plate)[-1].outcome["changed"] is False


def test_a_root_that_is_broken_since_is_a_finding_and_the_job_fails(
    plate: Store, tmp_path: Path
) -> None:
    validated(plate)
    (tmp_path / "p.zarr/zarr.json").write_text("{")
    job = request_validation(store=plate, by=None)
    with pytest.raises(DocumentMalformed):
        work(job)
    plate.refresh_from_db()
    assert plate.verdict == "unreadable"
    assert [finding.rule for finding in plate.findings.all()] == ["ZARR-JSON"]


def test_what_is_known_of_a_store_stays_when_it_is_out_of_reach(
    plate: Store, tmp_path: Path
) -> None:
    validated(plate)
    known = plate.findings.count()
    shutil.rmtree(tmp_path / "p.zarr")
    with pytest.raises(StoreNotFound):
        work(request_validation(store=plate, by=None))
    plate.refresh_from_db()
    assert (plate.reach, plate.verdict) == ("unreachable", "invalid")
    assert plate.findings.count() == known


def test_a_broken_root_is_a_finding_after_the_harvest_too(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=[], faults={"": Fault.TRUNCATED})
    with pytest.raises(DocumentMalformed):
        factories.harvested(str(folder), into=open_dataset)
    store = Store.objects.get()
    assert store.verdict == "unreadable"
    assert store.findings.get().rule == "ZARR-JSON"


def test_curators_alone_may_have_a_store_validated(tmp_path: Path) -> None:
    dataset = factories.dataset(visibility=Visibility.PUBLIC, owner=factories.user())
    store = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=dataset)
    curator, viewer = factories.user(), factories.user()
    factories.access(curator, Role.CURATOR, dataset)
    factories.access(viewer, Role.VIEWER, dataset)
    for nobody in (viewer, factories.user(), AnonymousUser()):
        with pytest.raises(NotAllowed, match="curators"):
            request_validation(store=store, by=nobody, depth=Depth.SAMPLE)
    job = request_validation(store=store, by=curator, depth=Depth.SAMPLE)
    assert job.requested_by == curator


def test_a_verdict_never_rests_on_less_than_all_documents(plate: Store) -> None:
    with pytest.raises(NotUnderstood, match="platecat-validate"):
        request_validation(store=plate, by=None, depth=Depth.FIELDS)


def test_an_older_reading_that_is_written_later_is_dropped(plate: Store, tmp_path: Path) -> None:
    validated(plate)
    now = timezone.now()
    old = validate_folder(str(tmp_path / "p.zarr"))
    with pytest.raises(ReportOutdated):
        keep_report(plate, old, digest="old", began_at=now - timedelta(hours=1), packed=pack(old))
    assert Validation.objects.get(store=plate).digest == plate.digest


def test_a_validation_that_finds_copies_stale_has_the_documents_harvested(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    folder = consolidate(stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2", "A/3"], fields=3))
    copies = copies_in_root(folder)
    hidden = next(path for path in sorted(copies) if path not in sample_of(copies))
    document = json.loads((folder / hidden).read_text())
    document["attributes"]["note"] = "written after the copies"
    (folder / hidden).write_text(json.dumps(document))
    store = factories.harvested(str(folder), into=open_dataset)
    by_copies = store.digest
    validated(store)
    (again,) = Job.objects.filter(store=store, options={"documents": True})
    harvest_store(lease=factories.taken(again))
    validated(store)
    assert store.digest == read_store(str(folder), copies=False).digest != by_copies
    assert not Job.objects.filter(store=store, state=JobState.QUEUED.value).exists()


def copies_in_root(folder: Path) -> dict[str, bytes]:
    nodes = json.loads((folder / "zarr.json").read_text())["consolidated_metadata"]["metadata"]
    return {f"{key}/zarr.json": b"" for key in nodes}


def test_a_validation_that_sees_newer_content_asks_for_its_harvest_once(
    plate: Store, tmp_path: Path
) -> None:
    validated(plate)
    (tmp_path / "p.zarr/B/03").mkdir(parents=True, exist_ok=True)
    document = tmp_path / "p.zarr/A/01/0/zarr.json"
    document.write_bytes(document.read_bytes() + b" ")
    work(request_validation(store=plate, by=None))
    (harvest,) = Job.objects.filter(
        store=plate, kind=Kind.HARVEST.value, state=JobState.QUEUED.value
    )
    harvest_store(lease=factories.taken(harvest))
    plate.refresh_from_db()
    assert plate.digest == Validation.objects.get(store=plate).digest
    open_jobs = Job.objects.filter(store=plate, state=JobState.QUEUED.value)
    assert not open_jobs.exists()


def test_what_a_person_chose_outlives_a_broken_root(
    plate: Store, open_dataset: Dataset, tmp_path: Path
) -> None:
    request_validation(store=plate, by=None, depth=Depth.SAMPLE, policy=Policy.STRICT)
    validated(plate)
    root = tmp_path / "p.zarr/zarr.json"
    whole = root.read_bytes()
    root.write_bytes(b"{")
    with pytest.raises(DocumentMalformed):
        factories.harvested(str(tmp_path / "p.zarr"), into=open_dataset)
    entry = History.objects.filter(verb="validate", noun="store").latest("id")
    assert entry.changes == {"verdict": ["invalid", "unreadable"]}
    root.write_bytes(whole)
    factories.harvested(str(tmp_path / "p.zarr"), into=open_dataset)
    assert validations(plate)[-1].options == {"depth": "sample", "policy": "strict"}


def test_a_root_that_says_nothing_any_more_has_no_old_findings(
    plate: Store, tmp_path: Path
) -> None:
    validated(plate)
    (tmp_path / "p.zarr/zarr.json").unlink()
    with pytest.raises(NotOmeZarr):
        work(request_validation(store=plate, by=None))
    plate.refresh_from_db()
    assert plate.verdict == Validation.objects.get(store=plate).verdict == "unreadable"
    assert [finding.rule for finding in plate.findings.all()] == ["STORE-READ"]


def test_a_strict_validation_of_what_is_missing_is_kept(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    folder = stores.image(tmp_path / "i.zarr", version="0.4", style=Style(labels=("nuclei",)))
    shutil.rmtree(folder / "labels/nuclei")
    store = validated(factories.harvested(str(folder), into=open_dataset))
    request_validation(store=store, by=None, policy=Policy.STRICT)
    validated(store)
    assert store.verdict in {"incomplete", "invalid"}
