"""The versions of OME-Zarr by number."""

import re
from typing import Final

VERSIONS: Final = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
"""All that Platecat knows, the oldest first."""

_NUMBER = re.compile(r"(\d{1,3})\.(\d{1,3})(?:[.-]?(?:rc|dev|a|b)?\.?\d{1,4})*", re.ASCII)


def as_number(version: str) -> tuple[int, int] | None:
    """A version to compare by, without its patch and pre-release; None if it is no number.

    `0.5.2` is (0, 5), `0.6.dev4` and `0.6rc0` are (0, 6).
    """
    match = _NUMBER.fullmatch(version)
    return None if match is None else (int(match[1]), int(match[2]))


def known_version(version: str) -> str | None:
    """The known version that one belongs to: `0.6` for `0.6rc0`; None for any other."""
    number = as_number(version)
    short = "" if number is None else f"{number[0]}.{number[1]}"
    return short if short in VERSIONS else None
