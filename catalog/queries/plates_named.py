"""The plates that a plate map names: as its dry run found them, or as they are by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plates.models import NamedPlate, PlateMap
from plates.states import PlateMapState


@dataclass(frozen=True, slots=True)
class PlateNamed:
    """A spelling of a plate in a plate map, and what is meant by it."""

    spelling: str
    plates: tuple[tuple[str, str], ...]
    """Id and name of each; several for twins, none where it is not found."""
    matched_by: str
    message: str
    """Why it was not found, and what to do."""
    map_name: str
    rows: int


def plates_named(plate_map: PlateMap) -> list[PlateNamed]:
    """The plates that a plate map names, those that are not found before the others."""
    if plate_map.state == PlateMapState.APPLIED.value:
        named = applied_plates(plate_map)
    else:
        named = [plate_of_report(told) for told in plate_map.report.get("plates", ())]
    return sorted(named, key=lambda one: bool(one.plates))


def plate_of_report(told: Mapping[str, Any]) -> PlateNamed:
    """A plate as a dry run told of it."""
    return PlateNamed(
        spelling=told["spelling"],
        plates=tuple((plate["id"], plate["name"]) for plate in told["plates"]),
        matched_by=told["matched_by"],
        message=told["message"],
        map_name="",
        rows=told["rows"],
    )


def applied_plates(plate_map: PlateMap) -> list[PlateNamed]:
    """The plates of an applied plate map, those that came since among them."""
    rows = NamedPlate.objects.filter(plate_map=plate_map).select_related("plate").order_by("id")
    by_spelling: dict[str, list[NamedPlate]] = {}
    for row in rows:
        by_spelling.setdefault(row.spelling, []).append(row)
    return [
        PlateNamed(
            spelling=spelling,
            plates=tuple((str(one.plate.id), str(one.plate)) for one in named if one.plate),
            matched_by=named[0].matched_by,
            message="" if named[0].plate else WAITS,
            map_name=named[0].map_name,
            rows=named[0].row_count,
        )
        for spelling, named in by_spelling.items()
    ]


WAITS = "No such plate is here yet; its rows are applied when one is harvested."
