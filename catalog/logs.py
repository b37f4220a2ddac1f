"""Lines of the log: JSON for programs, plain text for a person at a terminal; secrets in neither."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from catalog.tracing import known

FACTS: Final = (
    "request_id", "route", "method", "status", "milliseconds", "user_id",
    "job_id", "kind", "store_id", "state",
)  # fmt: skip
"""What a line may tell besides its message, each where it is known."""
REQUESTS: Final = "catalog.requests"
"""The logger that tells each request."""

_HIDDEN: Final = "[...]"
# What lets somebody in, wherever it stands: in a message of ours, of a library, or in a traceback.
_SECRETS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(://)[^/\s@'\"]+@"), rf"\1{_HIDDEN}@"),
    (re.compile(r"\?[^\s?'\"<>()]*=[^\s'\"<>)]*"), f"?{_HIDDEN}"),
    (re.compile(r"\bpc_[A-Za-z0-9_-]{8,}"), f"pc_{_HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9+/=_.~-]{8,}", re.IGNORECASE), rf"\1 {_HIDDEN}"),
    # Shares, tickets and saved queries open by what stands in their path.
    (re.compile(r"(/data/[st]/|/shared/|/s/|/q/)[^/\s'\"]+"), rf"\1{_HIDDEN}"),
)


def redacted(text: str) -> str:
    """A text without what lets somebody in: passwords in addresses, query strings, tokens, shares."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLine(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message, and what is known of the request or job."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
            **facts_of(record),
        }
        if record.exc_info:
            told["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(told, default=str)


class PlainLine(logging.Formatter):
    """Each record as text."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, logger, message, and under which numbers more is found."""
        ids = [
            f"{name}={value}"
            for name, value in facts_of(record).items()
            if name in {"request_id", "job_id"} and str(value) not in record.getMessage()
        ]
        return redacted(" ".join([super().format(record), *ids]) if ids else super().format(record))


def facts_of(record: logging.LogRecord) -> Mapping[str, object]:
    """What a record says of itself, and what is known where it was made."""
    facts = {**known(), **{name: getattr(record, name) for name in FACTS if hasattr(record, name)}}
    return {name: facts[name] for name in FACTS if facts.get(name) not in {None, ""}}


def form_of_logs(told: str) -> str:
    """The form of the log that a setting asks for: `text` or `json`. ValueError for another word."""
    form = told.strip().lower()
    if form not in {"", "json", "text"}:
        raise ValueError(f"PLATECAT_LOGS is {told!r}: it is text or json.")
    return form or ("text" if sys.stderr is not None and sys.stderr.isatty() else "json")


def logging_settings(form: str) -> dict[str, object]:
    """Django's settings of the log in a form: `json`, or `text` for a person at a terminal.

    A person is not told each request that went well.
    """
    of_requests = "INFO" if form == "json" else "WARNING"
    to_console = {"handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "catalog.logs.JsonLine"},
            "text": {
                "()": "catalog.logs.PlainLine",
                "format": "%(levelname)s %(name)s %(message)s",
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "catalog": {"level": "INFO"},
            REQUESTS: {"level": of_requests},
            "plates": {"level": "INFO"},
            "workers": {"level": "INFO"},
            # 404 and 403 are told with their request; paths may hold what opens a share.
            "django.request": {"level": "ERROR"},
            # Its own handler writes addresses with all that stands behind them.
            "gunicorn.error": {"level": "INFO", **to_console},
        },
    }
