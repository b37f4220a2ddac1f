"""From raw JSON to documents: tolerant, since what writers write differs from what is specified."""

from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Final

from plates.omezarr.addressing import safe_path
from plates.omezarr.documents import (
    Acquisition,
    ListedField,
    ListedWell,
    PlateDocument,
    WellDocument,
)
from plates.omezarr.errors import PathEscapesStore
from plates.omezarr.jsonvalues import (
    JsonObject,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    text_list_of,
    text_of,
)

MAX_WELLS: Final = 50_000
MAX_FIELDS_OF_WELL: Final = 10_000
MAX_NAMES: Final = 10_000
MAX_LISTED_PATH: Final = 200
"""Of a well, and of a field in it: both together fit into what a catalog keeps of a path."""
_MAX_ACQUISITIONS: Final = 10_000
_LAST_SECOND: Final = 10**11
"""Larger times are milliseconds: as seconds they would lie after the year 5000."""
_PLATE_KEYS: Final = frozenset(
    {"name", "version", "field_count", "rows", "columns", "acquisitions", "wells"}
)


def version_text(*values: JsonValue) -> str:
    """The first of the values that can be a version, as text; empty if none can."""
    return next((text for value in values if (text := text_of(value))), "")


def parse_plate(plate: JsonObject, *, version: str) -> PlateDocument:
    """The plate that the value of `plate` describes. OME-Zarr 0.4, plate-md."""
    wells, faults = _listed(plate.get("wells"), limit=MAX_WELLS, what="wells")
    return PlateDocument(
        name=text_of(plate.get("name")) or "",
        version=version,
        barcode=text_of(plate.get("barcode")) or "",
        field_count=integer_of(plate.get("field_count")),
        rows=_names(plate.get("rows")),
        columns=_names(plate.get("columns")),
        acquisitions=tuple(_acquisitions(list_of(plate.get("acquisitions")))),
        wells=tuple(
            ListedWell(
                path, number, integer_of(well.get("rowIndex")), integer_of(well.get("columnIndex"))
            )
            for number, path, well in wells
        ),
        faults=faults,
        extra={key: value for key, value in plate.items() if key not in _PLATE_KEYS},
    )


def parse_well(well: JsonObject, *, version: str) -> WellDocument:
    """The well that the value of `well` describes. OME-Zarr 0.4, well-md."""
    images, faults = _listed(well.get("images"), limit=MAX_FIELDS_OF_WELL, what="fields")
    return WellDocument(
        images=tuple(
            ListedField(path, integer_of(image.get("acquisition")), number)
            for number, path, image in images
        ),
        version=version,
        faults=faults,
    )


def safe_names(value: JsonValue) -> tuple[str, ...]:
    """The names of labels or tables in a list, without those that lead out of the store."""
    return tuple(name for name in text_list_of(value, at_most=MAX_NAMES) if _is_safe(name))


def _is_safe(path: str) -> bool:
    try:
        safe_path(path)
    except PathEscapesStore:
        return False
    return True


def _listed(
    value: JsonValue, *, limit: int, what: str
) -> tuple[list[tuple[int, str, JsonObject]], tuple[str, ...]]:
    """The members of a list that have a safe path of their own, and what is wrong with the rest."""
    members = list_of(value)
    listed: dict[str, tuple[int, str, JsonObject]] = {}
    faults: list[str] = []
    if len(members) > limit:
        faults.append(f"It lists {len(members):,} {what}; only the first {limit:,} were read.")
    for number, member in enumerate(members[:limit]):
        entry = object_of(member)
        try:
            path = safe_path(text_of(entry.get("path")) or "")
        except PathEscapesStore as error:
            faults.append(str(error))
            continue
        if len(path) > MAX_LISTED_PATH:
            faults.append(f"The path {path[:40]}... has more than {MAX_LISTED_PATH} characters.")
        elif path in listed:
            faults.append(f"It lists {path} more than once; only the first was read.")
        else:
            listed[path] = (number, path, entry)
    return list(listed.values()), tuple(faults)


def _names(value: JsonValue) -> tuple[str, ...]:
    names = (text_of(object_of(member).get("name")) for member in list_of(value)[:MAX_NAMES])
    return tuple(name for name in names if name is not None)


def _acquisitions(members: Iterable[JsonValue]) -> Iterable[Acquisition]:
    numbers = set()
    for member in list(members)[:_MAX_ACQUISITIONS]:
        run = object_of(member)
        number = integer_of(run.get("id"))
        if number is None or number in numbers:
            continue
        numbers.add(number)
        yield Acquisition(
            number=number,
            name=text_of(run.get("name")) or "",
            description=text_of(run.get("description")) or "",
            maximum_field_count=integer_of(run.get("maximumfieldcount")),
            started_at=_time(run.get("starttime")),
            ended_at=_time(run.get("endtime")),
        )


def _time(value: JsonValue) -> datetime | None:
    seconds = integer_of(value)
    if seconds is None:
        return _written_time(value)
    if abs(seconds) > _LAST_SECOND:
        seconds //= 1000
    try:
        return _in_history(datetime.fromtimestamp(seconds, tz=UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _written_time(value: JsonValue) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        if time is None:
            return None
        return _in_history(time if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _in_history(time: datetime) -> datetime | None:
    """A time in UTC; None at the ends of the calendar, where other zones have no name for it."""
    time = time.astimezone(UTC)
    return time if MINYEAR < time.year < MAXYEAR else None
