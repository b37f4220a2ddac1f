"""What a load is about to change, asked before it changes it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from plates.differences import (
    Count,
    Differences,
    KeyChange,
    Members,
    Names,
    Run,
    Runs,
    key_changes,
    names_of,
)
from plates.models import Plate, Store
from plates.services.compare_layouts import compare_layouts

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

STORE_KEYS: Final = ("kind", "name", "version", "zarr_format", "digest")
PLATE_KEYS: Final = ("name", "barcode", "rows", "columns", "row_names", "column_names")
COUNTS: Final = {
    "wells": "well_count",
    "fields": "field_count",
    "images": "image_count",
    "missing": "missing_count",
    "documents": "document_count",
    "problems": "problem_count",
}

WELLS = """
    SELECT became, NULL::integer, NULL::integer, count(*),
           (array_agg(label ORDER BY position))[1:200]
      FROM (SELECT coalesce(l.label, w.label) AS label, coalesce(l.position, w.position) AS position,
                   CASE WHEN w.id IS NULL THEN CASE WHEN l.present THEN 'added' ELSE 'missing' END
                        WHEN w.present AND NOT here.now THEN 'vanished'
                        WHEN here.now AND NOT w.present THEN 'returned' END AS became
              FROM (SELECT * FROM plates_well WHERE plate_id = %(plate)s) w
              FULL JOIN loaded_well l ON l.label = w.label
             CROSS JOIN LATERAL (
                   SELECT coalesce(l.present, FALSE) OR EXISTS (
                          SELECT 1 FROM plates_field f
                           WHERE f.well_id = w.id AND f.store_id <> %(store)s AND f.present) AS now
                   ) here) differing
     WHERE became IS NOT NULL
     GROUP BY became
"""

# What became of each, and of those that stayed by which layout they had and have now.
_MEMBERS = """
    SELECT became, CASE WHEN became = 'changed' THEN before END,
           CASE WHEN became = 'changed' THEN after END, count(*),
           (array_agg(path ORDER BY path COLLATE "C"))[1:200]
      FROM (SELECT coalesce(n.path, o.path) AS path, o.layout_id AS before, n.layout_id AS after,
                   CASE WHEN o.id IS NULL THEN CASE WHEN n.present THEN 'added' ELSE 'missing' END
                        WHEN o.present AND n.present THEN 'changed'
                        WHEN o.present THEN 'vanished'
                        WHEN n.present THEN 'returned'
                        WHEN n.path IS NOT NULL OR o.listed THEN 'absent' END AS became
              FROM (SELECT * FROM {table} WHERE store_id = %(store)s) o
              FULL JOIN {seen} n ON n.path = o.path
             WHERE {differs}) differing
     WHERE became IS NOT NULL
     GROUP BY 1, 2, 3
"""
FIELDS = _MEMBERS.format(
    table="plates_field",
    seen="resolved_field",
    differs="(o.well_id, o.acquisition_id, o.layout_id, o.present, o.listed, o.x, o.y, o.z) "
    "IS DISTINCT FROM "
    "(n.well_id, n.acquisition_id, n.layout_id, n.present, n.path IS NOT NULL, n.x, n.y, n.z)",
)
IMAGES = _MEMBERS.format(
    table="plates_image",
    seen="loaded_image",
    differs="(o.name, o.layout_id, o.present, o.listed) IS DISTINCT FROM "
    "(n.name, n.layout_id, n.present, n.path IS NOT NULL)",
)

LEFT_WELLS = """
    SELECT 'vanished', NULL, NULL, count(*), (array_agg(w.label ORDER BY w.position))[1:200]
      FROM plates_well w
     WHERE w.plate_id = %(plate)s AND w.present
       AND NOT EXISTS (SELECT 1 FROM plates_field f
                        WHERE f.well_id = w.id AND f.store_id <> %(store)s AND f.present)
"""
LEFT_FIELDS = """
    SELECT 'vanished', NULL, NULL, count(*), (array_agg(path ORDER BY path COLLATE "C"))[1:200]
      FROM plates_field WHERE store_id = %(store)s AND present
"""
LEFT_IMAGES = LEFT_FIELDS.replace("plates_field", "plates_image")

ACQUISITIONS = """
    SELECT l.number, l.name, a.id IS NULL
      FROM loaded_acquisition l
      LEFT JOIN plates_acquisition a ON a.store_id = %(store)s AND a.number = l.number
     WHERE (a.name, a.description, a.started_at, a.ended_at, a.maximum_field_count)
           IS DISTINCT FROM
           (l.name, l.description, l.started_at, l.ended_at, l.maximum_field_count)
     ORDER BY l.number
"""
FIELDS_OF_ACQUISITIONS = """
    SELECT a.number, a.name, coalesce(o.fields, 0), coalesce(n.fields, 0)
      FROM plates_acquisition a
      LEFT JOIN (SELECT acquisition_id, count(*) AS fields FROM plates_field
                  WHERE store_id = %(store)s AND present GROUP BY 1) o ON o.acquisition_id = a.id
      LEFT JOIN (SELECT acquisition_id, count(*) AS fields FROM resolved_field
                  WHERE present GROUP BY 1) n ON n.acquisition_id = a.id
     WHERE a.store_id = %(store)s
     ORDER BY a.number
"""

Became = tuple[str, int | None, int | None, int, Sequence[str]]


@dataclass(slots=True)
class Comparison:
    """What is known so far of the differences, while a store is loaded.

    `layouts` counts, of fields or images that stayed, those that went from one layout to another.
    """

    wells: Members | None = None
    fields: Members | None = None
    images: Members | None = None
    plate: tuple[KeyChange, ...] = ()
    described: tuple[tuple[Run, bool], ...] = ()
    """Acquisitions that are new (True) or described anew."""
    numbers: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    """Names of acquisitions, and how many fields they had and have now."""
    layouts: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)


def compare_wells(cursor: "CursorWrapper", compared: Comparison, keys: Mapping[str, int]) -> None:
    """Note what becomes of the wells that `loaded_well` shows, and of those it does not."""
    compared.wells = members_of(rows(cursor, WELLS, keys))


def compare_fields(cursor: "CursorWrapper", compared: Comparison, keys: Mapping[str, int]) -> bool:
    """Note what becomes of the fields, by `resolved_field`; False if they are as they were."""
    became = rows(cursor, FIELDS, keys)
    note_layouts(compared, became)
    compared.fields = members_of(became)
    if became:
        cursor.execute(FIELDS_OF_ACQUISITIONS, keys)
        compared.numbers = {number: (*told,) for number, *told in cursor.fetchall()}
    return bool(became)


def compare_images(cursor: "CursorWrapper", compared: Comparison, keys: Mapping[str, int]) -> bool:
    """Note what becomes of the images, by `loaded_image`; False if they are as they were."""
    became = rows(cursor, IMAGES, keys)
    note_layouts(compared, became)
    compared.images = members_of(became)
    return bool(became)


def compare_acquisitions(
    cursor: "CursorWrapper", compared: Comparison, keys: Mapping[str, int]
) -> bool:
    """Note the acquisitions of `loaded_acquisition` that are new or described anew; False if none."""
    cursor.execute(ACQUISITIONS, keys)
    compared.described = tuple(
        (Run(number, name, 0), is_new) for number, name, is_new in cursor.fetchall()
    )
    return bool(compared.described)


def compare_leaving(cursor: "CursorWrapper", compared: Comparison, keys: Mapping[str, int]) -> None:
    """Note what a store that shows its plate no more takes with it."""
    compared.wells = members_of(rows(cursor, LEFT_WELLS, keys))
    compared.fields = members_of(rows(cursor, LEFT_FIELDS, keys))


def compare_images_left(
    cursor: "CursorWrapper", compared: Comparison, keys: Mapping[str, int]
) -> None:
    """Note the images of a store that has become a plate."""
    compared.images = members_of(rows(cursor, LEFT_IMAGES, keys))


def rows(cursor: "CursorWrapper", statement: str, keys: Mapping[str, int]) -> list[Became]:
    """What became of how many, with the names of the first."""
    cursor.execute(statement, keys)
    return [row for row in cursor.fetchall() if row[3]]


def members_of(became: Iterable[Became]) -> Members | None:
    """The parts by what became of them; None if nothing did."""
    totals: Counter[str] = Counter()
    first: defaultdict[str, list[Sequence[str]]] = defaultdict(list)
    for what, _, _, number, names in became:
        totals[what] += number
        first[what].append(names)
    # What is still not there is no difference that anybody sees.
    first.pop("absent", None)
    if not first:
        return None
    return Members(**{what: told(totals[what], lists) for what, lists in first.items()})


def told(total: int, lists: Sequence[Sequence[str]]) -> Names:
    """The first names of several lists, each in order; the only list keeps an order of its own."""
    return names_of(total, lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists)))


def note_layouts(compared: Comparison, became: Iterable[Became]) -> None:
    """Count the fields or images that went from one layout to another."""
    for what, before, after, number, _ in became:
        if what == "changed" and before != after:
            compared.layouts[before, after] += number


def plate_told(plate: Plate) -> dict[str, object]:
    """What is told of a plate."""
    return {name: getattr(plate, name) for name in PLATE_KEYS}


def counts_between(before: Store, after: Store) -> dict[str, Count]:
    """How many parts the store had and has."""
    return {
        noun: Count(getattr(before, name), getattr(after, name)) for noun, name in COUNTS.items()
    }


def differences_of(compared: Comparison, before: Store, after: Store) -> Differences:
    """All that was noted, and how the store itself differs."""
    labels, tables, layouts = compare_layouts(compared.layouts)
    return Differences(
        counts=counts_between(before, after),
        store=key_changes(
            {name: getattr(before, name) for name in STORE_KEYS},
            {name: getattr(after, name) for name in STORE_KEYS},
        ),
        plate=compared.plate,
        wells=compared.wells,
        fields=compared.fields,
        images=compared.images,
        acquisitions=runs_of(compared),
        labels=labels,
        tables=tables,
        layouts=layouts,
    )


def runs_of(compared: Comparison) -> Runs | None:
    """The acquisitions that are new, gone or described anew."""
    new = {run.number: run for run, is_new in compared.described if is_new}
    added = dict(new)
    removed: list[Run] = []
    for number, (name, before, after) in compared.numbers.items():
        if number in new or (after and not before):
            added[number] = Run(number, name, after)
        elif before and not after:
            removed.append(Run(number, name, before))
    changed = [run for run, is_new in compared.described if not is_new]
    if not (added or removed or changed):
        return None
    return Runs(cut(sorted(added.values(), key=number_of)), cut(removed), cut(changed))


def number_of(run: Run) -> int:
    """An acquisition's number."""
    return run.number


def cut(runs: Sequence[Run]) -> tuple[Run, ...]:
    """As many acquisitions as are told."""
    return tuple(runs[: len(names_of(len(runs), (run.name for run in runs)).first)])
