"""What was put at wells and the index that is made of it, at the desk: to look into."""

from django.contrib import admin

from catalog.admin.desk import ReadDesk
from plates.models import (
    AnnotationRow,
    CarrierLayer,
    CarrierTerm,
    FieldMask,
    Layer,
    PlateMapColumn,
    Readout,
    TermOverlap,
    TermScope,
)


@admin.register(AnnotationRow)
class AnnotationRowDesk(ReadDesk[AnnotationRow]):
    """Rows of plate maps at wells and images: the truth."""

    # Sorting by anything but the key reads the whole table.
    sortable_by = ()
    list_display = ["id", "plate_map", "carrier", "position", "rows"]
    list_select_related = ["plate_map", "carrier"]
    raw_id_fields = ["plate_map", "carrier"]


@admin.register(PlateMapColumn)
class PlateMapColumnDesk(ReadDesk[PlateMapColumn]):
    """What the columns of applied plate maps became."""

    sortable_by = ()
    list_display = ["name", "key", "kind", "group", "plate_map"]
    list_select_related = ["key", "plate_map"]


@admin.register(Layer)
class LayerDesk(ReadDesk[Layer]):
    """Layers: what plates of one map share."""

    sortable_by = ()
    list_display = ["serial", "positions"]
    exclude = ["digest"]


@admin.register(CarrierLayer)
class CarrierLayerDesk(ReadDesk[CarrierLayer]):
    """Which carriers have which layers."""

    sortable_by = ()
    list_display = ["carrier", "layer", "scope", "suffices"]
    list_select_related = ["carrier", "layer"]


@admin.register(CarrierTerm)
class CarrierTermDesk(ReadDesk[CarrierTerm]):
    """Terms of whole carriers."""

    sortable_by = ()
    list_display = ["carrier", "term", "key", "scope"]
    list_select_related = ["carrier", "term", "key"]


@admin.register(Readout)
class ReadoutDesk(ReadDesk[Readout]):
    """Numbers for nearly every well of a carrier."""

    sortable_by = ()
    list_display = ["carrier", "key", "lowest", "highest"]
    list_select_related = ["carrier", "key"]


@admin.register(FieldMask)
class FieldMaskDesk(ReadDesk[FieldMask]):
    """Which carriers have images of which layouts."""

    sortable_by = ()
    list_display = ["carrier", "layout", "scope"]
    list_select_related = ["carrier", "layout"]


@admin.register(TermScope)
class TermScopeDesk(ReadDesk[TermScope]):
    """How many wells and images of a dataset have a term, by what changed."""

    sortable_by = ()
    list_display = ["term", "key", "scope", "subjects"]
    list_select_related = ["term", "key"]


@admin.register(TermOverlap)
class TermOverlapDesk(ReadDesk[TermOverlap]):
    """How often wells and images of a dataset have several terms of a key, by what changed."""

    sortable_by = ()
    list_display = ["key", "scope", "surplus"]
    list_select_related = ["key"]
