"""How rows of the archive come into their tables, and what is made of them afterwards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from psycopg import Connection, sql

TABLES: Final = {
    "plates_layer": "serial digest positions",
    "plates_mask": "term_id layer_id key_id group position bits",
    "plates_keymask": "layer_id key_id repeats bits",
    "plates_decademask": "key_id unit power layer_id group position bits",
    "plates_quantity": "key_id layer_id unit number position group",
    "plates_carrier": "id kind scope positions occupied",
    "plates_plate": "serial id scope carrier_id name barcode batch rows columns row_names "
    "column_names well_count created_at",
    "plates_store": "serial id scope kind name plate_id version zarr_format digest edition reach "
    "verdict well_count field_count image_count missing_count bare_wells document_count problems "
    "problem_count created_at",
    "plates_carrierlayer": "layer_id scope carrier_id suffices",
    "plates_carrierterm": "term_id key_id scope carrier_id",
    "plates_fieldmask": "layout_id scope carrier_id bits",
    "plates_readout": "key_id scope carrier_id numbers lowest highest",
    "plates_annotationrow": "plate_map_id carrier_id position rows columns terms "
    "text_columns texts",
}
"""The tables in the order in which they are filled, with their columns."""

INDEXED_AFTERWARDS: Final = (
    "plates_mask", "plates_keymask", "plates_decademask", "plates_quantity",
    "plates_carrierlayer",
    "plates_carrierterm", "plates_fieldmask", "plates_readout", "plates_annotationrow", "plates_well", "plates_field",
    "plates_term", "plates_termscope",
)  # fmt: skip
"""Large ones, whose indexes are made faster of all rows than row by row."""

MADE_OF_THEM: Final = (
    """
    INSERT INTO plates_well (plate_id, "row", "column", label, position, present)
    SELECT p.serial, n / 24, n % 24, chr(65 + n / 24) || lpad((n % 24 + 1)::text, 2, '0'), n, TRUE
      FROM plates_plate p JOIN plates_carrier c ON c.id = p.carrier_id
     CROSS JOIN generate_series(0, 383) n
     WHERE get_bit(c.occupied, n) = 1
     ORDER BY p.serial, n
    """,
    """
    INSERT INTO plates_field (store_id, well_id, layout_id, path, present, listed)
    SELECT p.serial, w.id, p.scope % 7 + 1,
           chr(65 + w."row") || '/' || (w."column" + 1) || '/0', TRUE, TRUE
      FROM plates_well w JOIN plates_plate p ON p.serial = w.plate_id
     ORDER BY w.id
    """,
    """
    INSERT INTO plates_termscope (key_id, scope, term_id, subjects)
    SELECT t.key_id, t.scope, t.term_id, sum(bit_count(c.occupied))
      FROM plates_carrierterm t JOIN plates_carrier c ON c.id = t.carrier_id GROUP BY 1, 2, 3
    UNION ALL
    SELECT * FROM (
        SELECT m.key_id, k.scope, m.term_id,
               sum(CASE WHEN m.position >= 0 THEN get_bit(c.occupied, m.position)
                        ELSE bit_count(m.bits & c.occupied) END) AS subjects
          FROM plates_mask m JOIN plates_carrierlayer k USING (layer_id)
          JOIN plates_carrier c ON c.id = k.carrier_id GROUP BY 1, 2, 3) s
     WHERE subjects > 0
    """,
)
"""Wells, one field of each, and the counts; a plate's serial is its store's and its carrier's."""

_CONSTRAINTS: Final = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint c
     WHERE conrelid = ANY(%s::regclass[])
       AND (contype = 'u' OR (contype = 'p' AND NOT EXISTS
            (SELECT FROM pg_constraint f WHERE f.confrelid = c.conrelid AND f.contype = 'f')))
"""
_INDEXES: Final = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
      FROM pg_index i
     WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""


def copy(
    connection: Connection,
    table: str,
    columns: Iterable[str],
    rows: Iterable[tuple[object, ...]],
) -> None:
    """Rows into a table."""
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed)
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


@contextmanager
def without_indexes(connection: Connection) -> Iterator[None]:
    """Let the large tables be filled without theirs, which are made afterwards."""
    tables = [list(INDEXED_AFTERWARDS)]
    indexes = connection.execute(_INDEXES, tables).fetchall()
    constraints = connection.execute(_CONSTRAINTS, tables).fetchall()
    for name, _ in indexes:
        run(connection, f"DROP INDEX {name}")
    for table, name, _ in constraints:
        run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    run(connection, "SET maintenance_work_mem = '1GB'")
    for table, name, definition in constraints:
        run(connection, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for _, definition in indexes:
        run(connection, definition)


def run(connection: Connection, statement: str) -> None:
    """One statement that the catalog of Postgres, or this package, wrote."""
    connection.execute(statement.encode())
