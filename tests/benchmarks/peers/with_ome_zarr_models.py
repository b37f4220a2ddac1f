"""A validation of one store by ome-zarr-models. Runs in the peers' own environment."""

import json
import sys
import time
from importlib.metadata import version

import zarr
from ome_zarr_models.v05 import HCS  # type: ignore[import-not-found]

started = time.perf_counter()
HCS.from_zarr(zarr.open_group(sys.argv[1], mode="r"))
seconds = time.perf_counter() - started
sys.stdout.write(json.dumps({"seconds": seconds, "said": version("ome-zarr-models")}))
