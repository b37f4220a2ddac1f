"""What the tables say of a store."""

from plates.models import Store


def rows_of(store: Store) -> object:
    """Everything that the tables say of a store, keys and addresses apart."""
    plate = store.plate
    assert plate is not None
    fields = store.fields.order_by("path").values_list(
        "path", "well__label", "acquisition__number", "layout__digest", "present", "x", "y", "z"
    )
    wells = plate.wells.order_by("position").values_list(
        "label", "row", "column", "position", "present"
    )
    runs = store.acquisitions.values_list("number", "name", "started_at", "ended_at")
    told = [
        (store.kind, store.name, store.version, store.zarr_format, store.digest, store.verdict),
        (plate.name, plate.barcode, plate.rows, plate.columns, plate.row_names),
    ]
    return told, list(fields), list(wells), list(runs)
