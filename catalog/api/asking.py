"""What the routes that ask for a job have in common."""

from http import HTTPStatus

from rest_framework.response import Response

from catalog.api.shapes.jobs import JobShape
from catalog.api.views import LIST_ERRORS, PROBLEM, ReadView
from catalog.models import Job

REFUSED = {(403, "application/problem+json"): PROBLEM, **LIST_ERRORS}
IN_CONFLICT = {**REFUSED, (409, "application/problem+json"): PROBLEM}


class AskingView(ReadView):
    """A route that asks for a job."""

    http_method_names = ["post", "options"]

    def asked(self, job: Job) -> Response:
        """The job that was asked for, or waits already."""
        shape = JobShape(job, context=self.context_for(self.viewer, [job.dataset_id]))
        return Response(shape.data, HTTPStatus.ACCEPTED)
