"""A harvest of one store that is new to the database, in a process of its own: read, then load."""

import json
import sys
import time
import uuid

import django

django.setup()

from django.db import connection  # noqa: E402 - needs Django to be set up

from plates.omezarr.options import StoreOptions  # noqa: E402
from plates.omezarr.read import read_store  # noqa: E402
from plates.services.layouts import ensure_layouts  # noqa: E402
from plates.services.load import load_snapshot  # noqa: E402
from plates.services.stores import store_at  # noqa: E402
from tests.benchmarks.measuring import peak_mib  # noqa: E402

# A worker has its connection already.
connection.ensure_connection()
before = peak_mib()
started = time.perf_counter()
snapshot = read_store(sys.argv[1], options=StoreOptions(concurrency=int(sys.argv[2])))
read_s = time.perf_counter() - started
store, _ = store_at(f"/bench/remote/{uuid.uuid4()}", scope=1)
loaded = load_snapshot(store, snapshot, layouts=ensure_layouts(snapshot))
sys.stdout.write(
    json.dumps(
        {
            "seconds": time.perf_counter() - started,
            "said": f"{loaded.fields} fields, {read_s:.3f} s of it reading",
            "documents": snapshot.documents,
            "peak_mib": peak_mib(),
            "peak_before_mib": before,
        }
    )
)
