"""Damage to what search rests on, planted by hand, and the parts that have to be found off."""

from typing import Final, NamedTuple

from plates.states import IndexPart

P = IndexPart


class Damage(NamedTuple):
    """A statement, and what it spoils at least."""

    statement: str
    parts: set[IndexPart]


DAMAGES: Final = [
    # Layers: taken off, in another scope, of another length, on a carrier that says nothing of it.
    Damage(
        "DELETE FROM plates_carrierlayer", {P.LAYER, P.MASK, P.QUANTITY, P.UNUSED_LAYER, P.COUNT}
    ),
    Damage("UPDATE plates_carrierlayer SET scope = 7", {P.LAYER}),
    Damage("UPDATE plates_layer SET positions = 5", {P.LAYER}),
    Damage("UPDATE plates_layer SET digest = digest || 'x'", {P.LAYER, P.MASK, P.QUANTITY}),
    Damage(
        """
        INSERT INTO plates_carrierlayer (layer_id, scope, carrier_id)
        SELECT l.serial, c.scope, c.id
        FROM plates_layer l, plates_carrier c
        WHERE c.kind = 'plate'
        ON CONFLICT DO NOTHING
        """,
        {P.LAYER, P.MASK},
    ),
    Damage("UPDATE plates_carrierlayer SET suffices = NOT suffices", {P.SUFFICIENT_LAYER}),
    # Masks: gone, elsewhere, of another length, of another key or group, too many.
    Damage("DELETE FROM plates_mask", {P.MASK, P.COUNT}),
    Damage(
        "DELETE FROM plates_mask WHERE ctid = (SELECT min(ctid) FROM plates_mask)",
        {P.MASK},
    ),
    Damage("UPDATE plates_mask SET position = 3 WHERE bits IS NULL", {P.MASK}),
    Damage("UPDATE plates_mask SET position = 99 WHERE bits IS NULL", {P.MASK, P.COUNT}),
    Damage("UPDATE plates_mask SET bits = ~bits WHERE bits IS NOT NULL", {P.MASK, P.COUNT}),
    Damage("UPDATE plates_mask SET bits = bits || B'1' WHERE bits IS NOT NULL", {P.MASK, P.COUNT}),
    Damage("UPDATE plates_mask SET key_id = key_id + 1", {P.MASK, P.COUNT}),
    Damage('UPDATE plates_mask SET "group" = "group" + 100', {P.MASK}),
    Damage(
        """
        INSERT INTO plates_mask (term_id, layer_id, key_id, "group", position)
        SELECT term_id, layer_id, key_id, "group" + 50, 4
        FROM plates_mask
        """,
        {P.MASK},
    ),
    # Decades: gone, others, elsewhere.
    Damage("DELETE FROM plates_decademask", {P.DECADE_MASK}),
    Damage("UPDATE plates_decademask SET power = power + 1", {P.DECADE_MASK}),
    Damage("UPDATE plates_decademask SET position = 5 WHERE bits IS NULL", {P.DECADE_MASK}),
    Damage("UPDATE plates_decademask SET bits = ~bits WHERE bits IS NOT NULL", {P.DECADE_MASK}),
    # Quantities.
    Damage("DELETE FROM plates_quantity", {P.QUANTITY}),
    Damage("UPDATE plates_quantity SET number = number * 1000", {P.QUANTITY}),
    Damage("UPDATE plates_quantity SET unit = 'g'", {P.QUANTITY}),
    Damage("UPDATE plates_quantity SET position = position + 5000", {P.QUANTITY}),
    Damage(
        """
        INSERT INTO plates_quantity (layer_id, key_id, position, "group", unit, number)
        SELECT layer_id, key_id, position, "group", unit, number + 1
        FROM plates_quantity
        """,
        {P.QUANTITY},
    ),
    # What whole carriers have.
    Damage("DELETE FROM plates_carrierterm", {P.CONSTANT, P.COUNT}),
    Damage("UPDATE plates_carrierterm SET scope = 7", {P.CONSTANT}),
    Damage(
        "UPDATE plates_carrierterm SET key_id = (SELECT min(serial) FROM plates_key)", {P.CONSTANT}
    ),
    Damage(
        """
        INSERT INTO plates_carrierterm (term_id, key_id, scope, carrier_id)
        SELECT t.serial, t.key_id, c.scope, c.id
        FROM plates_term t, plates_carrier c
        ON CONFLICT DO NOTHING
        """,
        {P.CONSTANT, P.COUNT},
    ),
    # Readouts.
    Damage("DELETE FROM plates_readout", {P.READOUT}),
    Damage("UPDATE plates_readout SET numbers[1] = -1", {P.READOUT}),
    Damage("UPDATE plates_readout SET lowest = -1", {P.READOUT}),
    Damage("UPDATE plates_readout SET scope = 7", {P.READOUT}),
    Damage(
        """
        INSERT INTO plates_readout (key_id, scope, carrier_id, numbers, lowest, highest)
        SELECT (SELECT min(serial)
        FROM plates_key), scope, carrier_id, numbers, lowest, highest FROM plates_readout
        """,
        {P.READOUT},
    ),
    # Where subjects and fields are.
    Damage("UPDATE plates_carrier SET occupied = ~occupied", {P.OCCUPIED, P.COUNT}),
    Damage("UPDATE plates_carrier SET occupied = ''", {P.OCCUPIED, P.COUNT}),
    Damage("UPDATE plates_carrier SET occupied = occupied || B'1'", {P.OCCUPIED, P.COUNT}),
    Damage("DELETE FROM plates_fieldmask", {P.FIELD_MASK}),
    Damage("UPDATE plates_fieldmask SET bits = ~bits", {P.FIELD_MASK}),
    Damage("UPDATE plates_fieldmask SET bits = ''", {P.FIELD_MASK}),
    Damage("UPDATE plates_fieldmask SET scope = 7", {P.FIELD_MASK}),
    Damage(
        """
        INSERT INTO plates_fieldmask (layout_id, scope, carrier_id, bits)
        SELECT f.layout_id, c.scope, c.id, c.occupied
        FROM plates_fieldmask f, plates_carrier c
        ON CONFLICT DO NOTHING
        """,
        {P.FIELD_MASK},
    ),
    # What nothing has.
    Damage("INSERT INTO plates_layer (digest, positions) VALUES ('nobody', 6)", {P.UNUSED_LAYER}),
    Damage(
        """
        INSERT INTO plates_mask (term_id, layer_id, key_id, "group", position)
        VALUES (1, 9999999, 1, 0, 0)
        """,
        {P.UNUSED_LAYER},
    ),
    Damage(
        """
        INSERT INTO plates_decademask (layer_id, key_id, unit, power, "group", position)
        VALUES (9999999, 1, '', 0, 0, 0)
        """,
        {P.UNUSED_LAYER},
    ),
    Damage(
        """
        INSERT INTO plates_quantity (layer_id, key_id, position, "group", unit, number)
        VALUES (9999999, 1, 0, 0, '', 1)
        """,
        {P.UNUSED_LAYER},
    ),
    # Counts.
    Damage("DELETE FROM plates_termscope", {P.COUNT}),
    Damage("UPDATE plates_termscope SET subjects = subjects + 1", {P.COUNT}),
    Damage("UPDATE plates_termscope SET scope = 7", {P.COUNT}),
    Damage("UPDATE plates_termscope SET key_id = (SELECT max(serial) FROM plates_key)", {P.COUNT}),
    Damage(
        """
        INSERT INTO plates_termscope (key_id, scope, term_id, subjects)
        SELECT key_id, 8, term_id, 5
        FROM plates_termscope
        """,
        {P.COUNT},
    ),
    # Overlaps.
    Damage("DELETE FROM plates_termoverlap", {P.OVERLAP}),
    Damage("UPDATE plates_termoverlap SET surplus = surplus - 1", {P.OVERLAP}),
    Damage("UPDATE plates_termoverlap SET scope = 7", {P.OVERLAP}),
    Damage(
        """
        INSERT INTO plates_termoverlap (key_id, scope, surplus)
        SELECT max(serial), 8, 1 FROM plates_key
        """,
        {P.OVERLAP},
    ),
]
