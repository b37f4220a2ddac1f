"""A second scan of 100 unchanged plates, beside the first, which harvests them all.

Plates of 24 wells x 4 fields x 3 levels with consolidated metadata, behind a server that answers
20 ms after each request, by each strength of evidence; and in a folder, by the signs of all their
documents. One process does the work of a worker, jobs and leases included.
"""

import itertools
from pathlib import Path

from django.core.management import call_command

from plates.states import Strength
from tests import stores
from tests.benchmarks.delaying_server import DelayingServer, delaying_server
from tests.benchmarks.measuring import tell
from tests.benchmarks.scanning import Scan, make_source, scan

PLATES = 100
WELLS = [f"{row}/{column}" for row in "ABCD" for column in range(1, 7)]
FIELDS, LEVELS = 4, 3
DELAY_S = 0.02


def run(folder: Path) -> None:
    """Measure and report."""
    write_plates(folder / "rescan" / "screen")
    documents = 1 + len(WELLS) * (1 + FIELDS * (1 + LEVELS))
    tell(f"{PLATES} plates of {documents:,} documents, consolidated")
    with delaying_server(folder / "rescan", delay_s=DELAY_S) as server:
        for strength in (Strength.ROOT, Strength.CONSOLIDATED, Strength.DOCUMENTS):
            report_remote(server, strength)
            call_command("flush", interactive=False, verbosity=0)
    report_local(folder / "rescan" / "screen")


def write_plates(folder: Path) -> None:
    """Plates that all differ."""
    for number in range(PLATES):
        plate = stores.plate(
            folder / f"plate-{number:03}.zarr",
            wells=WELLS,
            fields=FIELDS,
            levels=LEVELS,
            name=str(number),
            distinct=True,
        )
        stores.consolidate(plate)


def report_remote(server: DelayingServer, strength: Strength) -> None:
    """A source behind http."""
    source = make_source("remote", f"{server.url}/screen", strength=strength.value)
    first, asked_first = scan(source), len(server.asked())
    second, asked_second = scan(source), len(server.asked())
    tell(
        f"http, {DELAY_S * 1000:.0f} ms, strength {strength.value}: first {first.seconds:.2f} s, "
        f"again {second.seconds:.2f} s, {first.seconds / second.seconds:.0f} times faster; "
        f"requests per plate {asked_first / PLATES:.2f}, then {asked_second / PLATES:.2f}"
    )
    tell_second(second)


def report_local(folder: Path) -> None:
    """A source in a folder, by all documents of each plate."""
    source = make_source("local", str(folder), strength=Strength.DOCUMENTS.value)
    first, second = scan(source), scan(source)
    tell(
        f"folder, strength documents: first {first.seconds:.2f} s, again {second.seconds:.2f} s, "
        f"{first.seconds / second.seconds:.0f} times faster; "
        f"{second.told['signs'] / PLATES:.0f} documents looked at per plate"
    )
    tell_second(second)


def tell_second(second: Scan) -> None:
    """What the second scan rested on, and what it had to read again."""
    unchanged = ", ".join(itertools.starmap("{1} unchanged by {0}".format, by_strength(second)))
    tell(f"  {unchanged or 'none known to be unchanged'}; {second.harvests} read again")


def by_strength(second: Scan) -> list[tuple[str, int]]:
    """How many plates were unchanged by each strength."""
    return sorted(second.told["unchanged"].items())
