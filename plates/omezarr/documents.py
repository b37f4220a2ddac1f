"""What the documents of a store say, whatever its version: plates, wells, images and arrays."""

from datetime import datetime

import msgspec

from plates.omezarr.jsonvalues import JsonObject


class Acquisition(msgspec.Struct, frozen=True, gc=False):
    """One run of a plate through the microscope, by its number in the plate document."""

    number: int
    name: str = ""
    description: str = ""
    maximum_field_count: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


class ListedWell(msgspec.Struct, frozen=True, gc=False):
    """A well that the plate document lists, and its number in that list.

    The indices are None where it gives none.
    """

    path: str
    number: int = 0
    row_index: int | None = None
    column_index: int | None = None


class PlateDocument(msgspec.Struct, frozen=True, gc=False):
    """A plate: the names of its rows and columns, and its wells in the order of the document.

    `extra` holds the keys that the specification does not know. OME-Zarr 0.4, plate-md.
    """

    name: str
    version: str
    barcode: str
    field_count: int | None
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    acquisitions: tuple[Acquisition, ...]
    wells: tuple[ListedWell, ...]
    faults: tuple[str, ...] = ()
    extra: JsonObject = {}


class ListedField(msgspec.Struct, frozen=True, gc=False):
    """A field of view that the well document lists, and its number in that list."""

    path: str
    acquisition: int | None = None
    number: int = 0


class WellDocument(msgspec.Struct, frozen=True, gc=False):
    """A well: its fields in the order of the document. OME-Zarr 0.4, well-md."""

    images: tuple[ListedField, ...]
    version: str = ""
    faults: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, gc=False):
    """A table beside an image, as ngio and Fractal write them: its name and type."""

    name: str
    type: str = ""


class Axis(msgspec.Struct, frozen=True, gc=False):
    """One dimension: name in lower case, type (`space`, `time`, `channel` or other) and unit."""

    name: str
    type: str = ""
    unit: str = ""


class Level(msgspec.Struct, frozen=True, gc=False):
    """One resolution of an image: where its array lies, and its whole transform, per axis.

    `number` is its place in the list `datasets`.
    """

    path: str
    scale: tuple[float, ...] = ()
    translation: tuple[float, ...] = ()
    number: int = 0


class Channel(msgspec.Struct, frozen=True, gc=False):
    """One channel: label, colour as six hex digits, and how it is to be shown."""

    label: str = ""
    color: str = ""
    window_start: float | None = None
    window_end: float | None = None
    window_min: float | None = None
    window_max: float | None = None
    active: bool | None = None


class MultiscaleDocument(msgspec.Struct, frozen=True, gc=False):
    """An image: axes, levels from the largest to the smallest, channels.

    OME-Zarr 0.4, multiscale-md and omero-md.
    """

    name: str
    version: str
    axes: tuple[Axis, ...]
    levels: tuple[Level, ...]
    channels: tuple[Channel, ...]
    faults: tuple[str, ...] = ()


class ArrayDocument(msgspec.Struct, frozen=True, gc=False):
    """An array: shape, numpy's name of its type, chunks, shards if there are any, and codecs.

    `separator` divides the parts of a chunk's key; empty where the document names none, as is
    `key_encoding`, the name of the way in which Zarr 3 makes such keys.
    `dimension_names` are those of Zarr 3, `array_dimensions` those that xarray puts into the
    attributes of Zarr 2 (`_ARRAY_DIMENSIONS`); None where there are none.
    """

    shape: tuple[int, ...]
    dtype: str
    chunks: tuple[int, ...]
    shards: tuple[int, ...]
    zarr_format: int
    codecs: tuple[str, ...] = ()
    separator: str = ""
    key_encoding: str = ""
    dimension_names: tuple[str | None, ...] | None = None
    array_dimensions: tuple[str, ...] | None = None
