"""A memory for the parts of documents that are the same all over a plate."""

from typing import Final

import msgspec

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.shapes import Looking, Place, Shape

_encode = msgspec.json.Encoder().encode
_MAX_KNOWN: Final = 2_048
_MAX_KEY: Final = 16 * 1024


class Remembered(msgspec.Struct, frozen=True):
    """A shape of what is the same in thousands of documents: what fitted is known again."""

    shape: Shape
    fitting: set[bytes] = msgspec.field(default_factory=set)

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell what the shape has to say, from memory if the same value was met before."""
        try:
            known = _encode(value)
        except (OverflowError, RecursionError, ValueError):
            self.shape.look(value, at, looking)
            return
        if known in self.fitting:
            return
        before = len(looking.mismatches)
        self.shape.look(value, at, looking)
        if len(looking.mismatches) == before and len(known) <= _MAX_KEY:
            if len(self.fitting) >= _MAX_KNOWN:
                self.fitting.clear()
            self.fitting.add(known)
