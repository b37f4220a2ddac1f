"""How often somebody may ask: counted in the cache that all processes share."""

import logging
import time
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest
from redis.exceptions import RedisError

from catalog.callers import address_of
from catalog.errors import TooOften
from catalog.models import Token
from catalog.rates import Rate
from catalog.words import Pace

log = logging.getLogger(__name__)

_SILENCE_S: Final = 5.0


class _Silence:
    """Until when nobody counts, by the monotonic clock: the cache does not answer."""

    until = 0.0


_silence = _Silence()


def refuse_if_too_often(request: HttpRequest, pace: Pace, *, token: Token | None = None) -> None:
    """Count a request; TooOften for a token, person or address that asks beyond the rate.

    A cache that is away counts nothing: that somebody asks often is no reason to answer nobody.
    """
    rate: Rate | None = settings.RATES[pace]
    now = time.time()
    if rate is None or time.monotonic() < _silence.until:
        return
    window = int(now // rate.seconds)
    try:
        count = _counted(f"pace:{pace}:{caller_of(request, token)}:{window}", rate.seconds)
    except (RedisError, DatabaseError) as error:
        _silence.until = time.monotonic() + _SILENCE_S
        log.warning("requests are not counted: the cache does not answer (%s)", error)
        return
    if count > rate.number:
        raise TooOften((window + 1) * rate.seconds - now)


def caller_of(request: HttpRequest, token: Token | None) -> str:
    """Under what a request is counted: its token, who is signed in, or the address it comes from."""
    if token is not None:
        return f"token:{token.id}"
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    return f"address:{address_of(request) or 'unknown'}"


def _counted(key: str, seconds: int) -> int:
    if cache.add(key, 1, timeout=seconds + 1):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        # It went between the two: the window is over.
        return 1
