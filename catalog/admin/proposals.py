"""Moves and copies at the desk: both stores side by side, and the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to, person
from catalog.errors import ProposalIsDecided, ProposalIsOutdated, StoreIsInUse
from catalog.models import Origin, Proposal
from catalog.services.proposals import accept_proposal, refuse_proposal
from catalog.services.stores import url_of
from catalog.words import ProposalState
from plates.models import Store

Link = SafeString | str


@admin.register(Origin)
class OriginDesk(ReadDesk[Origin]):
    """Which sources the locations of stores with several came from."""

    list_display = ["location", "source", "guarded"]
    list_select_related = ["location", "source"]
    search_fields = ["location__url", "=source__name"]


@admin.register(Proposal)
class ProposalDesk(ReadDesk[Proposal]):
    """Moves and copies that were proposed."""

    list_display = ["url", "kind", "state", "chunks", "of_link", "dataset", "made_at"]
    list_select_related = ["store", "of", "dataset", "decided_by"]
    list_filter = ["state", "kind"]
    search_fields = ["url", "=id", "=dataset__slug"]
    fields = ["kind", "state", "dataset", "url", "chunks", "made_at", "decided_at", "decided_by"]
    readonly_fields = ["chunks"]
    actions = ["accept", "refuse"]
    change_form_template = "admin/proposal.html"

    @admin.display(description="known store")
    def of_link(self, proposal: Proposal) -> Link:
        """The store that was known."""
        return link_to(proposal.of)

    @admin.display(description="sampled chunks")
    def chunks(self, proposal: Proposal) -> str:
        """How far sampled chunks show that the two are the same."""
        compared, equal = (proposal.evidence.get(name, 0) for name in ("compared", "equal"))
        if not compared:
            return "none could be compared"
        return f"{equal} of {compared} the same"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One proposal, with both stores side by side."""
        proposal = self.get_object(request, unquote(object_id))
        told: dict[str, Any] = {"rows": [], "is_open": False}
        if proposal is not None:
            told = {
                "rows": side_by_side(proposal.of, proposal.store),
                "is_open": proposal.state == ProposalState.OPEN.value,
            }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)

    @admin.action(description="Accept: one store, with one more location")
    def accept(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        """Make the new stores locations of the known ones."""
        self.decide(request, queryset, accept_proposal)

    @admin.action(description="Refuse: two stores, for good")
    def refuse(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        """Keep the stores apart."""
        self.decide(request, queryset, refuse_proposal)

    def decide(
        self, request: HttpRequest, proposals: QuerySet[Proposal], verb: Callable[..., Proposal]
    ) -> None:
        """Decide each proposal, and say which could not be."""
        done = 0
        for proposal in proposals.order_by("id"):
            try:
                verb(proposal=proposal, by=person(request))
                done += 1
            except (ProposalIsDecided, ProposalIsOutdated, StoreIsInUse) as refusal:
                messages.error(request, f"{proposal.url}: {refusal}")
        if done:
            noun = "proposal was" if done == 1 else "proposals were"
            messages.success(request, f"{done} {noun} decided.")


def side_by_side(known: Store, new: Store | None) -> list[tuple[str, Link, Link]]:
    """What there is to compare of two stores: its name, then that of each."""
    sides: list[dict[str, Link]] = [told_of(known), told_of(new) if new else {}]
    return [(name, value, sides[1].get(name, "-")) for name, value in sides[0].items()]


def told_of(store: Store) -> dict[str, Link]:
    """What is told of one of two stores."""
    last = store.locations.order_by("-id").first()
    return {
        "store": link_to(store),
        "lies at": lies_at(url_of(store), last.url if last else ""),
        "plate": link_to(store.plate),
        "kind": f"{store.kind} {store.version}".strip(),
        "wells": f"{store.well_count:,}",
        "fields": f"{store.field_count:,}",
        "images": f"{store.image_count:,}",
        "verdict": store.verdict,
        "known since": f"{store.created_at:%Y-%m-%d %H:%M}",
        "last read": f"{store.read_at:%Y-%m-%d %H:%M}" if store.read_at else "-",
        "vanished": f"{store.vanished_at:%Y-%m-%d %H:%M}" if store.vanished_at else "-",
        "id": str(store.id),
    }


def lies_at(now: str, last: str) -> str:
    """Where a store lies, or where it lay last."""
    return now or f"nowhere; last at {last}"
