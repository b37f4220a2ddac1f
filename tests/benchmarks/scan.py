"""A new plate among 10,000 stores of a bucket that is 20 ms away: how long until it is searchable.

One scan: the search, a sign for each known store, one harvest. The known stores are entered into
the database as their harvests would leave them, since 10,000 harvests are not what is measured. To
the worst wait for the next scan, which the schedule of a source says, the scan itself is added.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from catalog.models import Holding, Source
from catalog.services.schedules import next_time
from plates.models import Evidence, Location, Store
from plates.models.location import digest_of_url
from plates.omezarr.discover import find_stores
from plates.omezarr.options import StoreOptions
from plates.omezarr.signs import signs_of
from plates.states import Reach
from tests.benchmarks.measuring import tell
from tests.benchmarks.scanning import make_source, scan
from tests.bucket_server import BucketServer, bucket_server

STUDIES, EACH, CHUNKS = 100, 100, 5
DELAY_S = 0.02
MARKS = ("zarr.json", ".zattrs")


def run(folder: Path) -> None:
    """Measure and report."""
    with bucket_server(f"{STUDIES}x{EACH}x{CHUNKS}", delay_s=DELAY_S) as bucket:
        options = bucket.options
        source = make_source(
            "bucket",
            bucket.url,
            options={"endpoint": options.endpoint, "region": options.region, "anonymous": True},
        )
        urls = find_stores(bucket.url, options=options).urls
        *known, new = urls
        enter(known, source, options)
        bucket.asked()
        report(bucket, source, new, len(urls))


def enter(urls: Sequence[str], source: Source, options: StoreOptions) -> None:
    """Stores as their harvests leave them, with the signs of their roots."""
    assert source.default_dataset is not None
    scope, now = source.default_dataset.serial, timezone.now()
    stores = Store.objects.bulk_create(Store(scope=scope, reach=Reach.OK.value) for _ in urls)
    places = Location.objects.bulk_create(
        Location(store=store, url=url, url_digest=digest_of_url(url))
        for store, url in zip(stores, urls, strict=True)
    )
    Holding.objects.bulk_create(
        Holding(store=store, dataset=source.default_dataset, source=source) for store in stores
    )
    asked = [(url, mark) for url in urls for mark in MARKS]
    signs = iter(signs_of(asked, options=options))
    Evidence.objects.bulk_create(
        Evidence(
            location=place,
            witnesses={mark: sign for mark in MARKS if isinstance(sign := next(signs), str)},
            read_at=now,
            checked_at=now,
        )
        for place in places
    )


def report(bucket: BucketServer, source: Source, new: str, stores: int) -> None:
    """One scan, and what it means for who waits."""
    started = time.perf_counter()
    done = scan(source)
    seconds = time.perf_counter() - started
    assert (done.told["new"], done.told["changed"], done.harvests) == (1, 0, 1), done.told
    assert Location.objects.get(url=new).store.read_at is not None
    asked = len(bucket.asked())
    tell(
        f"a new plate among {stores:,} stores: {seconds:.1f} s for the search, "
        f"{done.told['signs']:,} signs and one harvest; {asked:,} requests, {asked / stores:.2f} "
        f"per store, {DELAY_S * 1000:.0f} ms each"
    )
    schedule = str(Source._meta.get_field("schedule").default)
    wait_s = longest_wait_s(schedule)
    tell(
        f"by the default schedule ({schedule}) a plate that arrives just after it was looked for "
        f"is searchable {(wait_s + seconds) / 60:.1f} minutes later at the most"
    )


def longest_wait_s(schedule: str) -> float:
    """Seconds between two scans."""
    now: datetime = timezone.now()
    after = next_time(schedule, now)
    assert after is not None
    return (after - now).total_seconds()
