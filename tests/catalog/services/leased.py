"""What tests of jobs share: their states, and leases that run out."""

from datetime import timedelta

from django.utils import timezone

from catalog.models import Job


def state_of(job: Job) -> str:
    """The state of a job, as its row says now."""
    job.refresh_from_db()
    return job.state


def run_out(job: Job) -> None:
    """Let the lease of a job be over, as if its worker were gone."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
