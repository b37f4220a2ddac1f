from plates.models.acquisition import Acquisition
from plates.models.any_of import AnyOf
from plates.models.carrier import Carrier
from plates.models.count import Count
from plates.models.evidence import Evidence
from plates.models.field import Field
from plates.models.field_mask import FieldMask
from plates.models.image import Image
from plates.models.key import Key, KeyAlias
from plates.models.layer import (
    CarrierLayer,
    CarrierTerm,
    DecadeMask,
    KeyMask,
    Layer,
    Mask,
    Quantity,
    Readout,
)
from plates.models.layout import Layout
from plates.models.location import Location
from plates.models.plate import Plate
from plates.models.plate_map import (
    AnnotationRow,
    NamedPlate,
    PlateAlias,
    PlateMap,
    PlateMapColumn,
    PlateMapFile,
    PlateMapFilePart,
    PlateMapRowReport,
    SavedMapping,
)
from plates.models.preview import Preview, StatisticsFile
from plates.models.store import Store
from plates.models.term import Synonym, Term, TermMerge
from plates.models.term_overlap import TermOverlap
from plates.models.term_scope import TermScope
from plates.models.validation import Finding, ReportFile, Validation
from plates.models.well import Well

__all__ = [
    "Acquisition",
    "AnnotationRow",
    "AnyOf",
    "Carrier",
    "CarrierLayer",
    "CarrierTerm",
    "Count",
    "DecadeMask",
    "Evidence",
    "Field",
    "FieldMask",
    "Finding",
    "Image",
    "Key",
    "KeyAlias",
    "KeyMask",
    "Layer",
    "Layout",
    "Location",
    "Mask",
    "NamedPlate",
    "Plate",
    "PlateAlias",
    "PlateMap",
    "PlateMapColumn",
    "PlateMapFile",
    "PlateMapFilePart",
    "PlateMapRowReport",
    "Preview",
    "Quantity",
    "Readout",
    "ReportFile",
    "SavedMapping",
    "StatisticsFile",
    "Store",
    "Synonym",
    "Term",
    "TermMerge",
    "TermOverlap",
    "TermScope",
    "Validation",
    "Well",
]
