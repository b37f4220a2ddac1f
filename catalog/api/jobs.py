from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import scopes_named
from catalog.api.filters import Filter, by_id, exact, uuid_or_none, words_of
from catalog.api.shapes.jobs import JobShape
from catalog.api.views import ListView, ReadView, list_of, one_of, only
from catalog.jobs import Job
from catalog.queries.visible import Viewer
from catalog.words import JobState

KINDS = {job.value.rpartition(".")[2]: job.value for job in Job}


def of_kind(value: str, viewer: Viewer) -> Q:
    """Jobs of this kind, named as answers name it."""
    return Q(kind=KINDS[value])


def of_dataset(value: str, viewer: Viewer) -> Q:
    """Jobs whose stores go to the visible dataset with this slug or id."""
    return Q(dataset__in=scopes_named(value, viewer))


FILTERS = (
    Filter("dataset", of_dataset, "Of the dataset with this slug or id."),
    Filter("state", exact("state"), "In this state.", words_of(JobState)),
    Filter("kind", of_kind, "Of this kind.", list(KINDS)),
    Filter("parent", by_id("parent_id"), "Children of the job with this id."),
    Filter("store", by_id("store__id"), "About the store with this id."),
)


class JobList(ListView):
    """The jobs."""

    filters = FILTERS

    @list_of("job", JobShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The jobs that you asked for or that are about what you curate, oldest first."""
        viewer = self.viewer
        rows = viewer.jobs.select_related("store")
        return self.answer(rows, JobShape, viewer=viewer, order=["id"], scope="dataset_id")


class JobOne(ReadView):
    """One job."""

    @one_of("job", JobShape)
    def get(self, request: Request, job_id: str) -> Response:
        """The job with this id."""
        viewer = self.viewer
        job = only(viewer.jobs.select_related("store"), "job", id=uuid_or_none(job_id))
        return Response(JobShape(job, context=self.context_for(viewer, [job.dataset_id])).data)
