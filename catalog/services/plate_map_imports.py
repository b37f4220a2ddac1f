"""Imports of plate maps: applied whole, for plates that came later, and taken back."""

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from catalog import jobs
from catalog.errors import PlateMapNotReady
from catalog.models import Job
from catalog.queries.plate_maps import heads_of
from catalog.services.plate_map_reading import Opened, opened, save_mapping
from catalog.services.plate_map_watch import Watch
from catalog.services.plate_maps import TO_APPLY, ask_about, dataset_of
from catalog.services.record import record
from catalog.services.studies import empty_again, fill_dataset
from plates.models import NamedPlate, PlateMap
from plates.platemaps.joining import long_rows
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.mapping_documents import mapping_of
from plates.services.apply_plate_map import Applied, apply_rows, apply_waiting_rows, matching_for
from plates.services.arrival_lock import lock_out_arrivals
from plates.services.plate_map_files import files_at_hand
from plates.services.undo_plate_map import undo_rows
from plates.states import PlateMapState

NOTHING_TO_DO: Final[Mapping[str, object]] = {"changed": False}


def import_plate_map(
    *, plate_map: PlateMap, by: User | None, watch: Watch, job: Job | None = None
) -> PlateMap:
    """Apply a plate map that was tried, all of it or nothing; done twice it changes nothing.

    PlateMapNotReady unless its dry run is over, PlateMapRefused where the files or the database
    speak against it, ImportStopped if the watch says so.
    """
    now = PlateMap.objects.get(pk=plate_map.pk)
    if now.state == PlateMapState.APPLIED.value:
        with transaction.atomic():
            watch.ending(NOTHING_TO_DO)
        return now
    if now.state != PlateMapState.CHECKED.value:
        raise PlateMapNotReady("applied", now.state, TO_APPLY[now.state])
    with files_at_hand(now) as files:
        found = opened(files)
        with transaction.atomic():
            applied = put_at_wells(now, found, by=by, watch=watch)
            request_match_of_arrived(now)
            filled = fill_dataset(dataset=dataset_of(now), study=found.study)
            PlateMap.objects.filter(pk=now.pk).update(filled=filled)
            record(
                "apply",
                now,
                by=by,
                dataset=dataset_of(now),
                job=job,
                changes={"rows": (0, applied.placed), "study": (None, sorted(filled))},
            )
            watch.ending(outcome_of(applied))
    now.refresh_from_db()
    return now


def put_at_wells(plate_map: PlateMap, found: Opened, *, by: User | None, watch: Watch) -> Applied:
    """Write what the rows say at their wells, and keep the mapping for the next files."""
    name = str(by or "")
    used = plate_map.mapping
    mapping = found.mapping_of(plate_map)
    applied = apply_rows(
        plate_map=plate_map,
        mapping=mapping,
        rows=long_rows(found.tables, mapping),
        keys=KEYS_BY_NAME,
        tables=[table.name for table in found.tables],
        by=name,
        progress=watch.rows(plate_map.row_count),
        stop=watch.stop,
    )
    # Its row is locked by now: what a person edited in between is not applied unseen.
    if PlateMap.objects.values_list("mapping", flat=True).get(pk=plate_map.pk) != used:
        raise PlateMapNotReady("applied", "edited just now", "Wait for its dry run.")
    if mapping.columns:
        save_mapping(plate_map, found.tables, by=name)
    return applied


def request_match_of_arrived(plate_map: PlateMap) -> None:
    """Ask for the plates that came while the rows were written: their harvests saw nobody wait."""
    lock_out_arrivals(plate_map.scope)
    if carriers_that_came(plate_map):
        ask_about(jobs.Job.MATCH_PLATE_MAP, plate_map, None)


def outcome_of(applied: Applied) -> dict[str, object]:
    """What a job tells of an import."""
    return {
        "changed": True,
        "rows": applied.rows,
        "placed": applied.placed,
        "carriers": len(applied.carriers),
        "verdicts": {verdict.value: rows for verdict, rows in applied.verdicts.items()},
    }


def take_back(
    *, plate_map: PlateMap, by: User | None, watch: Watch, job: Job | None = None
) -> PlateMap:
    """Undo an import exactly, whatever came after it; done twice it changes nothing.

    PlateMapNotReady for what was never applied, ImportStopped if the watch says so.
    """
    now = PlateMap.objects.get(pk=plate_map.pk)
    if now.state == PlateMapState.UNDONE.value:
        with transaction.atomic():
            watch.ending(NOTHING_TO_DO)
        return now
    if now.state != PlateMapState.APPLIED.value:
        raise PlateMapNotReady("undone", now.state, "Only what is applied can be undone.")
    with transaction.atomic():
        rows = undo_rows(plate_map=now, stop=watch.stop)
        emptied = empty_again(dataset=dataset_of(now), filled=now.filled)
        record(
            "undo",
            now,
            by=by,
            dataset=dataset_of(now),
            job=job,
            changes={"rows": (rows, 0), "study": (emptied, None)},
        )
        watch.ending({"changed": True, "rows": rows})
    now.refresh_from_db()
    return now


def import_waiting_rows(*, plate_map: PlateMap, watch: Watch, job: Job | None = None) -> Applied:
    """Apply the kept files for those plates alone that came since; run again it changes nothing."""
    now = PlateMap.objects.get(pk=plate_map.pk)
    arrived = carriers_that_came(now) if now.state == PlateMapState.APPLIED.value else []
    if not arrived:
        with transaction.atomic():
            watch.ending(NOTHING_TO_DO)
        return Applied()
    with files_at_hand(now) as files:
        found = opened(files)
        mapping = found.mapping_of(now)
        with transaction.atomic():
            applied = apply_waiting_rows(
                plate_map=now,
                mapping=mapping,
                rows=long_rows(found.tables, mapping),
                carriers=arrived,
                stop=watch.stop,
            )
            record(
                "match",
                now,
                by=None,
                dataset=dataset_of(now),
                job=job,
                changes={"rows": (0, applied.placed)},
            )
            watch.ending(outcome_of(applied))
    return applied


def carriers_that_came(plate_map: PlateMap) -> list[int]:
    """The carriers of plates that are there now and were expected when it was applied."""
    waiting = NamedPlate.objects.filter(plate_map=plate_map, plate=None)
    spellings = list(waiting.values_list("spelling", flat=True))
    if not spellings:
        return []
    heads = heads_of(plate_map)
    plates = matching_for(mapping_of(plate_map.mapping, heads), plate_map.scope).plates
    found = (plate.carrier for spelling in spellings for plate in plates.match(spelling).plates)
    return sorted(set(found))
