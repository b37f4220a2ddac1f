"""Schedules of scans: an interval such as `5m`, or a line of cron, in UTC."""

import re
from datetime import datetime, timedelta
from typing import Final

from celery.schedules import ParseException, crontab

from catalog.errors import NotUnderstood

_INTERVAL: Final = re.compile(r"(\d{1,4})\s*([mhd])", re.ASCII)
_UNITS: Final = {"m": 1, "h": 60, "d": 1440}
_FIELDS: Final = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
_REFUSAL: Final = (
    "'{}' is no schedule. Write 5m, 2h or 1d, a line of cron such as 0 3 * * * (minute, hour, day, "
    "month, weekday, in UTC), or nothing."
)


def next_time(schedule: str, after: datetime) -> datetime | None:
    """The next time of a schedule after a moment; None without schedule. NotUnderstood else."""
    text = schedule.strip()
    if not text:
        return None
    interval = _INTERVAL.fullmatch(text)
    if interval is not None and int(interval[1]):
        return after + timedelta(minutes=int(interval[1]) * _UNITS[interval[2]])
    until: timedelta = _cron(text, after).remaining_estimate(after)
    return after + until


def _cron(text: str, now: datetime) -> crontab:
    fields = text.split()
    try:
        return crontab(**dict(zip(_FIELDS, fields, strict=True)), nowfun=lambda: now)
    except (ParseException, ValueError, KeyError, IndexError, TypeError) as error:
        shown = text[:64].encode("ascii", "backslashreplace").decode()
        raise NotUnderstood("schedule", _REFUSAL.format(shown)) from error
