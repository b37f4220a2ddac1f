"""Plate and well documents for the tests of rules, made from a few names."""

from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.seen import PlateSeen, WellSeen


def names(*given: JsonValue) -> list[JsonValue]:
    """Rows or columns of these names."""
    return [{"name": name} for name in given]


def well(path: JsonValue, row: JsonValue = None, column: JsonValue = None) -> JsonObject:
    """A well; without indices where they are None."""
    found: JsonObject = {"path": path}
    if row is not None:
        found["rowIndex"] = row
    if column is not None:
        found["columnIndex"] = column
    return found


def plate(
    *wells: JsonValue,
    version: str = "0.5",
    rows: JsonValue = None,
    columns: JsonValue = None,
    acquisitions: JsonValue = None,
    field_count: JsonValue = None,
) -> PlateSeen:
    """A plate of rows A and B and columns 1 to 3, unless something else is said."""
    document: JsonObject = {
        "rows": names("A", "B") if rows is None else rows,
        "columns": names("1", "2", "3") if columns is None else columns,
        "wells": list(wells),
    }
    if acquisitions is not None:
        document["acquisitions"] = acquisitions
    if field_count is not None:
        document["field_count"] = field_count
    return PlateSeen(version, document)


def images(*paths: JsonValue, acquisition: JsonValue = None) -> list[JsonValue]:
    """Images at these paths, all of one acquisition if there is one."""
    return [
        {"path": path} if acquisition is None else {"path": path, "acquisition": acquisition}
        for path in paths
    ]


def well_seen(listed: JsonValue, of: PlateSeen | None = None) -> WellSeen:
    """The well B/2 with a list of images, of a plate."""
    parent = plate() if of is None else of
    return WellSeen(parent.version, "B/2", {"images": listed}, parent)
