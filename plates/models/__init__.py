from plates.models.acquisition import Acquisition
from plates.models.carrier import Carrier
from plates.models.count import Count
from plates.models.evidence import Evidence
from plates.models.field import Field
from plates.models.image import Image
from plates.models.layout import Layout
from plates.models.location import Location
from plates.models.plate import Plate
from plates.models.store import Store
from plates.models.validation import Finding, ReportFile, Validation
from plates.models.well import Well

__all__ = [
    "Acquisition",
    "Carrier",
    "Count",
    "Evidence",
    "Field",
    "Finding",
    "Image",
    "Layout",
    "Location",
    "Plate",
    "ReportFile",
    "Store",
    "Validation",
    "Well",
]
