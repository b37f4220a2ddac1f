"""The dry run of a plate map: a verdict for every row, and what it would change."""

from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Pairs
from typing import Final

import msgspec
from django.db import transaction
from django.utils import timezone

from plates.models import PlateMap
from plates.platemaps.column_summaries import ColumnSummaries
from plates.platemaps.errors import NotInState
from plates.platemaps.keys import Key
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.known_values import KnownValues, said_by
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import Mapping
from plates.platemaps.matching import Matching
from plates.platemaps.plate_counts import PlateCounts, PlateTally
from plates.platemaps.verdicts import RowVerdict
from plates.queries.candidates import imaged_positions
from plates.services.annotation_lock import ImportStopped
from plates.services.apply_plate_map import matching_for, nobody
from plates.services.conflicts import Conflicts
from plates.services.garbage import seldom_collected
from plates.services.index import never
from plates.services.row_reports import RowReports
from plates.states import PlateMapState

MOST_PLATES: Final = 5_000
"""So many plates are told of one by one."""
_TELL_AFTER: Final = 1_000
_PLATES_AT_ONCE: Final = 500
_MAY_BE_CHECKED: Final = (PlateMapState.UPLOADED.value, PlateMapState.CHECKED.value)


def check_rows(
    *,
    plate_map: PlateMap,
    mapping: Mapping,
    rows: Iterable[LongRow],
    keys: Pairs[str, Key] = KEYS_BY_NAME,
    progress: Callable[[int], None] = nobody,
    stop: Callable[[], bool] = never,
) -> dict[str, object]:
    """Say what applying an import would do, and keep it as its report; no well is changed.

    Rows are read outside of any transaction, so that a long dry run holds nothing up. NotInState
    if the import was applied, undone or refused; ImportStopped if it is told to stop.
    """
    _refuse_unless_open(plate_map.state)
    check = Check(mapping, plate_map.scope, keys)
    with seldom_collected():
        for row in rows:
            check.take(row)
            if check.rows % _TELL_AFTER == 0:
                progress(check.rows)
                if stop():
                    raise ImportStopped
    progress(check.rows)
    return _keep(plate_map, check)


class Check:
    """Takes up the rows of an import one by one, and tells what became of them."""

    def __init__(self, mapping: Mapping, scope: int, keys: Pairs[str, Key]) -> None:
        self.rows = self.placed = 0
        self.verdicts = Counter[RowVerdict]()
        self.reports = RowReports(mapping.columns)
        self._matching: Matching = matching_for(mapping, scope)
        self._columns = ColumnSummaries(mapping.columns)
        self._known = KnownValues(mapping.columns, self._columns.learn)
        self._plates = PlateTally()
        self._conflicts = Conflicts(mapping.columns, keys, scope)

    def take(self, row: LongRow) -> None:
        """Take up one row."""
        placement = self._matching.place(row)
        verdict, spots = placement.verdict, placement.spots
        shape, known = self._known.of(row)
        self._columns.count(row, shape.columns)
        if spots:
            spots = self._matching.news(spots, said_by(row, shape, known))
            if not spots:
                verdict = RowVerdict.DUPLICATE
        if spots:
            self.placed += 1
            self._conflicts.compare(spots, row, known)
        if placement.plate is not None:
            self._plates.count(placement.plate, placement.spots)
        else:
            self._plates.fill(placement.spots)
        self.rows += 1
        self.verdicts[verdict] += 1
        if verdict is not RowVerdict.MATCHED or row.problems:
            self.reports.take(row, verdict, placement.message)

    def told(self) -> dict[str, object]:
        """All of it as JSON."""
        counts = self._plates.counts()
        return {
            "rows": self.rows,
            "placed": self.placed,
            "wells": self._plates.filled_in_all(),
            "verdicts": {verdict.value: number for verdict, number in self.verdicts.items()},
            "columns": self._columns.told(),
            "plates": self._plates_told(counts[:MOST_PLATES]),
            "plates_named": len(counts),
            "plates_found": sum(bool(one.match.plates) for one in counts),
            "problems": self.reports.problems,
            "problems_total": self.reports.total,
            "conflicts": self._conflicts.told(),
        }

    def _plates_told(self, counts: list[PlateCounts]) -> list[dict[str, object]]:
        told = []
        for first in range(0, len(counts), _PLATES_AT_ONCE):
            some = counts[first : first + _PLATES_AT_ONCE]
            serials = [plate.serial for one in some for plate in one.match.plates]
            imaged = imaged_positions(serials)
            told += [self._plate_told(one, imaged) for one in some]
        return told

    def _plate_told(self, counts: PlateCounts, imaged: Pairs[int, list[int]]) -> dict[str, object]:
        """One spelling: rows with and without a well, wells without a row, rows without pictures."""
        without_row = not_imaged = 0
        for plate in counts.match.plates:
            # A plate may have been merged into another one since it was looked up: it shows nothing.
            filled, shown = self._plates.filled(plate.carrier), set(imaged.get(plate.serial, ()))
            without_row += len(shown - filled)
            not_imaged += len(filled - shown)
        return {
            "spelling": counts.match.spelling,
            "plates": [{"id": one.id, "name": one.title} for one in counts.match.plates],
            "matched_by": counts.match.matched_by.value,
            "message": counts.match.message,
            "rows": counts.rows,
            "rows_with_well": counts.placed,
            "rows_without_well": counts.rows - counts.placed,
            "wells_without_row": without_row,
            "annotated_not_imaged": not_imaged,
        }


def _refuse_unless_open(state: str) -> None:
    if state not in _MAY_BE_CHECKED:
        raise NotInState(f"This import is {state}: there is nothing to try out any more.")


@transaction.atomic
def _keep(plate_map: PlateMap, check: Check) -> dict[str, object]:
    locked = PlateMap.objects.select_for_update(no_key=True).get(pk=plate_map.pk)
    _refuse_unless_open(locked.state)
    # Postgres keeps no NUL in JSON, and numbers without end are no JSON.
    written = msgspec.json.encode(check.told()).replace(b"\\u0000", b"\\ufffd")
    report: dict[str, object] = msgspec.json.decode(written)
    check.reports.keep(locked)
    PlateMap.objects.filter(pk=locked.pk).update(
        report=report,
        row_count=check.rows,
        checked_at=timezone.now(),
        state=PlateMapState.CHECKED.value,
    )
    plate_map.refresh_from_db()
    return report
