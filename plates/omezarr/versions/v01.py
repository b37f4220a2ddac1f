"""OME-Zarr 0.1: five dimensions, no transformations, chunks in one folder."""

from plates.omezarr.versions.axes import fixed_axes
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.zarr2 import ZARR2

V01 = Dialect(version="0.1", storage=ZARR2, axes=fixed_axes)
