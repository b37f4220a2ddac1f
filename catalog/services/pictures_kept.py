"""Where drawn pictures are kept."""

from functools import cache
from pathlib import Path

from django.conf import settings

from plates.pixels.cache import PictureCache


def kept_pictures() -> PictureCache:
    """The pictures on this machine's disk, bounded by the settings."""
    return _cache(settings.PICTURES, settings.PICTURES_BYTES)


@cache
def _cache(folder: Path, most_bytes: int) -> PictureCache:
    return PictureCache(folder, most_bytes=most_bytes)
