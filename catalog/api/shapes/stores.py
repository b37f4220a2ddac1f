from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.api.shapes.counts import CompletenessInShort, in_short
from catalog.api.shapes.findings import ValidationShape
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from plates.models import Evidence, Location, Store
from plates.queries.places import place_of
from plates.states import StoreKind, Strength


class UnreadDocument(serializers.Serializer[object]):
    """A document of a store that could not be read."""

    node = serializers.CharField()
    path = serializers.CharField()
    message = serializers.CharField()


class EvidenceShape(serializers.Serializer[object]):
    """By what a store is known to be as it was read."""

    strength = serializers.SerializerMethodField()
    read_at = serializers.DateTimeField(help_text="When all of it was last read.")
    checked_at = serializers.DateTimeField(help_text="When somebody last looked for changes.")

    @extend_schema_field(
        serializers.ChoiceField(
            choices=words_of(Strength),
            allow_null=True,
            help_text="What the last look rested on; null if nobody has looked since it was read.",
        )
    )
    def get_strength(self, evidence: Evidence) -> str | None:
        """What the last look rested on."""
        return evidence.strength if evidence.checked_at > evidence.read_at else None


class LocationShape(serializers.Serializer[object]):
    """A place where a store lies, or lay."""

    url = serializers.CharField()
    first_seen_at = serializers.DateTimeField()
    gone_at = serializers.DateTimeField(allow_null=True, help_text="Null where it lies now.")
    evidence = serializers.SerializerMethodField()

    @extend_schema_field(EvidenceShape(allow_null=True))
    def get_evidence(self, location: Location) -> dict[str, object] | None:
        """By what it is known to be unchanged there; null where it was never read."""
        evidence = getattr(location, "evidence", None)
        return None if evidence is None else dict(EvidenceShape(evidence).data)


class StoreLinks(serializers.Serializer[object]):
    """Where a store's rows are."""

    self = serializers.URLField()
    open = serializers.URLField(help_text="Viewers, snippets and addresses that open it.")
    fields = serializers.URLField()  # type: ignore[assignment]
    images = serializers.URLField()
    findings = serializers.URLField()
    report = serializers.URLField(allow_null=True, help_text="Null until it was validated.")
    completeness = serializers.URLField(allow_null=True, help_text="Null until it was counted.")
    plate = serializers.URLField(allow_null=True)


class StoreShape(Shape):
    """A store: where it lies, what it holds, how it fares."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    locations = LocationShape(
        source="all_places",
        many=True,
        help_text="Where it lies and lay, the oldest first; those beside `url` that are not gone "
        "are its mirrors.",
    )
    dataset = serializers.SerializerMethodField()
    kind = serializers.CharField(
        help_text=f"{', '.join(words_of(StoreKind))}; empty until it was read."
    )
    name = serializers.CharField()
    version = serializers.CharField(help_text="Of OME-Zarr, e.g. 0.5.")
    zarr_format = serializers.IntegerField(allow_null=True)
    reach = serializers.CharField(help_text="ok or unreachable; empty until it was tried.")
    verdict = serializers.CharField(
        help_text="unchecked, valid, incomplete, invalid or unreadable."
    )
    plate = serializers.SerializerMethodField()
    wells = serializers.IntegerField(source="well_count")
    fields = serializers.IntegerField(source="field_count")  # type: ignore[assignment]
    images = serializers.IntegerField(source="image_count")
    missing = serializers.IntegerField(
        source="missing_count", help_text="Wells, fields and images listed but not there."
    )
    documents = serializers.IntegerField(source="document_count")
    validation = serializers.SerializerMethodField()
    completeness = serializers.SerializerMethodField()
    digest = serializers.CharField()
    problem_count = serializers.IntegerField()
    problems = UnreadDocument(many=True)
    read_at = serializers.DateTimeField(allow_null=True)
    vanished_at = serializers.DateTimeField(allow_null=True)
    links = serializers.SerializerMethodField()

    def get_url(self, store: Store) -> str:
        """Where the store lies."""
        return place_of(store)

    @extend_schema_field(DatasetName)
    def get_dataset(self, store: Store) -> dict[str, object]:
        """The dataset that the store belongs to."""
        return self.dataset_named(store.scope)

    @extend_schema_field(PlateName(allow_null=True))
    def get_plate(self, store: Store) -> dict[str, object] | None:
        """The plate that the store shows."""
        return {"id": str(store.plate.id), "name": store.plate.name} if store.plate else None

    @extend_schema_field(ValidationShape(allow_null=True))
    def get_validation(self, store: Store) -> dict[str, object] | None:
        """The newest validation as a whole; null until there was one."""
        validation = getattr(store, "validation", None)
        return None if validation is None else dict(ValidationShape(validation).data)

    @extend_schema_field(CompletenessInShort(allow_null=True))
    def get_completeness(self, store: Store) -> dict[str, object] | None:
        """What of its chunks is there; null until they were counted."""
        return in_short(store)

    @extend_schema_field(StoreLinks)
    def get_links(self, store: Store) -> dict[str, object]:
        """Where the store's rows are."""
        return {
            "self": self.link_to("store", store.id),
            "open": self.link_to("store-links", store.id),
            "fields": self.link_to("store-fields", store.id),
            "images": self.link_to("images") + f"?store={store.id}",
            "findings": self.link_to("store-findings", store.id),
            "report": self.link_to("store-report", store.id, "json")
            if hasattr(store, "validation")
            else None,
            "completeness": self.link_to("store-completeness", store.id)
            if hasattr(store, "count")
            else None,
            "plate": self.link_to("plate", store.plate.id) if store.plate else None,
        }
