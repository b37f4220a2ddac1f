"""OME-Zarr 0.6: axes belong to named coordinate systems, between which transformations lead."""

from plates.omezarr.versions.axes import intrinsic_axes
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.zarr3 import ZARR3

V06 = Dialect(version="0.6", storage=ZARR3, axes=intrinsic_axes, outer=False)
