"""OME-Zarr 0.2: as 0.1, with chunks in nested folders."""

from plates.omezarr.versions.axes import fixed_axes
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.zarr2 import ZARR2

V02 = Dialect(version="0.2", storage=ZARR2, axes=fixed_axes)
