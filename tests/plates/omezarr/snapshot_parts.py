"""The parts of a snapshot that tests look at."""

from plates.omezarr.snapshots import FieldSnapshot, PlateSnapshot, StoreSnapshot, WellSnapshot


def plate_of(snapshot: StoreSnapshot) -> PlateSnapshot:
    """The plate of a snapshot that has one."""
    assert snapshot.plate is not None
    return snapshot.plate


def wells_of(snapshot: StoreSnapshot) -> dict[str, WellSnapshot]:
    """The wells of its plate, by their labels."""
    return {well.label: well for well in plate_of(snapshot).wells}


def first_field(snapshot: StoreSnapshot) -> FieldSnapshot:
    """The first field of the first well."""
    return plate_of(snapshot).wells[0].fields[0]
