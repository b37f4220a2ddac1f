"""One fault for every rule, and more where a rule says several things."""

from typing import Final

from tests.plates.omezarr.planted_axes import AXES_FAULTS
from tests.plates.omezarr.planted_collections import COLLECTION_FAULTS
from tests.plates.omezarr.planted_images import IMAGE_FAULTS
from tests.plates.omezarr.planted_labels import LABEL_FAULTS, OMERO_FAULTS
from tests.plates.omezarr.planted_plates import PLATE_FAULTS
from tests.plates.omezarr.planted_stores import BROKEN_DOCUMENTS, ZARR_FAULTS
from tests.plates.omezarr.planted_systems import SYSTEM_FAULTS
from tests.plates.omezarr.planted_wells import WELL_FAULTS
from tests.plates.omezarr.planting import Planted

PLANTED: Final[tuple[Planted, ...]] = (
    *PLATE_FAULTS,
    *WELL_FAULTS,
    *AXES_FAULTS,
    *IMAGE_FAULTS,
    *SYSTEM_FAULTS,
    *LABEL_FAULTS,
    *OMERO_FAULTS,
    *COLLECTION_FAULTS,
    *ZARR_FAULTS,
    *BROKEN_DOCUMENTS,
)

_OBJECTS: Final = "A validation lists no objects; the tests of completeness plant such faults."

UNPLANTED: Final = {
    "STORE-CHUNKS-CUT": _OBJECTS,
    "STORE-CHUNKS-EMPTY": _OBJECTS,
    "STORE-CHUNKS-MISSING": _OBJECTS,
    "STORE-CHUNKS-STRAY": _OBJECTS,
    "STORE-READ": "A storage that fails is no fault of a store; the tests of the transports have it.",
}
"""Rules without a planted fault, each with the reason."""
