"""The life of a dataset: who may do what when, what stays, and what a killed publisher leaves."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pa_parquet
import pytest

from catalog.errors import (
    ChecklistBlocks,
    DatasetNotReady,
    LeaseLost,
    NotAllowed,
    NothingChanged,
    NotUnderstood,
)
from catalog.models import Change, Dataset, History, Job, Version
from catalog.services import publication, version_writing
from catalog.services.embargoes import set_embargo
from catalog.services.plate_map_watch import nobody_looks
from catalog.services.publication import make_version, publish
from catalog.services.reviews import send_back, send_for_review
from catalog.services.steering import retry_job
from catalog.services.version_files import (
    begin_folder,
    faults_of_files,
    folder_of_dataset,
    path_of_file,
    write_file,
)
from catalog.services.version_writing import write_version_files
from catalog.services.withdrawals import withdraw
from catalog.words import DatasetState, JobState, Role
from plates.ids import uuid7
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, applied, undone
from tests.catalog.services.published import TOMORROW, asked, fit, in_review, published, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("versions")]


def contents(version: Version) -> dict[str, bytes]:
    """The files of a version, byte for byte."""
    return {one["name"]: path_of_file(version, one["name"]).read_bytes() for one in version.files}


def lying(dataset: Dataset) -> set[str]:
    """What lies in the folder of a dataset's versions."""
    folder = folder_of_dataset(dataset.id)
    return {one.name for one in folder.iterdir()} if folder.exists() else set()


def test_a_dataset_goes_from_draft_through_review_to_a_version(small: Dataset) -> None:
    fit(small)
    send_for_review(dataset=small, by=None)
    job = publish(dataset=small, by=None)
    small.refresh_from_db()
    assert (small.state, small.published_at) == (DatasetState.IN_REVIEW.value, None)
    assert not small.versions.exists()
    worked(job)
    small.refresh_from_db()
    version = small.versions.get()
    assert (small.state, small.next_state, version.number) == ("published", "draft", 1)
    assert small.published_at == version.published_at
    assert version.counts["wells"] == 3
    verbs = list(
        History.objects.filter(dataset=small).order_by("id").values_list("verb", flat=True)
    )
    assert verbs[-2:] == ["send_for_review", "publish"]
    assert History.objects.get(verb="publish").job == job
    change = Change.objects.latest("serial")
    assert (change.verb, change.store) == ("published", None)
    assert change.differences == {"version": {"number": 1, "digest": version.digest}}


def test_what_is_sent_back_says_why_and_is_a_draft_again(small: Dataset) -> None:
    in_review(small)
    with pytest.raises(NotUnderstood, match="Say in a note"):
        send_back(dataset=small, note=" ", by=None)
    back = send_back(dataset=small, note="The doses are missing.", by=None)
    assert (back.state, back.review_note) == ("draft", "The doses are missing.")
    again = send_for_review(dataset=small, by=None)
    assert (again.state, again.review_note) == ("in_review", "")


def test_each_step_is_refused_out_of_its_turn(small: Dataset) -> None:
    fit(small)
    for step in (
        lambda: publish(dataset=small, by=None),
        lambda: send_back(dataset=small, note="x", by=None),
        lambda: withdraw(dataset=small, reason="x", by=None),
    ):
        with pytest.raises(DatasetNotReady, match="This dataset is draft"):
            step()
    send_for_review(dataset=small, by=None)
    with pytest.raises(DatasetNotReady, match="is in review, so it cannot be sent for review"):
        send_for_review(dataset=small, by=None)
    worked(publish(dataset=small, by=None))
    withdraw(dataset=small, reason="A mistake.", by=None)
    for step in (
        lambda: send_for_review(dataset=small, by=None),
        lambda: publish(dataset=small, by=None),
        lambda: withdraw(dataset=small, reason="x", by=None),
        lambda: set_embargo(dataset=small, until=TOMORROW, by=None),
    ):
        with pytest.raises(DatasetNotReady, match="stays so"):
            step()


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.CURATOR, Role.PUBLISHER])
def test_curators_review_and_publishers_publish(small: Dataset, role: Role | None) -> None:
    person = factories.user()
    if role is not None:
        factories.access(person, role, small)
    fit(small)
    steps = (
        (Role.CURATOR, lambda: send_for_review(dataset=small, by=person)),
        (Role.CURATOR, lambda: send_back(dataset=small, note="x", by=person)),
        (Role.CURATOR, lambda: send_for_review(dataset=small, by=person)),
        (Role.PUBLISHER, lambda: set_embargo(dataset=small, until=TOMORROW, by=person)),
        (Role.PUBLISHER, lambda: worked(publish(dataset=small, by=person))),
        (Role.PUBLISHER, lambda: withdraw(dataset=small, reason="x", by=person)),
    )
    for needed, step in steps:
        if role is not None and role.includes(needed):
            step()
        else:
            with pytest.raises(NotAllowed, match="of the dataset may"):
                step()


def test_only_publishers_start_a_publication_again(small: Dataset) -> None:
    job = asked(small)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED.value, error="x", finished_at="2026-01-01T00:00:00Z"
    )
    curator = factories.user()
    factories.access(curator, Role.CURATOR, small)
    with pytest.raises(NotAllowed, match="Only publishers"):
        retry_job(job=job, by=curator)


def test_whoever_asks_twice_gets_the_job_that_goes_on(small: Dataset) -> None:
    job = asked(small)
    assert publish(dataset=small, by=None) == job


def test_what_the_checklist_blocks_is_not_published(small: Dataset) -> None:
    fit(small)
    Dataset.objects.filter(pk=small.pk).update(licence="")
    send_for_review(dataset=small, by=None)
    with pytest.raises(ChecklistBlocks, match="It has no licence"):
        publish(dataset=small, by=None)


def test_what_came_to_block_it_meanwhile_stops_the_job(small: Dataset) -> None:
    job = asked(small)
    Dataset.objects.filter(pk=small.pk).update(licence="")
    with pytest.raises(ChecklistBlocks):
        worked(job)
    assert lying(small) == set()


def test_the_files_say_what_the_dataset_held(small: Dataset) -> None:
    applied(small, LAYOUT)
    version = published(small)
    manifest = json.loads(contents(version)["manifest.json"])
    assert manifest["format"] == "platecat-version/1"
    assert manifest["dataset"] == version.metadata
    assert manifest["dataset"]["people"] == [
        {"name": "A. Example", "role": "", "affiliation": "", "orcid": ""}
    ]
    assert "a@example.org" not in contents(version)["manifest.json"].decode()
    assert manifest["counts"] == version.counts
    assert version.counts == {
        "stores": 1, "plates": 1, "wells": 3, "annotated_wells": 3, "fields": 6, "images": 0
    }  # fmt: skip
    (store,), (plate,) = manifest["stores"], manifest["plates"]
    assert store["urls"] == [store["url"]]
    assert len(store["digest"]) == 64
    assert (plate["name"], store["plate_id"]) == ("small", plate["id"])
    by_name = {one["name"]: one for one in manifest["files"]}
    for name, told in by_name.items():
        table = pa_parquet.read_table(path_of_file(version, name))
        assert table.num_rows == told["rows"]
        assert table.column_names == [column["name"] for column in told["columns"]]
    wells = pa_parquet.read_table(path_of_file(version, "wells.parquet")).to_pylist()
    said = [(row["well"], row["compound"], row["concentration [mol/L]"]) for row in wells]
    assert said == [("A01", "DMSO", None), ("A02", "Nutlin-3a", 1e-5), ("B03", "Etoposide", 2.5e-6)]


def test_images_are_kept_with_what_is_said_of_them(open_dataset: Dataset, tmp_path: Path) -> None:
    factories.harvested(str(stores.image(tmp_path / "one.zarr", name="one")), into=open_dataset)
    applied(open_dataset, "Image,Gene\none,TP53\n")
    version = published(open_dataset)
    (row,) = pa_parquet.read_table(path_of_file(version, "images.parquet")).to_pylist()
    assert json.loads(row["annotation"])["gene"][0]["value"] == "TP53"


def test_the_same_content_makes_the_same_bytes(small: Dataset) -> None:
    applied(small, LAYOUT)
    written = [
        version_writing.write_version_files(small, begin_folder(small, uuid7()), alive=nobody_looks)
        for _ in range(2)
    ]
    assert written[0] == written[1]


def test_a_version_that_would_be_the_last_one_again_is_refused(small: Dataset) -> None:
    first = published(small)
    with pytest.raises(NothingChanged, match="since version 1"):
        worked(asked(small))
    assert lying(small) == {str(first.id)}


def test_a_version_stays_what_it_is_whatever_happens_to_the_dataset(
    small: Dataset, plate_folder: Path
) -> None:
    imported = applied(small, LAYOUT)
    first = published(small)
    before = contents(first)
    undone(imported)
    applied(small, LAYOUT.replace("Etoposide", "Taxol"))
    Dataset.objects.filter(pk=small.pk).update(title="Another title")
    shutil.rmtree(plate_folder)
    stores.plate(plate_folder, wells=["A/1", "A/2", "B/03", "C/4"], fields=3, name="small")
    factories.harvested(str(plate_folder), into=small)
    second = published(small)
    assert contents(first) == before
    assert list(faults_of_files(first)) == []
    assert (second.number, second.counts["wells"]) == (2, 4)
    assert contents(second)["wells.parquet"] != before["wells.parquet"]
    modes = {path_of_file(first, name).stat().st_mode & 0o777 for name in before}
    assert modes == {0o444}


def test_a_file_that_was_changed_or_lost_is_found(small: Dataset) -> None:
    version = published(small)
    wells, fields = (path_of_file(version, name) for name in ("wells.parquet", "fields.parquet"))
    wells.chmod(0o644)
    content = bytearray(wells.read_bytes())
    content[40] ^= 1
    wells.write_bytes(content)
    fields.unlink()
    faults = {fault.name: fault.sentence for fault in faults_of_files(version)}
    assert set(faults) == {"wells.parquet", "fields.parquet"}
    assert "has the digest" in faults["wells.parquet"]


class Killed(BaseException):
    """As if the process were gone: nothing of it runs any more."""


def test_a_publisher_that_is_killed_leaves_nothing_that_is_seen(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(small)
    lease = factories.taken(job)
    real = write_file

    def dies(folder: Path, name: str, chunks: object) -> object:
        if name == "stores.parquet":
            raise Killed
        return real(folder, name, chunks)  # type: ignore[arg-type]

    monkeypatch.setattr(version_writing, "write_file", dies)
    monkeypatch.setattr(publication, "discard_folder", Path.exists)
    with pytest.raises(Killed):
        make_version(lease=lease)
    (left,) = lying(small)
    assert left.startswith(".making-")
    small.refresh_from_db()
    assert (small.state, small.versions.count()) == ("in_review", 0)
    # The next attempt makes the version, and sweeps away what is left.
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(state="queued", lease_token=None, lease_until=None)
    worked(job)
    assert lying(small) == {str(small.versions.get().id)}


def test_a_lease_that_is_lost_keeps_nothing(small: Dataset) -> None:
    job = asked(small)
    lease = factories.taken(job)
    Job.objects.filter(pk=job.pk).update(lease_token=uuid7())
    with pytest.raises(LeaseLost):
        make_version(lease=lease)
    assert (lying(small), small.versions.count()) == (set(), 0)


def test_what_was_sent_back_meanwhile_is_not_published(
    small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(small)
    real = write_version_files

    def slow(dataset: Dataset, folder: Path, **more: object) -> object:
        written = real(dataset, folder, **more)  # type: ignore[arg-type]
        send_back(dataset=dataset, note="Wait.", by=None)
        return written

    monkeypatch.setattr(publication, "write_version_files", slow)
    with pytest.raises(DatasetNotReady, match="is draft"):
        worked(job)
    assert (lying(small), small.versions.count()) == (set(), 0)


def test_an_embargo_is_set_with_the_publication_and_not_on_what_is_open(small: Dataset) -> None:
    published(small, until=TOMORROW)
    assert small.embargo_until == TOMORROW
    assert set_embargo(dataset=small, until=None, by=None).embargo_until is None
    small.refresh_from_db()
    for step in (
        lambda: set_embargo(dataset=small, until=TOMORROW, by=None),
        lambda: publish(dataset=in_review(small), by=None, embargo_until=TOMORROW),
    ):
        with pytest.raises(NotUnderstood, match="what was opened stays open"):
            step()
