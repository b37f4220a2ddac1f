from collections.abc import Mapping

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.findings import StoreName
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from catalog.models import Change
from catalog.words import ChangeVerb
from plates.differences import FIRST
from plates.models.choices import choices


class CountShape(serializers.Serializer[object]):
    """How many there were and are."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()


class CountsShape(serializers.Serializer[object]):
    """How many parts the store had and has."""

    wells = CountShape()
    fields = CountShape()  # type: ignore[assignment]
    images = CountShape()
    missing = CountShape(help_text="Wells, fields and images that are listed but not there.")
    documents = CountShape()
    problems = CountShape(help_text="Documents that could not be read.")


class WordsShape(serializers.Serializer[object]):
    """A word before and after."""

    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class KeyChangeShape(serializers.Serializer[object]):
    """A key whose value is another; a long value is cut."""

    key = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class LayoutChangeShape(KeyChangeShape):
    """A key in which fields or images differ from what they were."""

    fields = serializers.IntegerField(help_text="How many.")  # type: ignore[assignment]


class NamesShape(serializers.Serializer[object]):
    """How many, and the names of the first."""

    total = serializers.IntegerField()
    first = serializers.ListField(
        child=serializers.CharField(), help_text=f"At most {FIRST}; fewer if they are long."
    )


class WellMembersShape(serializers.Serializer[object]):
    """Wells of the plate by label."""

    added = NamesShape(required=False)
    returned = NamesShape(required=False, help_text="Known, not there before, and there now.")
    missing = NamesShape(required=False, help_text="New in the list, and not there.")
    vanished = NamesShape(required=False)


class MembersShape(WellMembersShape):
    """Fields or images by path."""

    changed = NamesShape(required=False, help_text="Of another layout, place or acquisition.")


class ExtraShape(serializers.Serializer[object]):
    """A label or table."""

    name = serializers.CharField()
    fields = serializers.IntegerField(  # type: ignore[assignment]
        help_text="Of how many fields or images that stayed."
    )


class ExtrasShape(serializers.Serializer[object]):
    """Labels or tables that fields or images gained and lost."""

    added = ExtraShape(many=True, required=False)
    removed = ExtraShape(many=True, required=False)


class RunShape(serializers.Serializer[object]):
    """An acquisition."""

    number = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    fields = serializers.IntegerField(  # type: ignore[assignment]
        help_text="How many it has, or had before it was removed."
    )


class RunsShape(serializers.Serializer[object]):
    """Acquisitions that came, went or are described anew."""

    added = RunShape(many=True, required=False)
    removed = RunShape(many=True, required=False)
    changed = RunShape(many=True, required=False)


class ChangedVersionShape(serializers.Serializer[object]):
    """The version of a dataset that was published or withdrawn."""

    number = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of its manifest.")
    reason = serializers.CharField(required=False, help_text="Why it was withdrawn.")


class LeftShape(serializers.Serializer[object]):
    """What went to another dataset."""

    stores = serializers.ListField(child=serializers.UUIDField(), help_text="Ids of stores.")


class DifferencesShape(serializers.Serializer[object]):
    """How the store or dataset differs from what it was; what is the same is left out."""

    counts = CountsShape(required=False)
    store = KeyChangeShape(many=True, required=False)
    plate = KeyChangeShape(many=True, required=False)
    wells = WellMembersShape(required=False)
    fields = MembersShape(required=False)  # type: ignore[assignment]
    images = MembersShape(required=False)
    acquisitions = RunsShape(required=False)
    labels = ExtrasShape(required=False)
    tables = ExtrasShape(required=False)
    layouts = LayoutChangeShape(many=True, required=False)
    version = ChangedVersionShape(required=False)
    reason = serializers.CharField(required=False, help_text="Why the dataset was withdrawn.")
    left = LeftShape(required=False)
    verdict = WordsShape(required=False)
    reach = WordsShape(required=False)


class ChangeLinks(serializers.Serializer[object]):
    """Where the dataset, the store and the plate of a change are."""

    dataset = serializers.URLField()
    store = serializers.URLField(allow_null=True)
    plate = serializers.URLField(allow_null=True)


class ChangeShape(Shape):
    """What happened to a store, or to a dataset: then store and plate are null."""

    id = serializers.UUIDField(help_text="The same whenever the change is read again.")
    at = serializers.DateTimeField()
    verb = serializers.ChoiceField(choices=choices(ChangeVerb))
    dataset = serializers.SerializerMethodField()
    store = serializers.SerializerMethodField()
    plate = serializers.SerializerMethodField()
    differences = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(DatasetName)
    def get_dataset(self, change: Change) -> dict[str, object]:
        """The dataset that the store belongs to, or that it happened to."""
        return self.dataset_named(change.dataset_id)

    @extend_schema_field(StoreName(allow_null=True))
    def get_store(self, change: Change) -> dict[str, object] | None:
        """The store that it happened to."""
        store = change.store
        return {"id": str(store.id), "name": store.name} if store else None

    @extend_schema_field(PlateName(allow_null=True))
    def get_plate(self, change: Change) -> dict[str, object] | None:
        """The plate that the store showed."""
        plate = change.plate
        return {"id": str(plate.id), "name": plate.name} if plate else None

    @extend_schema_field(DifferencesShape)
    def get_differences(self, change: Change) -> object:
        """How the store differs from what it was."""
        return change.differences

    @extend_schema_field(ChangeLinks)
    def get_links(self, change: Change) -> Mapping[str, object]:
        """Where dataset, store and plate are."""
        store, plate = change.store, change.plate
        return {
            "dataset": self.link_to("dataset", self.datasets[change.dataset_id].id),
            "store": self.link_to("store", store.id) if store else None,
            "plate": self.link_to("plate", plate.id) if plate else None,
        }
