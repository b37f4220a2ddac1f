from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.counts import CompletenessInShort, in_short
from catalog.api.shapes.parts import DatasetName, Shape
from plates.models import Plate, Store
from plates.queries.places import place_of


class StoreOfPlate(serializers.Serializer[object]):
    """A store that shows a plate."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    version = serializers.CharField()
    zarr_format = serializers.IntegerField(allow_null=True)
    reach = serializers.CharField()
    verdict = serializers.CharField()
    completeness = CompletenessInShort(allow_null=True)


class AcquisitionShape(serializers.Serializer[object]):
    """One run of a store's plate, under the number that the store gives it."""

    store = serializers.UUIDField(source="store.id")
    number = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    maximum_field_count = serializers.IntegerField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class PlateLinks(serializers.Serializer[object]):
    """Where a plate's rows are."""

    self = serializers.URLField()
    open = serializers.URLField(help_text="Viewers, snippets and addresses that open it.")
    wells = serializers.URLField()
    grid = serializers.URLField(help_text="All that drawing the plate needs.")
    stores = serializers.URLField()
    contact_sheet = serializers.URLField()
    statistics = serializers.URLField()


class PlateShape(Shape):
    """A plate: its grid, the stores that show it, how much of it there is."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    barcode = serializers.CharField()
    batch = serializers.CharField()
    dataset = serializers.SerializerMethodField()
    stores = serializers.SerializerMethodField()
    shape = serializers.SerializerMethodField(help_text="Rows and columns of the whole plate.")
    rows = serializers.ListField(source="row_names", child=serializers.CharField())
    columns = serializers.ListField(source="column_names", child=serializers.CharField())
    wells = serializers.IntegerField(source="well_count")
    fields = serializers.SerializerMethodField(method_name="count_fields")  # type: ignore[assignment]
    acquisitions = serializers.SerializerMethodField()
    vanished_at = serializers.DateTimeField(allow_null=True)
    links = serializers.SerializerMethodField()

    @extend_schema_field(DatasetName)
    def get_dataset(self, plate: Plate) -> dict[str, object]:
        """The dataset that the plate belongs to."""
        return self.dataset_named(plate.scope)

    @extend_schema_field(StoreOfPlate(many=True))
    def get_stores(self, plate: Plate) -> list[dict[str, object]]:
        """The stores that show the plate."""
        return [store_told(store) for store in plate.stores.all()]

    def get_shape(self, plate: Plate) -> list[int]:
        """Rows and columns of the whole plate."""
        return [plate.rows, plate.columns]

    def count_fields(self, plate: Plate) -> int:
        """Fields of all stores together."""
        return sum(store.field_count for store in plate.stores.all())

    @extend_schema_field(AcquisitionShape(many=True))
    def get_acquisitions(self, plate: Plate) -> object:
        """The acquisitions of all stores."""
        found = [run for store in plate.stores.all() for run in store.acquisitions.all()]
        return AcquisitionShape(found, many=True).data

    @extend_schema_field(PlateLinks)
    def get_links(self, plate: Plate) -> dict[str, object]:
        """Where the plate's rows are."""
        return {
            "self": self.link_to("plate", plate.id),
            "open": self.link_to("plate-links", plate.id),
            "wells": self.link_to("plate-wells", plate.id),
            "grid": self.link_to("plate-grid", plate.id),
            "stores": self.link_to("stores") + f"?plate={plate.id}",
            "contact_sheet": self.link_to("plate-contact-sheet", plate.id),
            "statistics": self.link_to("plate-statistics", plate.id),
        }


def store_told(store: Store) -> dict[str, object]:
    """A store as its plate names it."""
    return {
        "id": str(store.id),
        "url": place_of(store),
        "version": store.version,
        "zarr_format": store.zarr_format,
        "reach": store.reach,
        "verdict": store.verdict,
        "completeness": in_short(store),
    }
