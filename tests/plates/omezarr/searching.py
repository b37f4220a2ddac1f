"""What the tests of a search share."""

from pathlib import Path

from plates.omezarr.discover import Found
from plates.omezarr.options import StoreOptions
from tests import stores
from tests.bucket_server import BucketServer

QUICK = StoreOptions(retries=0, timeout_s=10)


def below(found: Found, root: object) -> list[str]:
    """The paths of the stores below a root."""
    return [url.removeprefix(f"{root}/") for url in found.urls]


def images(root: Path, *names: str, version: stores.Version = "0.5") -> None:
    for name in names:
        stores.image(root / name, version=version)


def lists(bucket: BucketServer) -> list[str]:
    """What was listed since this was asked last."""
    return [line.removeprefix("LIST ") for line in bucket.asked() if line.startswith("LIST ")]
