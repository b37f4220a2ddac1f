"""Rates as the environment tells them; the settings are made of them, so no model is known here."""

import re
from typing import Final, NamedTuple

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
OFF: Final = "off"


class Rate(NamedTuple):
    """So many requests in so many seconds."""

    number: int
    seconds: int


def rate_of(text: str) -> Rate | None:
    """A rate as the environment tells it, `300/m`; None for `off`. ValueError for what is neither."""
    if text.strip().lower() == OFF:
        return None
    found = re.fullmatch(r"\s*([1-9]\d{0,8})\s*/\s*([smh])\w*\s*", text, re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is no rate: write 300/m, 10/s, 5000/h, or off.")
    return Rate(int(found[1]), _SECONDS[found[2]])
