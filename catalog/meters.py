"""Requests counted and timed by the web processes of one machine, for Prometheus.

With PROMETHEUS_MULTIPROC_DIR each process counts in a file of that folder, and whichever is asked
adds up all of them; without, each tells its own.
"""

from pathlib import Path
from typing import Final

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE: Final = "none"

_own: Final = CollectorRegistry()
_seconds: Final = Histogram(
    "platecat_request_seconds",
    "Seconds from a request to the end of its answer, by route.",
    ["route"],
    buckets=BOUNDS_S,
    registry=_own,
)
_requests: Final = Counter(
    "platecat_requests",
    "Requests answered, by route, method and status.",
    ["route", "method", "status"],
    registry=_own,
)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one request; a method that nobody knows is `other`, so that no stranger makes series."""
    route = route or NO_ROUTE
    _seconds.labels(route).observe(seconds)
    _requests.labels(route, method if method in METHODS else "other", str(status)).inc()


def registry_of_requests() -> CollectorRegistry:
    """A registry that tells what all web processes of this machine have counted."""
    registry = CollectorRegistry()
    if settings.METERS_FOLDER:
        MultiProcessCollector(registry, path=settings.METERS_FOLDER)  # type: ignore[no-untyped-call]
    else:
        registry.register(_own)
    return registry


def make_folder_of_meters() -> None:
    """Make the folder in which processes count, if there is to be one."""
    if settings.METERS_FOLDER:
        Path(settings.METERS_FOLDER).mkdir(parents=True, exist_ok=True)
