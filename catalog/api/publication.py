"""The life of a dataset over REST: its checklist, and the steps of those who may take them."""

from datetime import date
from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import IN_CONFLICT, AskingView
from catalog.api.bodies import understood
from catalog.api.datasets import RELATED, DatasetView, dataset_of
from catalog.api.shapes.datasets import WholeDatasetShape
from catalog.api.shapes.examples_versions import CHECKLIST
from catalog.api.shapes.jobs import JobShape
from catalog.api.shapes.publication import (
    ChecklistShape,
    EmbargoWish,
    LineShape,
    PublishWish,
    SendBackWish,
    WithdrawWish,
)
from catalog.api.views import ERRORS, Decorator, ReadView, example
from catalog.models import Dataset
from catalog.queries.single import only
from catalog.services.checklists import checklist_of
from catalog.services.curators import (
    SEND_FOR_REVIEW,
    refuse_all_but_curators,
    refuse_all_but_publishers,
)
from catalog.services.embargoes import set_embargo
from catalog.services.publication import publish
from catalog.services.reviews import send_back, send_for_review
from catalog.services.withdrawals import withdraw
from plates.ids import uuid_or_none


class DatasetChecklist(ReadView):
    """The checklist of a dataset."""

    @extend_schema(
        summary="What holds a dataset back from being published",
        tags=["datasets"],
        responses={200: ChecklistShape, **ERRORS},
        examples=example("A checklist", CHECKLIST),
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """Line by line, for its curators: what has to be so, what is wrong, where, what to do."""
        viewer = self.viewer
        found = uuid_or_none(dataset_id)
        by: dict[str, object] = {"id": found} if found else {"slug": dataset_id}
        dataset = only(viewer.curated_datasets, "dataset", **by)
        lines = checklist_of(dataset)
        context = {**self.context_for(viewer, []), "dataset": dataset}
        return Response(
            {
                "state": dataset.state,
                "next_state": dataset.next_state,
                "review_note": dataset.review_note,
                "blocked": any(line.blocks for line in lines),
                "lines": LineShape(lines, many=True, context=context).data,
            }
        )


def step(
    name: str, sentence: str, wish: type[serializers.Serializer[object]] | None = None
) -> Decorator:
    """The schema of a route that takes a step with a dataset."""
    return extend_schema(
        summary=sentence,
        tags=["datasets"],
        operation_id=f"dataset_{name}",
        request=wish,
        responses={200: WholeDatasetShape, **IN_CONFLICT},
    )


class DatasetStep(DatasetView):
    """A route that takes a step with a dataset, and tells it as it is then."""

    http_method_names = ["post", "options"]

    def after(self, dataset: Dataset) -> Response:
        """The dataset, as it stands now."""
        return self.told(dataset_of(self.viewer, str(dataset.id), *RELATED))


class DatasetReview(DatasetStep):
    """Send a dataset for review."""

    @step("review", "Send a dataset, or its next version, for review")
    def post(self, request: Request, dataset_id: str) -> Response:
        """Let those who publish look at it; for curators."""
        dataset = dataset_of(self.viewer, dataset_id)
        return self.after(send_for_review(dataset=dataset, by=request.user))


class DatasetSendBack(DatasetStep):
    """Send a dataset back."""

    @step("send_back", "Send a dataset back to be mended", SendBackWish)
    def post(self, request: Request, dataset_id: str) -> Response:
        """Make a draft again of what is in review, with a note that says why; for curators."""
        dataset = dataset_of(self.viewer, dataset_id)
        # Who may not is told so whatever the body says.
        refuse_all_but_curators(request.user, dataset, to=SEND_FOR_REVIEW)
        note = str(understood(request, SendBackWish)["note"])
        return self.after(send_back(dataset=dataset, note=note, by=request.user))


class DatasetPublish(AskingView):
    """Publish a dataset."""

    @extend_schema(
        summary="Publish a dataset, or its next version",
        tags=["datasets"],
        operation_id="dataset_publish",
        request=PublishWish,
        responses={202: JobShape, **IN_CONFLICT},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        """Make a version of what is in review, as a job that publishes it at its end; for publishers."""
        dataset = dataset_of(self.viewer, dataset_id)
        refuse_all_but_publishers(request.user, dataset)
        until = cast("date | None", understood(request, PublishWish)["embargo_until"])
        return self.asked(publish(dataset=dataset, by=request.user, embargo_until=until))


class DatasetWithdraw(DatasetStep):
    """Withdraw a dataset."""

    @step("withdraw", "Withdraw a published dataset, for good", WithdrawWish)
    def post(self, request: Request, dataset_id: str) -> Response:
        """Leave a tombstone with the reason; the files are kept for publishers, who alone may."""
        dataset = dataset_of(self.viewer, dataset_id)
        refuse_all_but_publishers(request.user, dataset)
        reason = str(understood(request, WithdrawWish)["reason"])
        return self.after(withdraw(dataset=dataset, reason=reason, by=request.user))


class DatasetEmbargo(DatasetStep):
    """Set the embargo of a dataset."""

    @step("embargo", "Close a dataset up to a day, or lift its embargo", EmbargoWish)
    def post(self, request: Request, dataset_id: str) -> Response:
        """It opens by itself afterwards; what is published and open is not closed. For publishers."""
        dataset = dataset_of(self.viewer, dataset_id)
        refuse_all_but_publishers(request.user, dataset)
        until = cast("date | None", understood(request, EmbargoWish)["until"])
        return self.after(set_embargo(dataset=dataset, until=until, by=request.user))
