"""A memory for the parts of documents that are the same all over a plate."""

from collections.abc import Callable
from typing import Final

import msgspec

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.shapes import Looking, Place, Shape

_encode = msgspec.json.Encoder().encode
_MAX_KNOWN: Final = 2_048
_MAX_KEY: Final = 16 * 1024


class Remembered(msgspec.Struct, frozen=True):
    """A shape of what is the same in thousands of documents: what fitted is known again.

    `key` tells apart what the shape tells apart; by default, all that is not the same JSON.
    """

    shape: Shape
    key: Callable[[JsonValue], bytes] = _encode
    fitting: set[bytes] = msgspec.field(default_factory=set)

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell what the shape has to say, from memory if the same value was met before."""
        try:
            known = self.key(value)
        except (OverflowError, RecursionError, ValueError):
            self.shape.look(value, at, looking)
            return
        if known in self.fitting:
            return
        before = looking.told
        self.shape.look(value, at, looking)
        if looking.told == before and len(known) <= _MAX_KEY:
            if len(self.fitting) >= _MAX_KNOWN:
                self.fitting.clear()
            self.fitting.add(known)
