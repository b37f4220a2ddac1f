"""Plates that plate maps name against plates that stores show."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from plates.addresses import PlateShape
from plates.platemaps.formats import Format

BARCODE_FILES: Final = (Format.BARCODES.value, Format.JUMP_PLATEMAP.value)
"""Formats whose first table lists the plates of an experiment."""

_NAMED: Final = """
    EXISTS (SELECT 1 FROM plates_namedplate n JOIN plates_platemap m ON m.serial = n.plate_map_id
             WHERE n.plate_id = p.serial AND m.state = 'applied' AND m.format = ANY({formats}))
"""
_SHOWN: Final = """
    SELECT 1 FROM plates_store s WHERE s.plate_id = p.serial AND s.vanished_at IS NULL
"""
_PLATES: Final = f"""
    SELECT p.serial, p.id, p.carrier_id, p.rows, p.columns, p.name, p.barcode,
           EXISTS ({_SHOWN}),
           EXISTS ({_SHOWN}) AND NOT EXISTS ({_SHOWN} AND s.verdict <> 'valid'),
           EXISTS (SELECT 1 FROM plates_annotationrow r WHERE r.carrier_id = p.carrier_id),
           {_NAMED.format(formats="%(all)s")},
           {_NAMED.format(formats="%(barcodes)s")}
      FROM plates_plate p
     WHERE p.serial = ANY(%(plates)s) AND p.vanished_at IS NULL
     ORDER BY p.name, p.serial
"""  # noqa: S608 - made of constants
_EXPECTED: Final = """
    SELECT min(n.spelling), max(n.row_count), bool_or(m.format = ANY(%(barcodes)s))
      FROM plates_namedplate n JOIN plates_platemap m ON m.serial = n.plate_map_id
     WHERE n.scope = ANY(%(scopes)s) AND n.plate_id IS NULL AND m.state = 'applied'
     GROUP BY n.folded
     ORDER BY min(n.spelling)
"""


@dataclass(frozen=True, slots=True)
class ReconciledPlate:
    """A plate of the catalog, and what is known of it."""

    serial: int
    id: UUID
    carrier: int
    rows: int
    columns: int
    name: str
    barcode: str
    arrived: bool
    """Some store shows it."""
    valid: bool
    """All stores that show it are valid, and there is one."""
    annotated: bool
    named: bool
    """An applied plate map names it."""
    in_barcode_file: bool

    @property
    def title(self) -> str:
        """The plate as a person calls it."""
        return self.name or self.barcode or str(self.id)

    @property
    def shape(self) -> PlateShape:
        """Its grid."""
        return PlateShape(self.rows, self.columns)


@dataclass(frozen=True, slots=True)
class ExpectedPlate:
    """A plate that applied plate maps name and no store shows."""

    spelling: str
    rows: int
    """So many rows wait for it."""
    in_barcode_file: bool


def reconciled_plates(plates: list[int]) -> list[ReconciledPlate]:
    """Those of some plates that have not vanished, by name; one statement."""
    told: dict[str, list[int] | list[str]] = {
        "plates": plates,
        "all": [one.value for one in Format] + [""],
        "barcodes": list(BARCODE_FILES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLATES, told)
        return [ReconciledPlate(*row) for row in cursor]


def expected_plates(scopes: list[int]) -> list[ExpectedPlate]:
    """The plates of some scopes that are named, and still waited for; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED, {"scopes": scopes, "barcodes": list(BARCODE_FILES)})
        return [ExpectedPlate(*row) for row in cursor]
