"""A validation of one store by yaozarrs. Runs in the peers' own environment; knows nothing of ours."""

import json
import sys
import time
from importlib.metadata import version

import yaozarrs  # type: ignore[import-not-found]

started = time.perf_counter()
yaozarrs.validate_zarr_store(sys.argv[1])
seconds = time.perf_counter() - started
sys.stdout.write(json.dumps({"seconds": seconds, "said": version("yaozarrs")}))
