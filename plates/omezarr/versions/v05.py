"""OME-Zarr 0.5: as 0.4, in Zarr 3 and below the key `ome`."""

from plates.omezarr.versions.axes import listed_axes
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.zarr3 import ZARR3

V05 = Dialect(version="0.5", storage=ZARR3, axes=listed_axes)
