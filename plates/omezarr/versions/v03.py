"""OME-Zarr 0.3: axes are a list of names, repeated in the attributes of each array."""

from plates.omezarr.versions.axes import listed_axes
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.zarr2 import ZARR2

V03 = Dialect(version="0.3", storage=ZARR2, axes=listed_axes, array_attributes=True)
