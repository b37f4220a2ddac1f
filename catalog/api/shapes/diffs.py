from rest_framework import serializers

from catalog.api.shapes.parts import PlateName
from catalog.services.version_diffs import FIRST

OF_FIRST = f"At most {FIRST}; the CSV has all."


class KeyDiffShape(serializers.Serializer[object]):
    """A key of which the two versions say something else; null is nothing."""

    key = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class DiffStoreName(serializers.Serializer[object]):
    """A store that came or went."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ChangedStore(DiffStoreName):
    """A store that is told of otherwise, such as with another digest."""

    changes = KeyDiffShape(many=True)


class DiffWellName(serializers.Serializer[object]):
    """A well that came or went."""

    plate = PlateName()
    well = serializers.CharField()


class ChangedWell(DiffWellName):
    """A well that is annotated otherwise."""

    changes = KeyDiffShape(many=True)


class SomeStores(serializers.Serializer[object]):
    """How many, and the first."""

    total = serializers.IntegerField()
    first = DiffStoreName(many=True, help_text=OF_FIRST)


class SomeChangedStores(serializers.Serializer[object]):
    """How many, and the first."""

    total = serializers.IntegerField()
    first = ChangedStore(many=True, help_text=OF_FIRST)


class SomeWells(serializers.Serializer[object]):
    """How many, and the first."""

    total = serializers.IntegerField()
    first = DiffWellName(many=True, help_text=OF_FIRST)


class SomeChangedWells(serializers.Serializer[object]):
    """How many, and the first."""

    total = serializers.IntegerField()
    first = ChangedWell(many=True, help_text=OF_FIRST)


class StoresDiff(serializers.Serializer[object]):
    """Stores that came, went or changed."""

    added = SomeStores()
    removed = SomeStores()
    changed = SomeChangedStores()


class WellsDiff(serializers.Serializer[object]):
    """Wells that came, went or are annotated otherwise."""

    added = SomeWells()
    removed = SomeWells()
    changed = SomeChangedWells()


class DiffShape(serializers.Serializer[object]):
    """What differs between two versions of a dataset."""

    to = serializers.IntegerField()
    metadata = KeyDiffShape(many=True)
    stores = StoresDiff()
    wells = WellsDiff()
    csv = serializers.URLField(help_text="All of it, line by line.")

    def get_fields(self) -> "dict[str, serializers.Field[object, object, object, object]]":
        """The fields, with `from`, which Python keeps for itself."""
        return {"from": serializers.IntegerField(), **super().get_fields()}
