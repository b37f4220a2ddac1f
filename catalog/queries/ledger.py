"""The storage ledger: what the stores of some scopes take up, in groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from catalog.models import Holding
from catalog.words import Grouping

_SUMS: Final = {
    "bytes": Sum("store__count__stored_bytes"),
    "objects": Sum("store__count__stored_objects"),
    "arrays": Sum("store__count__arrays"),
    "unsharded": Sum("store__count__unsharded_arrays"),
    "crowded": Sum("store__count__crowded_arrays"),
    "stores": Count("pk"),
    "counted": Count("store__count"),
    "changed_at": Max("store__count__changed_at"),
}
_COLUMNS: Final = {
    Grouping.DATASET: "dataset__slug",
    Grouping.SOURCE: "source__name",
    Grouping.PERSON: "dataset__owner__username",
}

_COUNTED: Final = """
    WITH counted AS (
        SELECT c.store_id, c.ledger, c.changed_at
          FROM plates_count c JOIN plates_store s ON s.serial = c.store_id
         WHERE s.scope = ANY(%(scopes)s) AND s.vanished_at IS NULL
    )
"""
_PACKING: Final = f"""
    {_COUNTED}
    SELECT CASE %(by)s WHEN 'codec' THEN line.codecs ELSE line.dtype END AS name,
           sum(line.bytes), sum(line.objects), sum(line.arrays),
           coalesce(sum(line.arrays) FILTER (WHERE NOT line.sharded), 0),
           count(DISTINCT store_id), max(changed_at)
      FROM counted, jsonb_to_recordset(ledger -> 'packing') AS line
           (codecs text, dtype text, sharded boolean, arrays bigint, objects bigint, bytes bigint)
     GROUP BY name
"""  # noqa: S608 - a constant of this file
_CLASSES: Final = f"""
    {_COUNTED}
    SELECT line.storage_class, sum(line.bytes), sum(line.objects), NULL, NULL,
           count(DISTINCT store_id), max(changed_at)
      FROM counted, jsonb_to_recordset(ledger -> 'lines') AS line
           (storage_class text, objects bigint, bytes bigint)
     GROUP BY line.storage_class
"""  # noqa: S608 - a constant of this file


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What the stores of one group take up, as far as they were counted.

    `name` is None where it is not known. `arrays`, `unsharded` and `crowded` are None where the
    group says nothing of them; `stores` are all, `counted` those of which the numbers speak.
    """

    name: str | None
    bytes: int
    objects: int
    arrays: int | None
    unsharded: int | None
    crowded: int | None
    stores: int
    counted: int
    changed_at: datetime | None


def ledger_by(grouping: Grouping, scopes: Sequence[int]) -> list[LedgerLine]:
    """The groups, the largest first; stores that have vanished take up nothing."""
    if grouping in _COLUMNS:
        rows = _held(scopes).order_by().values(name=F(_COLUMNS[grouping])).annotate(**_SUMS)
        lines = [_line(row) for row in rows]
    else:
        lines = list(_of_lines(grouping, scopes))
    return sorted(lines, key=lambda line: (-line.bytes, -line.stores, line.name or ""))


def ledger_total(scopes: Sequence[int]) -> LedgerLine:
    """What all stores together take up."""
    return _line({"name": None, **_held(scopes).aggregate(**_SUMS)})


def _held(scopes: Sequence[int]) -> QuerySet[Holding]:
    return Holding.objects.filter(Q(dataset__in=scopes) & Q(store__vanished_at=None))


def _line(row: Mapping[str, object]) -> LedgerLine:
    name, changed_at = row["name"], row["changed_at"]
    numbers = {key: int(str(row[key] or 0)) for key in _SUMS if key != "changed_at"}
    return LedgerLine(
        name=name if isinstance(name, str) else None,
        changed_at=changed_at if isinstance(changed_at, datetime) else None,
        **numbers,
    )


def _of_lines(grouping: Grouping, scopes: Sequence[int]) -> Iterator[LedgerLine]:
    statement = _CLASSES if grouping is Grouping.STORAGE_CLASS else _PACKING
    with connection.cursor() as cursor:
        cursor.execute(statement, {"scopes": list(scopes), "by": grouping.value})
        rows = cursor.fetchall()
    for name, stored, objects, arrays, unsharded, stores, changed_at in rows:
        yield LedgerLine(
            name=name or None,
            bytes=int(stored),
            objects=int(objects),
            arrays=None if arrays is None else int(arrays),
            unsharded=None if unsharded is None else int(unsharded),
            crowded=None,
            stores=stores,
            counted=stores,
            changed_at=changed_at,
        )
