"""What a file says besides its rows of data, each in a sentence that people read."""

from enum import StrEnum
from typing import Self


class RemarkKind(StrEnum):
    """What a remark is about, for those who decide by it."""

    ENCODING = "encoding"
    COMMENT = "comment"
    """Lines that begin with `#`; `content` is the first of them."""
    OMERO_HEADER = "omero header"
    """The line `# header well,plate,s,d` of an OMERO table; `content` is what follows `header`."""
    TITLE = "title"
    """Lines above the header; `content` is the first of them."""
    HELP = "help"
    """A row below the header that explains the columns."""
    PLATE_NAME = "plate name"
    """No plate is named in the table; `content` is the one that the file's name proposes."""
    SHEET = "sheet"
    """A sheet that was passed over; `content` is its name."""
    MACROS = "macros"


class Remark(str):
    """A sentence, and what it is about."""

    __slots__ = ("content", "kind")

    kind: RemarkKind
    content: str

    def __new__(cls, sentence: str, kind: RemarkKind, content: str = "") -> Self:
        """A remark of this kind; `content` is what it speaks of, as it stands in the file."""
        remark = super().__new__(cls, sentence)
        remark.kind = kind
        remark.content = content
        return remark


def said_rows(numbers: list[int]) -> str:
    """The first of some row numbers and how many there are: `row 3` or `rows 1, 2, 5 and 7 more`."""
    shown = 5
    first = ", ".join(map(str, numbers[:shown]))
    more = f" and {len(numbers) - shown} more" if len(numbers) > shown else ""
    return f"row{'s' * (len(numbers) > 1)} {first}{more}"
