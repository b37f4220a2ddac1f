"""What metadata should hold besides: the recommendations of the strict schemas."""

from collections.abc import Mapping

import msgspec

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.shapes import Looking, Place, name_of


class Should(msgspec.Struct, frozen=True):
    """Keys that an object, or each object of a list, should have; all else is passed over."""

    keys: tuple[str, ...] = ()
    inside: Mapping[str, "Should"] = {}

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell which of the keys are missing."""
        if isinstance(value, list):
            for number, member in enumerate(value):
                if isinstance(member, dict):
                    self.look(member, (at, number), looking)
        if not isinstance(value, dict):
            return
        for key in self.keys:
            if key not in value:
                looking.tell_missing(at, key, f"{name_of(at)} should have the key `{key}`.")
        for key, should in self.inside.items():
            if key in value:
                should.look(value[key], (at, key), looking)
