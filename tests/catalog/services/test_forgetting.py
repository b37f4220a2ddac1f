"""Scans that found nothing new are forgotten after a week; what led to something is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job
from catalog.services.forgetting import KEPT, forget_idle_scans
from catalog.services.harvest_jobs import request_harvest
from catalog.services.jobs import ask_for, finish_job
from catalog.services.sources import create_source, request_scan
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def scan(open_dataset: Dataset) -> Job:
    """A scan that is over, of eight days ago."""
    source = create_source(by=None, name="lab", url="s3://lab", default_dataset=open_dataset)
    return over(request_scan(source=source, by=None))


def over(job: Job) -> Job:
    finish_job(lease=factories.taken(job), outcome={})
    long_ago = timezone.now() - KEPT - timedelta(days=1)
    Job.objects.filter(pk=job.pk).update(finished_at=long_ago)
    return job


def test_an_old_scan_that_found_nothing_new_is_forgotten(scan: Job) -> None:
    assert forget_idle_scans() == 1
    assert not Job.objects.exists()


def test_a_scan_that_led_to_a_job_is_kept(scan: Job) -> None:
    ask_for(Kind.DISCOVER, dataset=scan.dataset, by=None, url="s3://lab/x", parent=scan)
    assert forget_idle_scans() == 0


def test_a_scan_that_a_person_asked_for_stands_in_the_record_and_is_kept(
    open_dataset: Dataset,
) -> None:
    source = create_source(by=None, name="lab", url="s3://lab", default_dataset=open_dataset)
    over(request_scan(source=source, by=factories.operator()))
    assert forget_idle_scans() == 0


def test_a_young_scan_and_a_discovery_that_is_no_scan_are_kept(
    scan: Job, open_dataset: Dataset
) -> None:
    Job.objects.filter(pk=scan.pk).update(finished_at=timezone.now() - timedelta(days=6))
    over(request_harvest(url="/data", dataset=open_dataset, by=None))
    assert forget_idle_scans() == 0
