"""What a query finds as a table, batch after batch, of any size in bounded memory."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import pyarrow as pa
from django.db import connection

from catalog.queries.found_keys import MOST_TREATMENTS, columns_found
from catalog.queries.hits import Search
from catalog.queries.subjects import subjects_of
from catalog.queries.table_annotation import AnnotationCells
from catalog.queries.table_columns import Rows, fixed_columns, headers_of
from catalog.queries.table_wells import TableWell, WellCells, spots_of, wells_of
from catalog.queries.time_limit import no_time_limit, time_limit
from catalog.queries.visible import Viewer

WELLS_AT_ONCE: Final = 2_048
_WELLS_OF_FIELDS_AT_ONCE: Final = 1_024


class FoundTable:
    """The table of what one query finds for one viewer; made and read within one_snapshot."""

    def __init__(
        self,
        text: str,
        viewer: Viewer,
        *,
        rows: Rows,
        keys: Sequence[str] | None = None,
        most_treatments: int = MOST_TREATMENTS,
        patient: bool = False,
    ) -> None:
        """Find everything, and decide the columns.

        `keys` are those of annotation, None for all that occur; `patient` is who waits longer than
        a search may take, as no person does. QueryError, NotUnderstood and SearchTooCostly as a
        search refuses.
        """
        self.viewer = viewer
        self.rows = rows
        with no_time_limit() if patient else time_limit():
            self.search = Search(text, viewer)
            self.hits = self.search.carriers()
            columns = columns_found(self.hits, viewer.scopes, keys, most_treatments)
        if not patient:
            # The limit of a search is for what comes before the first row.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        self.annotation = AnnotationCells(columns)
        self.cells = WellCells()
        fixed = fixed_columns(rows)
        headers = headers_of(fixed, columns)
        self.schema = pa.schema(
            [(column.name, column.type) for column in fixed]
            + [(name, column.type) for name, column in zip(headers, columns, strict=True)]
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, in the order of search."""
        subjects = (subject for hits in self.hits for subject in subjects_of(hits))
        of_wells = self.rows is Rows.WELLS
        at_once = WELLS_AT_ONCE if of_wells else _WELLS_OF_FIELDS_AT_ONCE
        while some := list(islice(subjects, at_once)):
            wells = wells_of(self.viewer, some)
            if wells:
                yield from (self.of_wells(wells),) if of_wells else self.of_fields(wells)

    def of_wells(self, wells: list[TableWell]) -> pa.RecordBatch:
        """A row for each well."""
        annotation = self.annotation.of(spots_of(wells))
        where = [*self.cells.of_wells(wells), *self.cells.of_stores(wells)]
        return pa.RecordBatch.from_arrays([*where, *annotation], schema=self.schema)

    def of_fields(self, wells: list[TableWell]) -> Iterator[pa.RecordBatch]:
        """A row for each field of wells."""
        annotation = self.annotation.of(spots_of(wells))
        where = self.cells.of_wells(wells)
        for numbers, fields in self.cells.of_fields(wells):
            which = pa.array(numbers, pa.int32())
            arrays = [*(column.take(which) for column in where), *fields]
            arrays += [column.take(which) for column in annotation]
            yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)
