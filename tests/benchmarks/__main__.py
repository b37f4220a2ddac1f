"""`make bench`: every benchmark, each against a limit measured in the same run.

`python -m tests.benchmarks validation` runs one of them alone.
"""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.db import connections

from catalog.local.at_hand import services_at_hand
from catalog.local.postgres import SETTINGS
from tests.benchmarks import discovery, previews, validation, viewers, workers
from tests.benchmarks.measuring import tell
from tests.bucket_server import BUCKET

# One address asks for all that is measured.
UNPACED = dict.fromkeys(
    ("PLATECAT_RATE", "PLATECAT_RATE_SEARCH", "PLATECAT_RATE_EXPORT", "PLATECAT_RATE_PICTURES"),
    "off",
)


def main() -> None:
    """Run the benchmarks that are named, all of them if none is."""
    unknown = set(sys.argv[1:]) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"There is no benchmark {min(unknown)}. There are: {', '.join(BENCHMARKS)}.")
    names = sys.argv[1:] or list(BENCHMARKS)
    if len(names) > 1:
        # Each in a process of its own: one database is set up for a process, and no benchmark
        # finds the memory of another.
        for name in names:
            subprocess.run([sys.executable, "-m", "tests.benchmarks", name], check=True)
        return
    tell(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n\n{names[0]}")
    os.environ.update(UNPACED)
    with tempfile.TemporaryDirectory(prefix="platecat-bench-") as folder:
        BENCHMARKS[names[0]](Path(folder))


def with_database(name: str) -> Callable[[Path], None]:
    """A benchmark that works on a database of its own."""

    def run(folder: Path) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("BROKER_URL", None)
        # What is measured lies on this machine.
        os.environ["PLATECAT_ALLOWED_NETWORKS"] = "127.0.0.0/8"
        os.environ["PLATECAT_ALLOWED_ROOTS"] = f"file://{folder},s3://{BUCKET}"
        with services_at_hand(folder / f"data-{name}", fast=False):
            django.setup()
            logging.disable(logging.INFO)
            # Not before: it needs Django to be set up.
            import_module(f"tests.benchmarks.{name}").run(folder)
            connections.close_all()

    return run


def with_restart(name: str) -> Callable[[Path], None]:
    """A benchmark that prepares a database, and measures it with a web process once started anew."""
    return _restarted(name, lambda benchmark, url, _: benchmark.measure(url))


def with_worker(name: str) -> Callable[[Path], None]:
    """The same with a worker beside the web, which harvests from the benchmark's folder."""
    return _restarted(
        name, lambda benchmark, url, folder: benchmark.measure(url, folder), worker=True
    )


def _restarted(
    name: str, measure: Callable[[Any, str | None, Path], None], *, worker: bool = False
) -> Callable[[Path], None]:

    def run(folder: Path) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("BROKER_URL", None)
        # Plates that are harvested meanwhile are there for their documents.
        os.environ["PLATECAT_PREVIEWS"] = "off"
        kept = os.environ.get("PLATECAT_BENCH_DATA")
        data = Path(kept) if kept else folder / f"data-{name}"
        for told in os.environ.get("PLATECAT_BENCH_POSTGRES", "").split():
            setting, _, value = told.partition("=")
            SETTINGS[setting] = value
        with services_at_hand(data, fast=False):
            django.setup()
            logging.disable(logging.INFO)
            # Not before: it needs Django to be set up.
            benchmark = import_module(f"tests.benchmarks.{name}")
            benchmark.prepare(folder)
            connections.close_all()
        with services_at_hand(data, web=True, worker=worker, fast=False) as services:
            measure(benchmark, services.web_url, folder)
            connections.close_all()

    return run


BENCHMARKS: Mapping[str, Callable[[Path], None]] = {
    "desk": with_restart("desk"),
    "discovery": discovery.run,
    "export": with_database("export"),
    "harvest": with_database("harvest"),
    "load": with_worker("load"),
    "platemap": with_database("platemap"),
    "previews": previews.run,
    "remote": with_database("remote"),
    "rescan": with_database("rescan"),
    "scan": with_database("scan"),
    "search": with_restart("search"),
    "validation": validation.run,
    "viewers": viewers.run,
    "workers": workers.run,
}


if __name__ == "__main__":
    main()
