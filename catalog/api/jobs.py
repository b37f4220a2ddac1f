from http import HTTPStatus

from django.contrib.auth.models import User
from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import by_dataset
from catalog.api.filters import Filter, by_id, exact, words_of
from catalog.api.shapes.jobs import JobShape, WholeJobShape
from catalog.api.views import (
    ERRORS,
    PROBLEM,
    Decorator,
    ListView,
    ReadView,
    list_of,
    one_of,
)
from catalog.jobs import Job
from catalog.models import Job as JobRow
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from catalog.services.steering import cancel_job, retry_job
from catalog.words import JobState
from plates.ids import uuid_or_none

REFUSED = {(status, "application/problem+json"): PROBLEM for status in (403, 409)}
KINDS = {job.value.rpartition(".")[2]: job.value for job in Job}


def of_kind(value: str, viewer: Viewer) -> Q:
    """Jobs of this kind, named as answers name it."""
    return Q(kind=KINDS[value])


FILTERS = (
    Filter("dataset", by_dataset("dataset"), "Of the dataset with this slug or id."),
    Filter("state", exact("state"), "In this state.", words_of(JobState)),
    Filter("kind", of_kind, "Of this kind.", list(KINDS)),
    Filter("parent", by_id("parent_id"), "Children of the job with this id."),
    Filter("store", by_id("store__id"), "About the store with this id."),
    Filter("platemap", by_id("plate_map__id"), "About the plate map with this id."),
    Filter("source", by_id("source__id"), "Of the source with this id."),
)


class JobList(ListView):
    """The jobs."""

    filters = FILTERS

    @list_of("job", JobShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The jobs that you asked for or that are about what you curate, oldest first."""
        viewer = self.viewer
        rows = viewer.jobs.select_related("store", "plate_map")
        return self.answer(rows, JobShape, viewer=viewer, order=["id"], scope="dataset_id")


class JobOne(ReadView):
    """One job."""

    @one_of("job", WholeJobShape)
    def get(self, request: Request, job_id: str) -> Response:
        """The job with this id, and how far it is with all that it led to."""
        return Response(self.told(self.job(job_id)))

    def job(self, job_id: str) -> JobRow:
        """The job with this id, if the viewer may see it."""
        return only(
            self.viewer.jobs.select_related("store", "plate_map"), "job", id=uuid_or_none(job_id)
        )

    def told(self, job: JobRow) -> object:
        """What is told of a job."""
        context = self.context_for(self.viewer, [job.dataset_id])
        return WholeJobShape(job, context=context).data


def steered(verb: str, sentence: str) -> Decorator:
    """The schema of a route that stops a job or starts it anew."""
    return extend_schema(
        summary=sentence,
        tags=["jobs"],
        operation_id=f"job_{verb}",
        request=None,
        responses={202: WholeJobShape, **REFUSED, **ERRORS},
    )


class JobCancel(JobOne):
    """Stop a job."""

    http_method_names = ["post", "options"]

    @steered("cancel", "Cancel a job")
    def post(self, request: Request, job_id: str) -> Response:
        """Stop a job and all that it led to; workers let go of it within seconds."""
        job = cancel_job(job=self.job(job_id), by=by_whom(request))
        return Response(self.told(job), HTTPStatus.ACCEPTED)


class JobRetry(JobOne):
    """Start a job anew."""

    http_method_names = ["post", "options"]

    @steered("retry", "Retry a job")
    def post(self, request: Request, job_id: str) -> Response:
        """Start anew what failed or was cancelled of a job and all that it led to."""
        job = retry_job(job=self.job(job_id), by=by_whom(request))
        return Response(self.told(job), HTTPStatus.ACCEPTED)


def by_whom(request: Request) -> User | None:
    """The person who asks."""
    return request.user if isinstance(request.user, User) else None
