"""The index of a carrier row by row: as it is kept, and as its annotation rows would have it."""

from typing import Final, TypeAlias

from django.db import connection

from plates.models import CarrierTerm, Readout, Term
from plates.platemaps.decades import decade_masks_of
from plates.platemaps.layers import LayerTerms, key_masks_of, masks_of

IndexRow: TypeAlias = tuple[object, ...]

_LAYERS: Final = """
    SELECT 'layer', k.scope, l.digest, l.positions
      FROM plates_carrierlayer k JOIN plates_layer l ON l.serial = k.layer_id
     WHERE k.carrier_id = %s
"""
_MASKS: Final = """
    SELECT 'mask', l.digest, m.term_id, m.key_id, m."group", m.position, coalesce(m.bits::text, '')
      FROM plates_carrierlayer k
      JOIN plates_layer l ON l.serial = k.layer_id
      JOIN plates_mask m ON m.layer_id = k.layer_id
     WHERE k.carrier_id = %s
"""
_KEY_MASKS: Final = """
    SELECT 'key mask', l.digest, m.key_id, m.repeats, m.bits::text
      FROM plates_carrierlayer k
      JOIN plates_layer l ON l.serial = k.layer_id
      JOIN plates_keymask m ON m.layer_id = k.layer_id
     WHERE k.carrier_id = %s
"""
_DECADE_MASKS: Final = """
    SELECT 'decade mask', l.digest, m.key_id, m.unit, m.power, m."group", m.position,
           coalesce(m.bits::text, '')
      FROM plates_carrierlayer k
      JOIN plates_layer l ON l.serial = k.layer_id
      JOIN plates_decademask m ON m.layer_id = k.layer_id
     WHERE k.carrier_id = %s
"""
_QUANTITIES: Final = """
    SELECT 'quantity', l.digest, q.key_id, q.unit, q.number, q.position, q."group"
      FROM plates_carrierlayer k
      JOIN plates_layer l ON l.serial = k.layer_id
      JOIN plates_quantity q ON q.layer_id = k.layer_id
     WHERE k.carrier_id = %s
"""


def kept_index(carrier: int) -> list[IndexRow]:
    """All rows of the index that are about a carrier, sorted."""
    found: list[IndexRow] = []
    with connection.cursor() as cursor:
        for statement in (_LAYERS, _MASKS, _KEY_MASKS, _DECADE_MASKS, _QUANTITIES):
            cursor.execute(statement, [carrier])
            found += [
                tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
                for row in cursor
            ]
    constants = CarrierTerm.objects.filter(carrier=carrier).order_by()
    found += [("constant", *row) for row in constants.values_list("scope", "term_id", "key_id")]
    for readout in Readout.objects.filter(carrier=carrier).order_by():
        spread = (readout.lowest, readout.highest)
        found.append(("readout", readout.scope, readout.key_id, tuple(readout.numbers), *spread))
    return sorted(found, key=repr)


def layer_rows(scope: int, layers: dict[bytes, LayerTerms]) -> list[IndexRow]:
    """The rows that layers of a carrier should have."""
    terms = {term for layer in layers.values() for term in layer.terms.tolist()}
    numbers = {
        serial: (number, unit)
        for serial, number, unit in Term.objects.filter(serial__in=terms)
        .order_by()
        .values_list("serial", "number", "unit")
        if number is not None
    }
    found: list[IndexRow] = []
    for digest, layer in layers.items():
        found.append(("layer", scope, digest, layer.length))
        found += [("mask", digest, *mask) for mask in masks_of(layer)]
        found += [("key mask", digest, *mask) for mask in key_masks_of(layer)]
        found += [("decade mask", digest, *mask) for mask in decade_masks_of(layer, numbers)]
        found += _quantity_rows(digest, layer, numbers)
    return found


def _quantity_rows(
    digest: bytes, layer: LayerTerms, numbers: dict[int, tuple[float, str]]
) -> list[IndexRow]:
    found: list[IndexRow] = []
    keys, groups, starts = layer.keys.tolist(), layer.groups.tolist(), layer.starts.tolist()
    for row, term in enumerate(layer.terms.tolist()):
        if term in numbers:
            number, unit = numbers[term]
            found += [
                ("quantity", digest, keys[row], unit, number, position, groups[row])
                for position in layer.positions[starts[row] : starts[row + 1]].tolist()
            ]
    return found
