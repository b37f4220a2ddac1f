"""Which numbers in a workbook are dates and times, and what they say."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from plates.platemaps.limits import MAX_PART_BYTES
from plates.platemaps.workbook_parts import Handlers, WorkbookParts

EPOCH_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no time zone
EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LEAP_DAY: Final = 60
"""Excel believes in 29 February 1900: days before it are one later than their number."""
_BUILT_IN: Final = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), "hh:mm:ss"),
    22: "yyyy-mm-dd hh:mm",
    46: "[h]:mm:ss",
}
"""Number formats that stand in no workbook. ECMA-376 part 1, 18.8.30."""
_ASIDE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_SECONDS_OF_DAY: Final = 86_400


class Moment(Enum):
    """What a number format makes of a number."""

    DATE = "date"
    TIME = "time"
    BOTH = "both"
    ELAPSED = "elapsed"


def moment_styles(parts: WorkbookParts, part: str) -> dict[str, Moment]:
    """The styles whose numbers are dates or times, by the number that cells give."""
    codes: dict[str, str] = {}
    formats: list[str] = []
    inside = False

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            formats.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    if part in parts:
        parts.read(part, Handlers(start, end, lambda _: None), most=MAX_PART_BYTES)
    known = {str(number): code for number, code in _BUILT_IN.items()} | codes
    meant = {number: moment_of(code) for number, code in known.items()}
    return {
        str(style): moment
        for style, number in enumerate(formats)
        if (moment := meant.get(number)) is not None
    }


def moment_of(code: str) -> Moment | None:
    """What a number format such as `yyyy-mm-dd` or `[h]:mm` shows, None for plain numbers."""
    shown = _ASIDE.sub("", code.partition(";")[0])
    if _ELAPSED.search(shown) is not None:
        return Moment.ELAPSED
    letters = set(shown.casefold()) if "general" not in shown.casefold() else set()
    has_time = bool(letters & {"h", "s"})
    has_date = bool(letters & {"d", "y"}) or ("m" in letters and not has_time)
    if has_date and has_time:
        return Moment.BOTH
    if has_date:
        return Moment.DATE
    return Moment.TIME if has_time else None


def moment_text(number: float, moment: Moment, epoch: datetime) -> str | None:
    """A date or time as ISO 8601 writes it, None for a number that is none."""
    if moment is Moment.ELAPSED:
        return _clock(round(number * _SECONDS_OF_DAY)) if number >= 0 else None
    if moment is Moment.TIME and 0 <= number < 1:
        return _clock(round(number * _SECONDS_OF_DAY))
    if epoch == EPOCH_1900 and number < _LEAP_DAY:
        number += 1
    try:
        then = epoch + timedelta(seconds=round(number * _SECONDS_OF_DAY))
    except (OverflowError, ValueError):
        return None
    if number < 0:
        return None
    is_midnight = (then.hour, then.minute, then.second) == (0, 0, 0)
    return then.date().isoformat() if is_midnight else then.isoformat()


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"
