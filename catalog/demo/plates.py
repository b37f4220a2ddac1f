"""Plates of the demo: plans that say what they hold, and the writing of it, well by well."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.demo.documents import Acquisition, Channel, Space, acquisition, multiscale, omero
from catalog.demo.fields import Scene, field_of
from catalog.demo.formats import Format
from catalog.demo.light import Pixels, halved
from plates.addresses import PlateShape, WellAddress, row_letters
from plates.omezarr.jsonvalues import JsonObject, JsonValue

_THREADS = 2
CHANNELS = (
    Channel(label="DAPI", color="0080FF", window=(104, 800)),
    Channel(label="p53-GFP", color="00E676", window=(108, 1000)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plate to be written: how it is built, and what is seen where.

    `scene_of` is asked for every field. Each acquisition took one field of each well; without
    acquisitions there is one field all the same.
    """

    name: str
    barcode: str
    shape: PlateShape
    wells: tuple[WellAddress, ...]
    format: Format
    pixel_um: float
    levels: int
    seed: int
    scene_of: Callable[[WellAddress, int], Scene]
    acquisitions: tuple[Acquisition, ...] = ()

    @property
    def fields(self) -> int:
        """How many fields each well has."""
        return max(1, len(self.acquisitions))


def write_plate(folder: Path, plan: Plan) -> None:
    """Write all of a plate: its documents, its wells, their fields and the pixels."""
    plan.format.group(folder, {"plate": plate_document(plan)})
    for row in sorted({well.row for well in plan.wells}):
        plan.format.group(folder / row_letters(row), {})
    # Half of the work is waiting for the file system and for code that frees the interpreter.
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(lambda well: write_well(folder, plan, well), plan.wells):
            pass


def write_well(folder: Path, plan: Plan, well: WellAddress) -> None:
    """Write one well and its fields."""
    place = folder / path_of(well)
    plan.format.group(place, {"well": well_document(plan)})
    for field in range(plan.fields):
        write_field(place / str(field), plan, well, field)


def path_of(well: WellAddress) -> str:
    """Where a well lies in the store of its plate."""
    return f"{row_letters(well.row)}/{_column_name(well.column)}"


def _column_name(column: int) -> str:
    return f"{column + 1:02d}"


def plate_document(plan: Plan) -> JsonObject:
    """What a plate says of itself; the barcode is a key of its own, as facilities add it."""
    runs: list[JsonValue] = [acquisition(run, fields=1) for run in plan.acquisitions]
    document: JsonObject = {
        "name": plan.name,
        "barcode": plan.barcode,
        "field_count": plan.fields,
        "rows": [{"name": row_letters(row)} for row in range(plan.shape.rows)],
        "columns": [{"name": _column_name(column)} for column in range(plan.shape.columns)],
        "wells": [
            {"path": path_of(well), "rowIndex": well.row, "columnIndex": well.column}
            for well in plan.wells
        ],
    }
    return document | {"acquisitions": runs} if runs else document


def well_document(plan: Plan) -> JsonObject:
    """What each well says of its fields."""
    images: list[JsonValue] = [{"path": str(field)} for field in range(plan.fields)]
    if plan.acquisitions:
        images = [
            {"path": str(field), "acquisition": run.number}
            for field, run in enumerate(plan.acquisitions)
        ]
    return {"images": images}


def write_field(folder: Path, plan: Plan, well: WellAddress, field: int) -> None:
    """Write one field of view with all its levels."""
    scene = plan.scene_of(well, field)
    rng = np.random.default_rng((plan.seed, well.row, well.column, field))
    name = f"{plan.name} {well.label} field {field + 1}"
    pixel = (1.0, plan.pixel_um, plan.pixel_um)
    space = Space("cyx", pixel, _stage_position(plan, scene, field))
    parts: JsonObject = {
        "multiscales": [multiscale(name, space, levels=plan.levels)],
        "omero": omero(name, CHANNELS),
    }
    plan.format.group(folder, parts)
    write_levels(folder, field_of(scene, rng), format=plan.format, axes="cyx", levels=plan.levels)


def _stage_position(plan: Plan, scene: Scene, field: int) -> tuple[float, ...]:
    """The first pixel as seen from the middle of the well; fields stand in a row, a bit apart."""
    width = scene.size * plan.pixel_um
    middle = (field - (plan.fields - 1) / 2) * width * 1.1
    return (0.0, -width / 2, middle - width / 2)


def write_levels(
    folder: Path,
    pixels: Pixels,
    *,
    format: Format,  # noqa: A002 - the word for it
    axes: str,
    levels: int,
    smaller: Callable[[Pixels], Pixels] = halved,
) -> None:
    """Write an image as arrays `0`, `1`, ... each half as wide and high as the one before."""
    for level in range(levels):
        format.array(folder / str(level), pixels, axes=axes)
        pixels = smaller(pixels)
