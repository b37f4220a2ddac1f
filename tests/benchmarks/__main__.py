"""`make bench`: every benchmark, each against a limit measured in the same run.

`python -m tests.benchmarks validation` runs one of them alone.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import django

from catalog.local.at_hand import services_at_hand
from tests.benchmarks import discovery, validation
from tests.benchmarks.measuring import tell


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


def run_harvest(folder: Path) -> None:
    """Run the benchmark of the harvest on services of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("BROKER_URL", None)
    with services_at_hand(folder / "data", fast=False):
        django.setup()
        from tests.benchmarks import harvest  # noqa: PLC0415 - needs Django to be set up

        harvest.run(folder)


BENCHMARKS: Mapping[str, Callable[[Path], None]] = {
    "discovery": discovery.run,
    "harvest": run_harvest,
    "validation": validation.run,
}


if __name__ == "__main__":
    main()
