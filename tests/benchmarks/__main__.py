"""`make bench`: every benchmark, each against a limit measured in the same run."""

import os
import sys
import tempfile
from pathlib import Path

import django

from catalog.local.at_hand import services_at_hand
from tests.benchmarks.measuring import tell


def main() -> None:
    """Run all benchmarks on services of their own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
    with tempfile.TemporaryDirectory(prefix="platecat-bench-") as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("BROKER_URL", None)
        with services_at_hand(Path(folder) / "data", fast=False):
            django.setup()
            from tests.benchmarks import harvest  # noqa: PLC0415 - needs Django to be set up

            tell(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, embedded Postgres")
            harvest.run(Path(folder))


if __name__ == "__main__":
    main()
