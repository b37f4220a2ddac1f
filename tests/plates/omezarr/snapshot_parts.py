"""The parts of a snapshot that tests look at."""

from plates.omezarr.snapshots import FieldSnapshot, PlateSnapshot, StoreSnapshot, WellSnapshot


def plate_of(snapshot: StoreSnapshot) -> PlateSnapshot:
    assert snapshot.plate is not None
    return snapshot.plate


def wells_of(snapshot: StoreSnapshot) -> dict[str, WellSnapshot]:
    return {well.label: well for well in plate_of(snapshot).wells}


def first_field(snapshot: StoreSnapshot) -> FieldSnapshot:
    return plate_of(snapshot).wells[0].fields[0]
