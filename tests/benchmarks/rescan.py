"""A second scan of 100 unchanged plates, beside the first, which harvests them all.

Plates of 24 wells x 4 fields x 3 levels with consolidated metadata, behind a server that answers
20 ms after each request, by each strength of evidence that http has; in a bucket as far away, by
listing and by an inventory, with and without pixels; and in a folder. One process does the work of
a worker, jobs and leases included.
"""

import itertools
import time
from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command

from plates.omezarr.document_listing import list_documents
from plates.states import Strength
from tests import stores
from tests.benchmarks.delaying_server import DelayingServer, delaying_server
from tests.benchmarks.measuring import tell
from tests.benchmarks.scanning import Scan, make_source, scan
from tests.bucket_server import BUCKET, PAGE, BucketServer, bucket_server

PLATES = 100
CROWDED = 10
CHUNKS = 20_000
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
    for strength in (Strength.LISTING, Strength.INVENTORY):
        report_bucket(folder / "rescan", strength)
        call_command("flush", interactive=False, verbosity=0)
    report_crowded()
    call_command("flush", interactive=False, verbosity=0)
    for strength in (Strength.DOCUMENTS, Strength.LISTING):
        report_local(folder / "rescan" / "screen", strength)
        call_command("flush", interactive=False, verbosity=0)


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


def report_bucket(folder: Path, strength: Strength) -> None:
    """A source in a bucket, whose inventory lies in the bucket as well."""
    write_inventory(folder)
    with bucket_server(folder, delay_s=DELAY_S) as bucket:
        source = make_source("bucket", f"{bucket.url}/screen", **in_bucket(bucket, strength))
        first, asked_first = scan(source), bucket.asked()
        second, asked_second = scan(source), bucket.asked()
    of_plates = [one for one in asked_second if ".zarr/" in one]
    tell(
        f"bucket, {DELAY_S * 1000:.0f} ms, strength {strength.value}: first {first.seconds:.2f} s, "
        f"again {second.seconds:.2f} s, {first.seconds / second.seconds:.0f} times faster; "
        f"requests per plate {len(asked_first) / PLATES:.2f}, then {len(of_plates) / PLATES:.2f} "
        f"({tell_requests(of_plates)}), and {len(asked_second) - len(of_plates)} for the source"
    )
    tell_second(second)


def in_bucket(bucket: BucketServer, strength: Strength) -> dict[str, object]:
    """What a source of that strength in a bucket says of itself."""
    options = {"endpoint": bucket.options.endpoint, "region": "us-east-1", "anonymous": True}
    told: dict[str, object] = {"options": options, "strength": strength.value}
    if strength is Strength.INVENTORY:
        told |= {"discovery": "inventory", "list_url": f"{bucket.url}/inventory.csv"}
    return told


def write_inventory(folder: Path) -> None:
    """An inventory of all files below a folder, as of a bucket of it."""
    with (folder / "inventory.csv").open("w") as file:
        file.write("bucket,key,size,last_modified\n")
        for path in sorted((folder / "screen").rglob("*")):
            if path.is_file():
                about, key = path.stat(), path.relative_to(folder).as_posix()
                file.write(f"{BUCKET},{key},{about.st_size},{int(about.st_mtime)}\n")


def tell_requests(asked: Sequence[str]) -> str:
    """How many of some requests were lists, and how many for documents."""
    lists = sum(one.startswith("LIST ") for one in asked)
    return f"{lists / PLATES:.2f} lists, {(len(asked) - lists) / PLATES:.2f} documents"


def report_crowded() -> None:
    """Images of so many chunks: what a listing of each costs."""
    with bucket_server(f"1x{CROWDED}x{CHUNKS}", delay_s=DELAY_S) as bucket:
        urls = [
            f"{bucket.url}/screens/study-0000/plate-{number:05}.ome.zarr"
            for number in range(CROWDED)
        ]
        started = time.perf_counter()
        listings = list_documents(urls, options=bucket.options)
        seconds = time.perf_counter() - started
    assert all(isinstance(sign, bytes) and sign for sign in listings.signs)
    tell(
        f"bucket, {DELAY_S * 1000:.0f} ms, {CROWDED} images of {CHUNKS:,} chunks in one array: "
        f"listed in {seconds:.2f} s, {listings.requests / CROWDED:.1f} requests each instead of "
        f"{CHUNKS / PAGE:.0f}"
    )


def report_local(folder: Path, strength: Strength) -> None:
    """A source in a folder, by all documents of each plate, or by a listing of it."""
    source = make_source("local", str(folder), strength=strength.value)
    first, second = scan(source), scan(source)
    looks = second.told["signs"] + second.told["listings"]
    what = "documents looked at" if strength is Strength.DOCUMENTS else "folders listed"
    tell(
        f"folder, strength {strength.value}: first {first.seconds:.2f} s, again "
        f"{second.seconds:.2f} s, {first.seconds / second.seconds:.0f} times faster; "
        f"{looks / PLATES:.0f} {what} per plate"
    )
    tell_second(second)


def tell_second(second: Scan) -> None:
    """What the second scan rested on, and what it had to read again."""
    unchanged = ", ".join(itertools.starmap("{1} unchanged by {0}".format, by_strength(second)))
    tell(f"  {unchanged or 'none known to be unchanged'}; {second.harvests} read again")


def by_strength(second: Scan) -> list[tuple[str, int]]:
    """How many plates were unchanged by each strength."""
    return sorted(second.told["unchanged"].items())
