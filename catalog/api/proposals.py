"""Proposals over REST: for the curators of a dataset, who decide which of its stores are the same."""

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import by_dataset
from catalog.api.filters import Filter, exact, words_of
from catalog.api.shapes.proposals import ProposalShape
from catalog.api.views import ERRORS, PROBLEM, Decorator, ListView, ReadView, list_of, one_of
from catalog.models import Proposal
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from catalog.services.proposals import accept_proposal, refuse_proposal
from catalog.words import ProposalKind, ProposalState
from plates.ids import uuid_or_none
from plates.queries.places import with_places


def about_store(value: str, viewer: Viewer) -> Q:
    """Proposals in which the store with this id is the new one or the known one."""
    found = uuid_or_none(value)
    return Q(store__id=found) | Q(of__id=found) if found else Q(pk__in=[])


FILTERS = (
    Filter("dataset", by_dataset("dataset"), "Of the dataset with this slug or id."),
    Filter("state", exact("state"), "In this state.", words_of(ProposalState)),
    Filter("kind", exact("kind"), "Moves or copies.", words_of(ProposalKind)),
    Filter("store", about_store, "About the store with this id, be it the new or the known one."),
)


def proposals_told(viewer: Viewer) -> QuerySet[Proposal]:
    """The proposals that a viewer may decide, with all that their shape tells."""
    rows = viewer.proposals.select_related("store__plate", "of__plate", "decided_by")
    return rows.prefetch_related(with_places("store__locations"), with_places("of__locations"))


class ProposalList(ListView):
    """The proposals."""

    filters = FILTERS

    @list_of("proposal", ProposalShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The proposals about what you curate, oldest first."""
        viewer = self.viewer
        rows = proposals_told(viewer)
        return self.answer(rows, ProposalShape, viewer=viewer, order=["id"], scope="dataset_id")


class ProposalOne(ReadView):
    """One proposal."""

    @one_of("proposal", ProposalShape)
    def get(self, request: Request, proposal_id: str) -> Response:
        """The proposal with this id."""
        return self.told(self.proposal(proposal_id))

    def proposal(self, proposal_id: str) -> Proposal:
        """The proposal with this id, if the viewer may see it."""
        return only(proposals_told(self.viewer), "proposal", id=uuid_or_none(proposal_id))

    def told(self, proposal: Proposal) -> Response:
        """What is told of a proposal."""
        context = self.context_for(self.viewer, [proposal.dataset_id])
        return Response(ProposalShape(proposal, context=context).data)


def decided(verb: str, sentence: str) -> Decorator:
    """The schema of a route that decides a proposal."""
    return extend_schema(
        summary=sentence,
        tags=["proposals"],
        operation_id=f"proposal_{verb}",
        request=None,
        responses={
            200: ProposalShape,
            (403, "application/problem+json"): PROBLEM,
            (409, "application/problem+json"): PROBLEM,
            **ERRORS,
        },
    )


class ProposalAccept(ProposalOne):
    """Accept a proposal."""

    http_method_names = ["post", "options"]

    @decided("accept", "Accept a proposal")
    def post(self, request: Request, proposal_id: str) -> Response:
        """Make the new store a location of the known one, which keeps its ids; for curators."""
        proposal = self.proposal(proposal_id)
        accept_proposal(proposal=proposal, by=request.user)
        return self.told(self.proposal(proposal_id))


class ProposalRefuse(ProposalOne):
    """Refuse a proposal."""

    http_method_names = ["post", "options"]

    @decided("refuse", "Refuse a proposal")
    def post(self, request: Request, proposal_id: str) -> Response:
        """Keep the two stores apart for good; for curators."""
        proposal = self.proposal(proposal_id)
        refuse_proposal(proposal=proposal, by=request.user)
        return self.told(self.proposal(proposal_id))
