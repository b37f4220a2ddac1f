"""A few pictures that stand for a dataset: fields of wells spread over a plate, or images."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import connection

PICTURES: Final = 6
"""Of each dataset."""

_FIELDS: Final = """
    SELECT d.scope, s.id, f.path
      FROM unnest(%(scopes)s::integer[]) AS d (scope)
     CROSS JOIN LATERAL (
            SELECT s.id, s.serial, s.plate_id
              FROM plates_store s JOIN plates_preview p ON p.store_id = s.serial
             WHERE s.scope = d.scope AND s.vanished_at IS NULL AND s.plate_id IS NOT NULL
               AND p.images > p.failed
             ORDER BY s.id LIMIT 1) s
     CROSS JOIN LATERAL (
            SELECT w.id, row_number() OVER (ORDER BY w.position) - 1 AS place, count(*) OVER () AS n
              FROM plates_well w WHERE w.plate_id = s.plate_id AND w.present) w
     CROSS JOIN LATERAL (
            SELECT f.path FROM plates_field f
             WHERE f.well_id = w.id AND f.store_id = s.serial AND f.present
             ORDER BY f.id LIMIT 1) f
     WHERE w.place * %(pictures)s / w.n <> (w.place - 1) * %(pictures)s / w.n OR w.place = 0
     ORDER BY d.scope, w.place
"""
_IMAGES: Final = """
    SELECT d.scope, i.id
      FROM unnest(%(scopes)s::integer[]) AS d (scope)
     CROSS JOIN LATERAL (
            SELECT i.id FROM plates_image i
             WHERE i.scope = d.scope AND i.present ORDER BY i.id LIMIT %(pictures)s) i
     ORDER BY d.scope, i.id
"""


@dataclass(frozen=True, slots=True)
class Strip:
    """What of a dataset is pictured: fields by store and path, or images."""

    fields: list[tuple[UUID, str]] = field(default_factory=list)
    images: list[UUID] = field(default_factory=list)


def strips_of(scopes: Sequence[int]) -> Mapping[int, Strip]:
    """The strips of some datasets by scope, those without a picture left out; two statements."""
    strips: dict[int, Strip] = defaultdict(Strip)
    with connection.cursor() as cursor:
        cursor.execute(_FIELDS, {"scopes": list(scopes), "pictures": PICTURES})
        for scope, store, path in cursor:
            strips[scope].fields.append((store, path))
        without = [scope for scope in scopes if scope not in strips]
        cursor.execute(_IMAGES, {"scopes": without, "pictures": PICTURES})
        for scope, image in cursor:
            strips[scope].images.append(image)
    return strips
