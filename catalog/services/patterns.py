from catalog.models import Source
from plates.omezarr.patterns import Patterns


def patterns_of(source: Source) -> Patterns:
    """Which paths of a source are wanted; PatternRefused if that cannot be read."""
    return Patterns(include=tuple(source.include), exclude=tuple(source.exclude))
