"""Files of plate maps: kept as they came, once in a dataset, and tried at once."""

import gzip
import os

import pytest
from pytest_django import Settings

from catalog.errors import NotAllowed, NotUnderstood
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History
from catalog.services.plate_map_uploads import upload_plate_map
from catalog.words import Role
from plates.models import PlateMap
from plates.services.plate_map_files import PART_BYTES, content_of
from tests import factories
from tests.catalog.services.mapped import LAYOUT, applied, checked, sent, undone, uploaded, worked

pytestmark = pytest.mark.django_db


def test_an_upload_is_kept_as_it_came_and_a_dry_run_is_asked_for(open_dataset: Dataset) -> None:
    content = os.urandom(3 * PART_BYTES + 17)
    upload = uploaded(open_dataset, sent(content, "C:\\data\\odd name.bin"), sent(LAYOUT))
    assert upload.is_new
    assert upload.job is not None
    assert upload.job.kind == Kind.CHECK_PLATE_MAP.value
    odd, layout = upload.plate_map.files.order_by("number")
    assert (odd.name, odd.size) == ("odd name.bin", len(content))
    assert b"".join(content_of(odd)) == content
    assert b"".join(content_of(layout)) == LAYOUT.encode()


def test_an_upload_is_in_the_audit_record_with_who_and_what(open_dataset: Dataset) -> None:
    curator = factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    upload = uploaded(open_dataset, by=curator)
    entry = History.objects.get(noun="platemap", verb="upload")
    assert (entry.subject, entry.by, entry.dataset) == (
        str(upload.plate_map.id),
        curator,
        open_dataset,
    )
    assert entry.changes == {"files": [None, ["layout.csv"]]}
    assert upload.plate_map.imported_by == str(curator)


def test_the_same_files_are_answered_with_their_first_import(open_dataset: Dataset) -> None:
    first = uploaded(open_dataset)
    again = uploaded(open_dataset)
    assert (again.plate_map, again.is_new) == (first.plate_map, False)
    assert again.job == first.job
    worked(first.job)
    third = uploaded(open_dataset)
    assert (third.plate_map, third.job) == (first.plate_map, None)
    assert PlateMap.objects.count() == 1


def test_the_same_files_for_another_plate_or_dataset_are_another_import(
    open_dataset: Dataset,
) -> None:
    uploaded(open_dataset)
    assert uploaded(open_dataset, plate="other").is_new
    assert uploaded(factories.dataset()).is_new


def test_a_single_file_under_another_name_is_the_same_and_one_of_several_is_not(
    open_dataset: Dataset,
) -> None:
    uploaded(open_dataset, sent("a", "one.csv"))
    assert not uploaded(open_dataset, sent("a", "two.csv")).is_new
    uploaded(open_dataset, sent("a", "map-1.csv"), sent("b", "codes.csv"))
    assert uploaded(open_dataset, sent("a", "map-2.csv"), sent("b", "codes.csv")).is_new


def test_what_was_refused_is_tried_again_when_it_is_sent_again(open_dataset: Dataset) -> None:
    refused = checked(open_dataset, "nothing,of,use\n1,2,3\n")
    assert refused.state == "refused"
    again = uploaded(open_dataset, "nothing,of,use\n1,2,3\n")
    assert (again.plate_map, again.is_new) == (refused, False)
    assert again.job is not None


def test_what_was_undone_counts_as_never_sent(open_dataset: Dataset) -> None:
    first = undone(applied(open_dataset))
    again = uploaded(open_dataset)
    assert again.is_new
    assert again.plate_map != first


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_only_curators_upload(open_dataset: Dataset, role: Role | None) -> None:
    person = factories.user()
    if role:
        factories.access(person, role, open_dataset)
    with pytest.raises(NotAllowed, match="curators"):
        uploaded(open_dataset, by=person)
    assert not PlateMap.objects.exists()


def test_more_than_the_operator_allows_is_refused_in_a_sentence(
    open_dataset: Dataset, settings: Settings
) -> None:
    settings.PLATE_MAP_FILES = 2
    settings.PLATE_MAP_BYTES = 1000
    with pytest.raises(NotUnderstood, match="up to 2 files"):
        uploaded(open_dataset, *[sent("a", f"{number}.csv") for number in range(3)])
    with pytest.raises(NotUnderstood, match="MiB"):
        uploaded(open_dataset, sent("a" * 501, "1.csv"), sent("b" * 500, "2.csv"))
    with pytest.raises(NotUnderstood, match="empty"):
        uploaded(open_dataset, sent("", "1.csv"))
    with pytest.raises(NotUnderstood, match="no file"):
        upload_plate_map(dataset=open_dataset, by=None, files=[])


def test_a_packed_file_is_measured_as_it_lies(open_dataset: Dataset) -> None:
    packed = gzip.compress(LAYOUT.encode())
    upload = uploaded(open_dataset, sent(packed, "layout.csv.gz"))
    assert upload.plate_map.files.get().size == len(packed)
