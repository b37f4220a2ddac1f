"""Apply a plate map: its rows, their terms and the index, all of it or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from plates.models import AnnotationRow, PlateMap
from plates.platemaps.errors import AlreadyApplied, NotInState
from plates.platemaps.formats import Format
from plates.platemaps.keys import Key
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.known_values import said_by
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, Mapping
from plates.platemaps.matching import Matching, Spot
from plates.platemaps.verdicts import RowVerdict
from plates.queries.candidates import images_of, plates_of
from plates.queries.said_there import SaidThere
from plates.services.annotation_lock import ImportStopped, wait_for_annotation
from plates.services.applied_columns import keep_columns
from plates.services.garbage import seldom_collected
from plates.services.index import add_to_index, never, rebuild
from plates.services.named_plates import keep_aliases, keep_named_plates
from plates.services.row_writing import RowWriter
from plates.services.searchable import counting_terms
from plates.services.tables import loading_cursor
from plates.states import PlateMapState

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_TELL_AFTER: Final = 1_000
_NOT_APPLIED: Final = (PlateMapState.UPLOADED.value, PlateMapState.CHECKED.value)


@dataclass(slots=True)
class Applied:
    """What applying an import did."""

    rows: int = 0
    placed: int = 0
    verdicts: Counter[RowVerdict] = field(default_factory=Counter)
    carriers: tuple[int, ...] = ()
    """The plates and stores of images that have rows of it now."""


class Arrived:
    """The carriers that rows are written on alone, but for those that they have already."""

    def __init__(self, plate_map: PlateMap, carriers: set[int]) -> None:
        self._carriers = carriers
        told = AnnotationRow.objects.filter(plate_map=plate_map, carrier__in=carriers).order_by()
        self._told = {
            (carrier, position, tuple(rows))
            for carrier, position, rows in told.values_list("carrier_id", "position", "rows")
        }

    def missing(self, spots: Iterable[Spot], row: LongRow) -> tuple[Spot, ...]:
        """Those of a row's spots where it has to be written still."""
        here = (spot for spot in spots if spot[0] in self._carriers)
        return tuple(spot for spot in here if (*spot, tuple(row.rows)) not in self._told)


def nobody(rows: int) -> None:
    """Nobody wants to know how many rows are done."""


def matching_for(mapping: Mapping, scope: int) -> Matching:
    """The plates of a scope, and its images if the mapping names any, to be matched.

    Our own export is matched against what is there: it says nothing that was said already.
    """
    names_images = any(column.kind is ColumnKind.IMAGE for column in mapping.columns)
    images = images_of(scope) if names_images else ()
    there = SaidThere(mapping).rows_of if mapping.format is Format.PLATECAT else None
    return Matching(mapping, plates=plates_of(scope), images=images, there=there)


@transaction.atomic
def apply_rows(
    *,
    plate_map: PlateMap,
    mapping: Mapping,
    rows: Iterable[LongRow],
    keys: Pairs[str, Key] = KEYS_BY_NAME,
    tables: Sequence[str] = (),
    by: str = "",
    progress: Callable[[int], None] = nobody,
    stop: Callable[[], bool] = never,
) -> Applied:
    """Put what an import says on the plates and images of its scope; duplicates are left out.

    `keys` are those that have a canonical name, `tables` the names of the import's tables.
    AlreadyApplied if the same files are; NotInState if it was applied, undone or refused;
    ImportStopped if it is told to stop.
    """
    with loading_cursor() as cursor, seldom_collected():
        wait_for_annotation(cursor, stop=stop)
        locked = _to_be_applied(plate_map)
        turn = (PlateMap.objects.aggregate(last=Max("turn"))["last"] or 0) + 1
        columns = keep_columns(locked, mapping.columns, keys, tables)
        matching = matching_for(mapping, locked.scope)
        writer = RowWriter(cursor, locked.pk, mapping.columns, columns)
        applied, named = _write_rows(matching, writer, rows, progress=progress, stop=stop)
        keep_named_plates(locked, matching.plates.matches(), named)
        keep_aliases(locked, matching.plates.matches(), by=by)
        PlateMap.objects.filter(pk=locked.pk).update(
            state=PlateMapState.APPLIED.value,
            turn=turn,
            row_count=applied.rows,
            placed_count=applied.placed,
            applied_at=timezone.now(),
        )
        applied.carriers = tuple(sorted(writer.carriers))
        _tell_the_planner(cursor, applied)
        with counting_terms(cursor, applied.carriers):
            add_to_index(cursor, applied.carriers, plate_map=locked.pk, stop=stop)
    plate_map.refresh_from_db()
    return applied


@transaction.atomic
def apply_waiting_rows(
    *,
    plate_map: PlateMap,
    mapping: Mapping,
    rows: Iterable[LongRow],
    carriers: Iterable[int],
    stop: Callable[[], bool] = never,
) -> Applied:
    """Put what an applied import says of plates that arrived since on them, in its own turn.

    Run again it changes nothing: rows of the import that a carrier has are not written again, and
    one that was known by another spelling gets the others. NotInState unless the import is applied.
    """
    with loading_cursor() as cursor:
        wait_for_annotation(cursor, stop=stop)
        locked = PlateMap.objects.select_for_update(no_key=True).get(pk=plate_map.pk)
        if locked.state != PlateMapState.APPLIED.value:
            raise NotInState("Only an import that is applied has rows that wait for plates.")
        arrived = Arrived(locked, set(carriers))
        columns = dict(locked.columns.values_list("number", "key_id"))
        matching = matching_for(mapping, locked.scope)
        writer = RowWriter(cursor, locked.pk, mapping.columns, columns)
        applied, named = _write_rows(matching, writer, rows, only=arrived, stop=stop)
        keep_named_plates(locked, matching.plates.matches(), named)
        PlateMap.objects.filter(pk=locked.pk).update(
            placed_count=F("placed_count") + applied.placed
        )
        applied.carriers = tuple(sorted(writer.carriers))
        with counting_terms(cursor, applied.carriers):
            rebuild(cursor, applied.carriers, stop=stop)
    plate_map.refresh_from_db()
    return applied


def _to_be_applied(plate_map: PlateMap) -> PlateMap:
    """The import, locked, if it may be applied."""
    locked = PlateMap.objects.select_for_update(no_key=True).get(pk=plate_map.pk)
    if locked.state not in _NOT_APPLIED:
        raise NotInState(
            f"This import is {locked.state}: it cannot be applied. Upload its files again for another."
        )
    same = PlateMap.objects.filter(
        scope=locked.scope, digest=locked.digest, state=PlateMapState.APPLIED.value
    ).first()
    if same is not None:
        raise AlreadyApplied(
            f"The same files were applied before, as import {same.id}. Undo that one first if they "
            "shall be understood in another way."
        )
    return locked


def _write_rows(
    matching: Matching,
    writer: RowWriter,
    rows: Iterable[LongRow],
    *,
    only: Arrived | None = None,
    progress: Callable[[int], None] = nobody,
    stop: Callable[[], bool] = never,
) -> tuple[Applied, Counter[str]]:
    """Write all rows that are placed, on some carriers alone or on all; rows of each spelling too."""
    applied, named = Applied(), Counter[str]()
    for row in rows:
        placement = matching.place(row)
        verdict, spots = placement.verdict, placement.spots
        if placement.plate is not None:
            named[placement.plate.spelling] += 1
        if spots:
            shape, known = writer.known.of(row)
            spots = matching.news(spots, said_by(row, shape, known))
            if not spots:
                verdict = RowVerdict.DUPLICATE
            if only is not None:
                spots = only.missing(spots, row)
        if spots:
            writer.write(spots, row, shape, known)
            applied.placed += 1
        applied.rows += 1
        applied.verdicts[verdict] += 1
        if applied.rows % _TELL_AFTER == 0:
            progress(applied.rows)
            if stop():
                raise ImportStopped
    writer.flush()
    progress(applied.rows)
    return applied, named


def _tell_the_planner(cursor: "CursorWrapper", applied: Applied) -> None:
    """What was just written may be most of the table, and no statistics know of it yet."""
    if applied.placed > 10 * _TELL_AFTER:
        cursor.execute("ANALYZE plates_annotationrow (plate_map_id, carrier_id)")
