"""The formats of plate maps, by the names under which people know them."""

from enum import StrEnum


class Format(StrEnum):
    """What a set of files was recognised as."""

    IDR_ANNOTATION = "idr-annotation"
    IDR_LIBRARY = "idr-library"
    JUMP_PLATEMAP = "jump-platemap"
    """Cell Painting Gallery: barcodes, plate maps and reagents that are joined."""
    JUMP_TABLE = "jump-table"
    """Columns that start with `Metadata_`."""
    MIHCSME = "mihcsme"
    OMERO_POPULATE = "omero-populate"
    CONDITION_TABLE = "condition-table"
    """Fractal and ngio: row, column and conditions."""
    MATRIX = "matrix"
    """A block of rows and columns for each attribute, laid out as the plate is."""
    PLATECAT = "platecat"
    """Our own tidy export."""
    BARCODES = "barcodes"
    """Plates that are expected, without wells."""
    STUDY = "study"
    """A study file alone: about the dataset, and nothing about wells."""
    TABLE = "table"
    """Any other table with a well, or an image, in each row."""
