"""Tables of what was found, for tests, and what they have to say, worked out plainly."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser

from catalog.queries.found_table import FoundTable
from catalog.queries.snapshot import one_snapshot
from catalog.queries.table_columns import Rows
from catalog.queries.visible import Viewer
from plates.models import AnnotationRow, Plate, PlateMapColumn, Readout, Term

Told = dict[str, Any]


def table_of(
    text: str = "", *, rows: Rows = Rows.WELLS, keys: Sequence[str] | None = None
) -> list[Told]:
    """The rows that anybody is given."""
    with one_snapshot():
        table = FoundTable(text, Viewer(AnonymousUser()), rows=rows, keys=keys)
        return [row for batch in table.batches() for row in batch.to_pylist()]


def said_there(row: Told) -> Told:
    """The cells of annotation of a row that hold anything."""
    names = list(row)
    return {
        name: row[name]
        for name in names[names.index("acquisitions") + 1 :]
        if row[name] is not None
    }


def plainly(plate: Plate, position: int) -> Told:
    """What a row has to say of the annotation of a well."""
    others: dict[str, list[Any]] = {}
    treatments: list[dict[str, list[Any]]] = []
    columns = {
        (one.plate_map_id, one.number): one for one in PlateMapColumn.objects.select_related("key")
    }
    rows = AnnotationRow.objects.filter(carrier=plate.carrier_id, position=position)
    for row in rows.order_by("plate_map__turn", "id"):
        said = said_in(row, columns)
        add(others, [pair for pair in said if not pair[0].key.family])
        for treatment in treatments_of([pair for pair in said if pair[0].key.family]):
            if contents(treatment) not in map(contents, treatments):
                treatments.append(treatment)
    cells = cells_of("", others)
    for turn, treatment in enumerate(treatments):
        cells |= cells_of(f"{turn + 1}" if turn else "", treatment)
    for readout in Readout.objects.filter(carrier=plate.carrier_id).select_related("key"):
        if readout.numbers[position] is not None:
            cells[readout.key.name] = readout.numbers[position]
    return cells


Said = list[tuple[PlateMapColumn, Any]]


def said_in(row: AnnotationRow, columns: dict[tuple[int, int], PlateMapColumn]) -> Said:
    terms = zip(row.columns, row.terms, strict=True)
    texts = zip(row.text_columns, row.texts, strict=True)
    said: Said = [
        (columns[row.plate_map_id, number], Term.objects.get(pk=serial)) for number, serial in terms
    ]
    shown = [(columns[row.plate_map_id, number], text) for number, text in texts]
    return [*said, *(pair for pair in shown if pair[0].kind == "text")]


def treatments_of(said: Said) -> Iterator[dict[str, list[Any]]]:
    for number in sorted({one.group for one, _ in said if one.group}) or [0] * bool(said):
        treatment: dict[str, list[Any]] = {}
        add(treatment, [pair for pair in said if number and pair[0].group == number])
        add(treatment, [pair for pair in said if pair[0].group == 0])
        yield treatment


def add(told: dict[str, list[Any]], said: Said) -> None:
    for column, value in said:
        there = told.setdefault(column.key.name, [])
        if value not in there:
            there.append(value)


def contents(treatment: dict[str, list[Any]]) -> frozenset[Any]:
    return frozenset(term for terms in treatment.values() for term in terms)


def cells_of(turn: str, told: dict[str, list[Any]]) -> Told:
    cells: Told = {}
    for name, values in told.items():
        texts = [value if isinstance(value, str) else value.text for value in values]
        cells[f"{name} [{turn}]" if turn else name] = "\n".join(
            text.replace("\n", "\n ") for text in texts
        )
        for value in reversed(values):
            if not isinstance(value, str) and value.number is not None:
                unit = f"{turn}, {value.unit}" if turn else value.unit
                cells[f"{name} [{unit}]"] = value.number
    return cells
