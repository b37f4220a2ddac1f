"""What the present request or job is known by: in every line of the log, and in what it asks for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

REQUEST: Final = "request_id"
LONGEST_REQUEST_ID: Final = 64

_known: ContextVar[Mapping[str, object]] = ContextVar("known", default={})  # noqa: B039 - never written to


def known() -> Mapping[str, object]:
    """What is known of the work that goes on here: `request_id`, `job_id`, `kind` ..."""
    return _known.get()


def request_id() -> str:
    """The id of the request that goes on here, or that asked for the job that does; else empty."""
    return str(_known.get().get(REQUEST, ""))


@contextmanager
def traced(**facts: object) -> Iterator[None]:
    """All that is logged meanwhile in this thread is known by these; what is empty is left out."""
    said = {name: value for name, value in facts.items() if value not in {None, ""}}
    token = _known.set({**_known.get(), **said})
    try:
        yield
    finally:
        _known.reset(token)
