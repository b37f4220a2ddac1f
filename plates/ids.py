"""Public identifiers: UUIDs that sort by the time they were made."""

import os
import secrets
import threading
import time
import uuid

_COUNTER_BITS = 42
_TAIL_BITS = 32


class _Clock:
    """The last millisecond used and how many ids it gave; RFC 9562 section 6.2, method 1."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.millisecond = 0
        self.counter = 0

    def tick(self) -> tuple[int, int]:
        """A pair (millisecond, counter) greater than every pair before it."""
        now = time.time_ns() // 1_000_000
        with self.lock:
            if now > self.millisecond:
                self._start(now)
            else:  # the same millisecond, or the system clock was set back
                self.counter += 1
                if self.counter >> _COUNTER_BITS:
                    self._start(self.millisecond + 1)
            return self.millisecond, self.counter

    def _start(self, millisecond: int) -> None:
        self.millisecond = millisecond
        # Half of the range stays free, so that counting on within a millisecond has room.
        self.counter = secrets.randbits(_COUNTER_BITS - 1)


_clock = _Clock()


def _restart_clock() -> None:
    # A forked worker would go on counting where its parent is counting too, and could have
    # inherited a lock that nobody will release.
    _clock.__init__()  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_restart_clock)


def uuid7() -> uuid.UUID:
    """A new UUID of version 7, greater than every one made before it in this process.

    48 bits of milliseconds since 1970, 42 bits of counter, 32 random bits. Safe to call from
    many threads. RFC 9562, sections 5.7 and 6.2.
    """
    millisecond, counter = _clock.tick()
    number = (millisecond & ((1 << 48) - 1)) << 80
    number |= 0x7 << 76
    number |= (counter >> 30) << 64
    number |= 0b10 << 62
    number |= (counter & ((1 << 30) - 1)) << _TAIL_BITS
    number |= secrets.randbits(_TAIL_BITS)
    return uuid.UUID(int=number)


def uuid_or_none(text: str) -> uuid.UUID | None:
    """The UUID that a text spells, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
