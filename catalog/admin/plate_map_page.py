"""All that the page of a plate map tells, made ready."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from catalog.admin.desk import link_to
from catalog.admin.mapping_table import KINDS, tables_to_edit
from catalog.admin.plate_map_report import progress_of, state_told, steps_of, verdicts_of
from catalog.models import Dataset, History
from catalog.queries.plate_map_told import (
    first_of_each,
    plates_meant,
    study_told,
    subject_noun,
    values_in,
)
from catalog.queries.plate_maps import heads_of, jobs_going_on, jobs_of_plate_map, known_keys
from catalog.queries.plates_named import PlateNamed, plates_named
from catalog.services.plate_maps import OVER
from plates.models import Plate, PlateMap
from plates.platemaps.formats import Format
from plates.states import PlateMapState

Link = SafeString | str
SHOWN_PLATES: Final = 100
SHOWN_PROBLEMS: Final = 50
SHOWN_NAMES: Final = 3


def title_of(plate_map: PlateMap) -> str:
    """The names of a plate map's files."""
    names = [file.name for file in plate_map.files.all()]
    hidden = len(names) - SHOWN_NAMES
    more = f" and {hidden} more" if hidden > 0 else ""
    return (", ".join(names[:SHOWN_NAMES]) + more) or str(plate_map)


def page_of(plate_map: PlateMap) -> dict[str, Any]:
    """All that the page of a plate map tells."""
    job = jobs_of_plate_map(plate_map).first()
    going_on = jobs_going_on(plate_map).first()
    state = PlateMapState(plate_map.state)
    is_idle = going_on is None
    report = plate_map.report
    named = plates_named(plate_map)
    return {
        "title": title_of(plate_map),
        "told_state": state_told(plate_map.state),
        "steps": steps_of(plate_map),
        "job": job,
        "going_on": going_on,
        "percent": progress_of(going_on),
        "report": report,
        "verdicts": verdicts_of(report),
        "subject": subject_noun(report.get("columns", ())),
        "remarks": report.get("remarks", ()),
        "study": study_told(report.get("study", {})),
        # Not by its name in the template, where `keys` is a method.
        "conflicts": report.get("conflicts", {}).get("keys", []),
        "problems": problems_shown(plate_map),
        "reported": report.get("problems_total", 0),
        "values": values_in(report),
        "plates_meant": plates_meant(report),
        "plates_named": max(len(named), report.get("plates_named", 0)),
        "plates": plates_linked(named[:SHOWN_PLATES]),
        "plates_lost": sum(not one.plates for one in named),
        "tables": tables_to_edit(plate_map.mapping, heads_of(plate_map)),
        "kinds": KINDS,
        "formats": [one.value for one in Format],
        "keys": known_keys(),
        "dataset": Dataset.objects.filter(pk=plate_map.scope).first(),
        "can_edit": is_idle and state not in OVER and bool(plate_map.tables),
        "can_check": is_idle and state not in OVER,
        "can_apply": is_idle and state is PlateMapState.CHECKED,
        "can_undo": is_idle and state is PlateMapState.APPLIED,
        "history": history_of(plate_map),
    }


def problems_shown(plate_map: PlateMap) -> list[dict[str, Any]]:
    """The first problems of each verdict, each with the table that it is in."""
    problems = first_of_each(plate_map.report.get("problems", []), SHOWN_PROBLEMS)
    return [one | {"file": plate_map.tables[one["table"]]["name"]} for one in problems]


def plates_linked(named: Sequence[PlateNamed]) -> list[tuple[PlateNamed, list[Link]]]:
    """Plates that a file names, with links to what is meant."""
    ids = [plate_id for one in named for plate_id, _ in one.plates]
    plates = {str(plate.id): plate for plate in Plate.objects.filter(id__in=ids)}
    return [(one, [link_to(plates.get(plate_id)) for plate_id, _ in one.plates]) for one in named]


def history_of(plate_map: PlateMap) -> QuerySet[History]:
    """Who did what with a plate map, the newest first."""
    rows = History.objects.filter(noun="platemap", subject=str(plate_map.id))
    return rows.select_related("by").order_by("-id")[:20]
