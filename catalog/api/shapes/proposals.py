from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from catalog.models import Proposal
from plates.models import Store
from plates.queries.places import place_of


class ProposedStore(serializers.Serializer[object]):
    """One of the two stores."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Where it lies; empty if nowhere any more.")
    plate = PlateName(allow_null=True)


class ProposalEvidence(serializers.Serializer[object]):
    """What a proposal rests on."""

    digest = serializers.CharField(help_text="Of all documents, the same in both stores.")
    compared = serializers.IntegerField(help_text="Sampled chunks that are there in both.")
    equal = serializers.IntegerField(help_text="How many of these are the same.")
    proven = serializers.BooleanField(help_text="Some were compared, and all were the same.")


class ProposalLinks(serializers.Serializer[object]):
    """Where a proposal and its stores are, and how it is decided."""

    self = serializers.URLField()
    accept = serializers.URLField()
    refuse = serializers.URLField()
    store = serializers.URLField(allow_null=True)
    of = serializers.URLField()


class ProposalShape(Shape):
    """That a store is a known one, moved or copied."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="move: the known one lies nowhere any more; or copy.")
    state = serializers.CharField(help_text="open, accepted or refused.")
    dataset = serializers.SerializerMethodField()
    url = serializers.CharField(help_text="Where the new one lies.")
    store = serializers.SerializerMethodField()
    of = serializers.SerializerMethodField()
    evidence = ProposalEvidence()
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(DatasetName)
    def get_dataset(self, proposal: Proposal) -> dict[str, object]:
        """The dataset of both stores."""
        return self.dataset_named(proposal.dataset_id)

    @extend_schema_field(ProposedStore(allow_null=True))
    def get_store(self, proposal: Proposal) -> dict[str, object] | None:
        """The new one; null once it is a location of the known one."""
        return told_of(proposal.store) if proposal.store else None

    @extend_schema_field(ProposedStore)
    def get_of(self, proposal: Proposal) -> dict[str, object]:
        """The one that was known."""
        return told_of(proposal.of)

    def get_decided_by(self, proposal: Proposal) -> str | None:
        """Who decided; null for the rule of the source, and while it is open."""
        return proposal.decided_by.get_username() if proposal.decided_by else None

    @extend_schema_field(ProposalLinks)
    def get_links(self, proposal: Proposal) -> dict[str, object]:
        """Where the proposal and its stores are, and how it is decided."""
        return {
            "self": self.link_to("proposal", proposal.id),
            "accept": self.link_to("proposal-accept", proposal.id),
            "refuse": self.link_to("proposal-refuse", proposal.id),
            "store": self.link_to("store", proposal.store.id) if proposal.store else None,
            "of": self.link_to("store", proposal.of.id),
        }


def told_of(store: Store) -> dict[str, object]:
    """A store as a proposal names it."""
    plate = {"id": str(store.plate.id), "name": store.plate.name} if store.plate else None
    return {"id": str(store.id), "name": store.name, "url": place_of(store), "plate": plate}
