"""Places: who has to answer the requests of a job, and how many it may be asked at once."""

from typing import Final

from django.conf import settings

from catalog.models import Source
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import UnsupportedScheme

DISK: Final = "file"
NOWHERE: Final = ""
"""The place of a job that asks no storage for anything."""
_LONGEST: Final = 255


def place_of_url(url: str, source: Source | None) -> str:
    """The host that answers for a URL, or the disk; empty for what is no address.

    All buckets of one object store are one place.
    """
    try:
        root = RootUrl.parse(url)
    except UnsupportedScheme:
        return ""
    if root.is_local:
        return DISK
    endpoint = source.options.get("endpoint") if source else None
    if root.scheme == "s3":
        return str(endpoint or "s3")[:_LONGEST]
    return f"{root.scheme}://{root.place}"[:_LONGEST]


def room_at(place: str, *, taken: int) -> int:
    """How many more requests a place may be asked at once; a disk is not counted."""
    if place in {DISK, NOWHERE}:
        return settings.CONCURRENCY
    return max(0, settings.HOST_CONCURRENCY - taken)


def wanted_by(source: Source | None) -> int:
    """How many requests at once a job wants to have under way."""
    told = source.options.get("concurrency") if source else None
    try:
        wanted = int(str(told)) if told is not None else settings.CONCURRENCY
    except ValueError:
        wanted = settings.CONCURRENCY
    return max(1, min(wanted, settings.HOST_CONCURRENCY))
