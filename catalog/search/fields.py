"""The fields of a query that are no annotation: one table, from which help and docs are made.

Any key of annotation is a field besides; where both have a name, the one here is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from plates.platemaps.spelling import folded


class FieldKind(StrEnum):
    """What can be asked of a field."""

    TEXT = "text"
    """Exact, prefix, any, none."""
    CHOICE = "choice"
    """One of a few words."""
    NUMBER = "number"
    """Exact, compared, ranges."""
    PLACE = "place"
    """Letters or numbers along a plate: exact, compared, ranges."""


class About(StrEnum):
    """What a field speaks of."""

    DATASET = "dataset"
    PLATE = "plate"
    STORE = "store"
    WELL = "well"
    IMAGE = "image"
    """The fields of a well, or the image that stands alone."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a query."""

    name: str
    title: str
    kind: FieldKind
    about: About
    help: str
    example: str
    unit: str = ""
    """Of a NUMBER: the unit of a value that names none."""
    choices: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


TEXT, CHOICE, NUMBER, PLACE = FieldKind
DATASET, PLATE, STORE, WELL, IMAGE = About
YES_OR_NO: Final = ("yes", "no")

FIELDS: Final = (
    Field("dataset", "Dataset", TEXT, DATASET, "By its slug or id; those inside of it too.", "dataset:idr0001"),
    Field("licence", "Licence", TEXT, DATASET, "SPDX, of the dataset.", "licence:CC-BY-4.0", spellings=("license",)),
    Field("plate", "Plate", TEXT, PLATE, "By name, barcode or id.", 'plate:"Week1_22123"'),
    Field("barcode", "Barcode", TEXT, PLATE, "Of the plate.", "barcode:BR00117012"),
    Field("well", "Well", TEXT, WELL, "By its label, however it is spelt.", "well:B03"),
    Field("row", "Row", PLACE, WELL, "A letter, or a number from 1.", "row:B..D"),
    Field("column", "Column", PLACE, WELL, "A number from 1.", "column:<=12", spellings=("col",)),
    Field("edge", "Edge", CHOICE, WELL, "Whether it is a well of the outermost ring.", "edge:no", choices=YES_OR_NO),
    Field("annotated", "Annotated", CHOICE, WELL, "Whether a plate map says anything of it.", "annotated:no", choices=YES_OR_NO),
    Field("imaged", "Imaged", CHOICE, WELL, "Whether any image of it is there.", "imaged:yes", choices=YES_OR_NO),
    Field("channel", "Channel", TEXT, IMAGE, "The label of a channel.", "channel:DAPI", spellings=("channels",)),
    Field("pixel_size", "Pixel size", NUMBER, IMAGE, "Along x or y, of the largest level.", "pixel_size:<0.4", unit="um"),
    Field("axes", "Axes", TEXT, IMAGE, "Their names in the order of the array.", "axes:tczyx"),
    Field("size_x", "Width", NUMBER, IMAGE, "Pixels along x.", "size_x:>=2000", spellings=("width",)),
    Field("size_y", "Height", NUMBER, IMAGE, "Pixels along y.", "size_y:>=2000", spellings=("height",)),
    Field("size_z", "Planes", NUMBER, IMAGE, "Pixels along z; 1 without that axis.", "z:>1", spellings=("z", "planes")),
    Field("size_c", "Channels", NUMBER, IMAGE, "How many there are.", "size_c:5", spellings=("c",)),
    Field("size_t", "Time points", NUMBER, IMAGE, "How many there are; 1 without that axis.", "t:>1", spellings=("t", "timepoints")),
    Field("dtype", "Data type", TEXT, IMAGE, "Of the pixels.", "dtype:uint16"),
    Field("levels", "Levels", NUMBER, IMAGE, "Of resolution.", "levels:>=3"),
    Field("label", "Label image", TEXT, IMAGE, "The name of a segmentation beside it.", "label:nuclei", spellings=("labels",)),
    Field("table", "Table", TEXT, IMAGE, "The name of a table beside it.", "table:*", spellings=("tables",)),
    Field("store", "Store", TEXT, STORE, "By its name, URL or id.", "store:plate7*", spellings=("url",)),
    Field("version", "OME-Zarr version", TEXT, STORE, "Of the store.", "version:0.5"),
    Field("zarr_format", "Zarr format", NUMBER, STORE, "Of the store.", "zarr_format:3"),
    Field("verdict", "Verdict", CHOICE, STORE, "Of the last validation.", "verdict:valid",
          choices=("unchecked", "valid", "incomplete", "invalid", "unreadable")),
    Field("reach", "Reach", CHOICE, STORE, "Whether it can be opened.", "reach:ok", choices=("ok", "unreachable")),
    Field("completion", "Completion", CHOICE, STORE, "How much of its chunks is there.", "completion:arriving",
          choices=("whole", "arriving", "lacking", "uncounted")),
    Field("completeness", "Completeness", NUMBER, STORE, "The share of its chunks that is there.", "completeness:>=90%", unit="1"),
    Field("finding", "Finding", TEXT, STORE, "The id of a rule that it breaks.", "finding:HCS-*", spellings=("rule",)),
    Field("acquisition", "Acquisition", TEXT, STORE, "The name of one of its runs.", "acquisition:day2"),
)  # fmt: skip


def _by_spelling() -> Mapping[str, Field]:
    named = {folded(text): field for field in FIELDS for text in field.spellings}
    return named | {folded(field.name): field for field in FIELDS}


_FIELDS: Final = _by_spelling()


def field_of(text: str) -> Field | None:
    """The field that a text names, whatever its case and separators; None for none."""
    return _FIELDS.get(folded(text))


def names_of_fields() -> tuple[str, ...]:
    """All names, for what could have been meant."""
    return tuple(field.name for field in FIELDS)
