"""Asking for harvests: addresses are kept in one spelling, with no secret, all or none."""

from pathlib import Path

import pytest

from catalog.errors import NotUnderstood
from catalog.models import Dataset, Job
from catalog.services.harvest_jobs import request_harvest, request_harvests

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@example.org/p.zarr",
        "https://example.org/p.zarr?X-Amz-Signature=secret",
        "s3://key:secret@bucket/p.zarr",
    ],
)
def test_an_address_with_a_secret_is_refused_and_nowhere_kept(
    open_dataset: Dataset, url: str
) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        request_harvest(url=url, dataset=open_dataset, by=None)
    assert "secret" not in str(refusal.value)
    assert not Job.objects.exists()


def test_an_address_is_kept_in_one_spelling(open_dataset: Dataset, tmp_path: Path) -> None:
    spellings = [str(tmp_path), f"{tmp_path}/", f"file://{tmp_path}", f"{tmp_path}/x/.."]
    jobs = [request_harvest(url=url, dataset=open_dataset, by=None) for url in spellings]
    assert {job.url for job in jobs} == {str(tmp_path)}


def test_one_unreadable_address_leaves_nothing_of_the_others(open_dataset: Dataset) -> None:
    with pytest.raises(NotUnderstood):
        request_harvests(urls=["/a", "https://u:p@h/x"], dataset=open_dataset, by=None)
    assert not Job.objects.exists()
