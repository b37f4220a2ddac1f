"""Parts of a file, as a request asks for them. RFC 9110, sections 13 and 14."""

import re
from dataclasses import dataclass
from typing import Final

_ONE_RANGE: Final = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """So many bytes of a file of `size` from `start`."""

    start: int
    length: int
    size: int

    @property
    def told(self) -> str:
        """What Content-Range says of it."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


class Unsatisfiable(Exception):
    """A range that begins behind the end of the file."""


def part_of(header: str, size: int) -> Part | None:
    """The part that a Range header asks for; None if all is to be sent.

    All is sent where no range is asked for, or several, or one that cannot be read. Unsatisfiable
    for one that holds no byte of the file.
    """
    found = _ONE_RANGE.fullmatch(header)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return _some(size - length, length, size)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    return _some(start, end + 1 - start, size)


def _some(start: int, length: int, size: int) -> Part:
    if length <= 0:
        raise Unsatisfiable
    return Part(start, length, size)


def is_unchanged(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names what would be sent."""
    if header.strip() == "*":
        return True
    return tag in {one.strip().removeprefix("W/") for one in header.split(",")}
