"""OME-Zarr 0.4: axes have types and units, levels have transformations."""

from plates.omezarr.versions.axes import listed_axes
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.zarr2 import ZARR2

V04 = Dialect(version="0.4", storage=ZARR2, axes=listed_axes)
