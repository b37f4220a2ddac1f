"""Conditions on what is no annotation: datasets, plates, stores, places and images."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from django.db.models import Q

from catalog.models import Dataset
from catalog.search.errors import QueryError
from catalog.search.fields import Field, FieldKind
from catalog.search.layout_conditions import layouts_where
from catalog.search.meanings import (
    AllOf,
    AtPlace,
    Axis,
    HasLabel,
    HasLayout,
    InScopes,
    IsAnnotated,
    IsImaged,
    Meaning,
    NoneOf,
    Nowhere,
    OnCarriers,
    Range,
)
from catalog.search.queries import (
    Anything,
    Condition,
    Exactly,
    Nothing,
    Spot,
    Test,
)
from catalog.search.ranges import places_of
from catalog.search.store_conditions import stores_where
from catalog.search.text_conditions import has_id, text_in
from plates.addresses import AddressError, WellAddress
from plates.models import Plate, Store

LAYOUT_FIELDS: Final = frozenset({
    "channel", "pixel_size", "axes", "size_x", "size_y", "size_z", "size_c", "size_t",
    "dtype", "levels", "label", "table",
})  # fmt: skip
STORE_FIELDS: Final = frozenset({
    "store", "version", "zarr_format", "verdict", "reach", "completion", "completeness",
    "finding", "acquisition",
})  # fmt: skip


class BuiltInFields:
    """Looks up what conditions on the fields of the registry mean."""

    def __init__(self, scopes: Sequence[int], remarks: list[str]) -> None:
        self.scopes = list(scopes)
        self.remarks = remarks

    def meaning(self, field: Field, condition: Condition) -> Meaning:
        """What a condition means; QueryError where its value is none of the field's."""
        if field.kind is FieldKind.CHOICE:
            check_choice(field, condition)
        if isinstance(condition.test, Nothing):
            return NoneOf(self.some(field, Anything(), condition.spot))
        return self.some(field, condition.test, condition.spot)

    def some(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """What a test that is not `none` means."""
        if field.name in LAYOUT_FIELDS:
            layouts = layouts_where(field, test, spot)
            return HasLayout(layouts) if layouts else Nowhere()
        if field.name in STORE_FIELDS:
            return self.on_stores(stores_where(field, test, spot))
        return OTHERS[field.name](self, field, test, spot)

    def on_stores(self, condition: Q) -> Meaning:
        """Everything on the carriers of visible stores that meet a condition."""
        stores = Store.objects.filter(condition, scope__any=self.scopes).order_by()
        rows = stores.values_list("plate__carrier_id", "carrier_id").distinct()
        return on_carriers(carrier for row in rows for carrier in row if carrier is not None)

    def on_plates(self, condition: Q) -> Meaning:
        """Everything on visible plates that meet a condition."""
        plates = Plate.objects.filter(condition, scope__any=self.scopes).order_by()
        return on_carriers(plates.values_list("carrier_id", flat=True))

    def plate(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By name, barcode or id."""
        return self.on_plates(
            text_in("name", test, spot) | text_in("barcode", test, spot) | has_id(test)
        )

    def barcode(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By barcode."""
        return self.on_plates(text_in("barcode", test, spot))

    def dataset(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By slug or id, with the datasets inside of it; no name of a hidden one finds those."""
        inside = text_in("parent__slug", test, spot) & Q(parent__serial__any=self.scopes)
        slug = text_in("slug", test, spot) | inside
        return self.in_datasets(slug | has_id(test))

    def licence(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By the licence of the dataset."""
        return self.in_datasets(text_in("licence", test, spot))

    def in_datasets(self, condition: Q) -> Meaning:
        """Everything in visible datasets that meet a condition."""
        rows = Dataset.objects.filter(condition, serial__any=self.scopes).order_by("serial")
        scopes = tuple(rows.values_list("serial", flat=True).distinct())
        return InScopes(scopes) if scopes else Nowhere()

    def well(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By label: as a place where it is one, else by the very label."""
        if not isinstance(test, Exactly):
            raise QueryError("Write a well such as B03; for several, row:B..D column:3..5.", spot)
        try:
            address = WellAddress.parse(test.text)
        except AddressError:
            return HasLabel(test.text)
        return AllOf((
            AtPlace(Axis.ROW, Range(address.row, address.row)),
            AtPlace(Axis.COLUMN, Range(address.column, address.column)),
        ))  # fmt: skip

    def row(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By letters or numbers."""
        return AtPlace(Axis.ROW, places_of(test, is_row=True, spot=spot))

    def column(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """By numbers."""
        return AtPlace(Axis.COLUMN, places_of(test, is_row=False, spot=spot))

    def edge(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """The outermost ring, or all but that."""
        return yes_or_no(test, AtPlace(Axis.EDGE, Range(0, 0)))

    def annotated(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """With annotation or without."""
        return yes_or_no(test, IsAnnotated())

    def imaged(self, field: Field, test: Test, spot: Spot) -> Meaning:
        """With images or without."""
        return yes_or_no(test, IsImaged())


Lookup = Callable[[BuiltInFields, Field, Test, Spot], Meaning]
OTHERS: Final[Mapping[str, Lookup]] = {
    "dataset": BuiltInFields.dataset,
    "licence": BuiltInFields.licence,
    "plate": BuiltInFields.plate,
    "barcode": BuiltInFields.barcode,
    "well": BuiltInFields.well,
    "row": BuiltInFields.row,
    "column": BuiltInFields.column,
    "edge": BuiltInFields.edge,
    "annotated": BuiltInFields.annotated,
    "imaged": BuiltInFields.imaged,
}


def on_carriers(carriers: "Iterable[int]") -> Meaning:
    """Everything on some carriers; nowhere if there are none."""
    found = tuple(sorted(set(carriers)))
    return OnCarriers(found) if found else Nowhere()


def yes_or_no(test: Test, meaning: Meaning) -> Meaning:
    """A meaning, or that it does not hold."""
    said_no = isinstance(test, Exactly) and test.text.casefold() == "no"
    return NoneOf(meaning) if said_no else meaning


def check_choice(field: Field, condition: Condition) -> None:
    """Refuse a word that is none of a field's."""
    test = condition.test
    if isinstance(test, Anything | Nothing):
        return
    if not isinstance(test, Exactly) or test.text.casefold() not in field.choices:
        raise QueryError(f"{field.name} is one of {', '.join(field.choices)}.", condition.spot)
