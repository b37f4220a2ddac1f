"""`make bench`: every benchmark, each against a limit measured in the same run.

`python -m tests.benchmarks validation` runs one of them alone.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import django
from django.db import connections

from catalog.local.at_hand import services_at_hand
from tests.benchmarks import discovery, validation, workers
from tests.benchmarks.measuring import tell
from tests.bucket_server import BUCKET


def main() -> None:
    """Run the benchmarks that are named, all of them if none is."""
    unknown = set(sys.argv[1:]) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"There is no benchmark {min(unknown)}. There are: {', '.join(BENCHMARKS)}.")
    tell(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="platecat-bench-") as folder:
        for name in sys.argv[1:] or BENCHMARKS:
            tell(f"\n{name}")
            BENCHMARKS[name](Path(folder))


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
            # Not before: it needs Django to be set up.
            import_module(f"tests.benchmarks.{name}").run(folder)
            connections.close_all()

    return run


BENCHMARKS: Mapping[str, Callable[[Path], None]] = {
    "discovery": discovery.run,
    "harvest": with_database("harvest"),
    "remote": with_database("remote"),
    "rescan": with_database("rescan"),
    "scan": with_database("scan"),
    "validation": validation.run,
    "workers": workers.run,
}


if __name__ == "__main__":
    main()
