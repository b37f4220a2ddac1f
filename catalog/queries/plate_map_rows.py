"""The rows of a plate map that were not simply matched, out of the report of its last dry run."""

import gzip
import io
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, overload

from plates.models import PlateMap, PlateMapRowReport
from plates.platemaps.verdicts import RowVerdict


def rows_reported(plate_map: PlateMap, verdict: str = "") -> Iterator[dict[str, Any]]:
    """What was reported of rows, in the order of the files; of one verdict alone if it is given.

    A row comes once for each of its cells that could not be read.
    """
    report = PlateMapRowReport.objects.filter(plate_map=plate_map).first()
    if report is None:
        return
    # As the report writes it, so that lines of other verdicts are not even read.
    sign = f'"verdict":"{verdict}"'.encode() if verdict else b""
    names = [table["name"] for table in plate_map.tables]
    with gzip.open(io.BytesIO(bytes(report.content))) as lines:
        for line in lines:
            if sign in line:
                row: dict[str, Any] = json.loads(line)
                if not verdict or row["verdict"] == verdict:
                    yield row | {"file": names[row["table"]]}


class ReportedRows(Sequence[dict[str, Any]]):
    """The reported rows as something to page through; what lies before a page is read over."""

    def __init__(self, plate_map: PlateMap, verdict: str = "") -> None:
        self.plate_map = plate_map
        self.verdict = verdict if verdict in {one.value for one in RowVerdict} else ""

    def __len__(self) -> int:
        """How many there are."""
        return self._length

    @cached_property
    def _length(self) -> int:
        if not self.verdict:
            return int(self.plate_map.report.get("problems_total", 0))
        return sum(1 for _ in rows_reported(self.plate_map, self.verdict))

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """The rows of a page."""
        rows = rows_reported(self.plate_map, self.verdict)
        if isinstance(place, slice):
            return list(islice(rows, place.start, place.stop))
        return next(islice(rows, place, None))
