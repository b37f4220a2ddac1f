"""Layers by their digests: found, made, and removed when no carrier has them any more."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from plates.models import Term
from plates.platemaps.decades import decade_masks_of
from plates.platemaps.layers import LayerTerms, key_masks_of, masks_of

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_MOST_REMEMBERED: Final = 100_000
_NULL: Final = "\\N"

_FIND = "SELECT digest, serial FROM plates_layer WHERE digest = ANY(%s)"
_MAKE = """
    INSERT INTO plates_layer (digest, positions)
    SELECT * FROM unnest(%s::bytea[], %s::integer[]) RETURNING digest, serial
"""
_COPY_MASKS = 'COPY plates_mask (term_id, layer_id, key_id, "group", position, bits) FROM STDIN'
_COPY_KEY_MASKS = "COPY plates_keymask (layer_id, key_id, repeats, bits) FROM STDIN"
_COPY_DECADE_MASKS = (
    'COPY plates_decademask (layer_id, key_id, unit, power, "group", position, bits) FROM STDIN'
)
_COPY_QUANTITIES = (
    'COPY plates_quantity (key_id, layer_id, unit, number, position, "group") FROM STDIN'
)
_ORPHANS = """
    SELECT l.serial FROM unnest(%s::integer[]) AS l (serial)
     WHERE NOT EXISTS (SELECT 1 FROM plates_carrierlayer k WHERE k.layer_id = l.serial)
"""
# Masks and quantities are found by steps from one layer to the next: there are few layers, and
# very many of them.
_ALL_ORPHANS = """
    WITH RECURSIVE masked AS (
            (SELECT layer_id FROM plates_mask ORDER BY layer_id LIMIT 1)
             UNION ALL
            SELECT (SELECT m.layer_id FROM plates_mask m WHERE m.layer_id > l.layer_id
                     ORDER BY m.layer_id LIMIT 1)
              FROM masked l WHERE l.layer_id IS NOT NULL
         ), measured AS (
            (SELECT layer_id FROM plates_quantity ORDER BY layer_id LIMIT 1)
             UNION ALL
            SELECT (SELECT q.layer_id FROM plates_quantity q WHERE q.layer_id > l.layer_id
                     ORDER BY q.layer_id LIMIT 1)
              FROM measured l WHERE l.layer_id IS NOT NULL
         )
    SELECT serial
      FROM (SELECT serial FROM plates_layer
             UNION SELECT layer_id FROM masked
             UNION SELECT layer_id FROM measured
             UNION SELECT layer_id FROM plates_keymask
             UNION SELECT layer_id FROM plates_decademask) l
     WHERE serial IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM plates_carrierlayer k WHERE k.layer_id = l.serial)
     ORDER BY serial
     LIMIT %s
"""
_EMPTY = (
    "DELETE FROM plates_mask WHERE layer_id = ANY(%s)",
    "DELETE FROM plates_keymask WHERE layer_id = ANY(%s)",
    "DELETE FROM plates_decademask WHERE layer_id = ANY(%s)",
    "DELETE FROM plates_quantity WHERE layer_id = ANY(%s)",
)
_REMOVE = (*_EMPTY, "DELETE FROM plates_layer WHERE serial = ANY(%s)")
_LENGTHEN = """
    UPDATE plates_layer l SET positions = n.positions
      FROM unnest(%s::integer[], %s::integer[]) AS n (serial, positions)
     WHERE l.serial = n.serial AND l.positions <> n.positions
"""


class Layers:
    """The numbers of layers, made as they are needed; the annotation lock has to be held."""

    def __init__(self, cursor: "CursorWrapper") -> None:
        self._cursor = cursor
        self._serials: dict[bytes, int] = {}
        self._numbers: dict[int, tuple[float, str] | None] = {}

    def ensure(
        self, layers: Mapping[bytes, LayerTerms], quantities: frozenset[int]
    ) -> dict[bytes, int]:
        """The number of each layer; `quantities` are the keys whose terms may have numbers."""
        self._find([digest for digest in layers if digest not in self._serials])
        fresh = {digest: layer for digest, layer in layers.items() if digest not in self._serials}
        if fresh:
            self._make(fresh, quantities)
        found = {digest: self._serials[digest] for digest in layers}
        if len(self._serials) > _MOST_REMEMBERED:
            self._serials.clear()
        return found

    def renew(self, layers: Mapping[bytes, LayerTerms], quantities: frozenset[int]) -> None:
        """Write what layers hold again, of those that are there; carriers keep them."""
        self._find(list(layers))
        known = {digest: layer for digest, layer in layers.items() if digest in self._serials}
        serials = [self._serials[digest] for digest in known]
        for statement in _EMPTY:
            self._cursor.execute(statement, [serials])
        self._cursor.execute(_LENGTHEN, [serials, [layer.length for layer in known.values()]])
        self._write(known, quantities)

    def _find(self, digests: list[bytes]) -> None:
        if digests:
            self._cursor.execute(_FIND, [digests])
            self._serials |= {bytes(digest): serial for digest, serial in self._cursor.fetchall()}

    def _make(self, fresh: Mapping[bytes, LayerTerms], quantities: frozenset[int]) -> None:
        lengths = [layer.length for layer in fresh.values()]
        self._cursor.execute(_MAKE, [list(fresh), lengths])
        self._serials |= {bytes(digest): serial for digest, serial in self._cursor.fetchall()}
        self._write(fresh, quantities)

    def _write(self, fresh: Mapping[bytes, LayerTerms], quantities: frozenset[int]) -> None:
        with self._cursor.copy(_COPY_MASKS) as copy:
            for digest, layer in fresh.items():
                serial = self._serials[digest]
                copy.write(
                    "".join(
                        f"{term}\t{serial}\t{key}\t{group}\t{position}\t{bits or _NULL}\n"
                        for term, key, group, position, bits in masks_of(layer)
                    )
                )
        with self._cursor.copy(_COPY_KEY_MASKS) as copy:
            for digest, layer in fresh.items():
                serial = self._serials[digest]
                copy.write(
                    "".join(
                        f"{serial}\t{key}\t{repeats}\t{bits}\n"
                        for key, repeats, bits in key_masks_of(layer)
                    )
                )
        measured = {
            digest: rows
            for digest, layer in fresh.items()
            if (rows := _masks_with_numbers(layer, quantities))
        }
        if measured:
            self._write_numbers(fresh, measured)

    def _write_numbers(
        self, layers: Mapping[bytes, LayerTerms], measured: Mapping[bytes, list[int]]
    ) -> None:
        numbers = self._numbers_of(
            {int(layers[digest].terms[row]) for digest, rows in measured.items() for row in rows}
        )
        with self._cursor.copy(_COPY_QUANTITIES) as copy:
            for digest, rows in measured.items():
                layer, serial = layers[digest], self._serials[digest]
                for row in rows:
                    told = numbers.get(int(layer.terms[row]))
                    if told is None:
                        continue
                    key, group = int(layer.keys[row]), int(layer.groups[row])
                    positions = layer.positions[layer.starts[row] : layer.starts[row + 1]]
                    copy.write(
                        "".join(
                            f"{key}\t{serial}\t{told[1]}\t{told[0]!r}\t{position}\t{group}\n"
                            for position in positions.tolist()
                        )
                    )
        with self._cursor.copy(_COPY_DECADE_MASKS) as copy:
            for digest in measured:
                serial, masks = self._serials[digest], decade_masks_of(layers[digest], numbers)
                copy.write(
                    "".join(
                        f"{serial}\t{key}\t{unit}\t{power}\t{group}\t{position}\t{bits or _NULL}\n"
                        for key, unit, power, group, position, bits in masks
                    )
                )

    def _numbers_of(self, terms: Collection[int]) -> dict[int, tuple[float, str]]:
        """The number and unit of those terms that have one."""
        if len(self._numbers) > _MOST_REMEMBERED:
            self._numbers.clear()
        unknown = [term for term in terms if term not in self._numbers]
        if unknown:
            rows = Term.objects.filter(serial__in=unknown).order_by()
            for serial, number, unit in rows.values_list("serial", "number", "unit"):
                self._numbers[serial] = None if number is None else (number, unit)
        known = ((term, self._numbers.get(term)) for term in terms)
        return {term: told for term, told in known if told is not None}


def _masks_with_numbers(layer: LayerTerms, quantities: frozenset[int]) -> list[int]:
    """Which of a layer's masks may be of quantities."""
    return [row for row, key in enumerate(layer.keys.tolist()) if key in quantities]


def unused_layers(cursor: "CursorWrapper", *, limit: int) -> list[int]:
    """Layers that no carrier has, also those of which only masks or quantities are left."""
    cursor.execute(_ALL_ORPHANS, [limit])
    return [serial for (serial,) in cursor.fetchall()]


def remove_orphans(cursor: "CursorWrapper", layers: Sequence[int]) -> int:
    """Remove those of some layers that no carrier has; how many.

    The annotation lock has to be held: nobody else can be about to use one of them.
    """
    cursor.execute(_ORPHANS, [list(layers)])
    orphans = [serial for (serial,) in cursor.fetchall()]
    if orphans:
        for statement in _REMOVE:
            cursor.execute(statement, [orphans])
    return len(orphans)
