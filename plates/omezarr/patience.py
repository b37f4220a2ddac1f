"""How often a storage is asked again that fails for a moment, and how long it is left alone before."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from plates.omezarr.errors import StoreUnreachable

_FIRST_S: Final = 0.25
_LONGEST_S: Final = 8.0
_LONGEST_ASKED_S: Final = 30.0
"""A storage that wants to be left alone for longer is given up for now."""

Answer = TypeVar("Answer")


async def ask_again(
    ask: Callable[[], Awaitable[Answer]], error: StoreUnreachable, *, retries: int
) -> Answer:
    """What a request brings that failed once, asked again after pauses; StoreUnreachable at last.

    A pause is doubled each time and spread, or as long as the storage asked for.
    """
    for attempt in range(retries):
        if error.after_s > _LONGEST_ASKED_S:
            break
        await asyncio.sleep(pause_s(attempt, asked_s=error.after_s))
        try:
            return await ask()
        except StoreUnreachable as once_more:
            error = once_more
    raise error


async def persistently(ask: Callable[[], Awaitable[Answer]], *, retries: int) -> Answer:
    """What a request brings, asked again after pauses; StoreUnreachable if it fails every time."""
    try:
        return await ask()
    except StoreUnreachable as error:
        return await ask_again(ask, error, retries=retries)


def pause_s(attempt: int, *, asked_s: float = 0.0) -> float:
    """Seconds to wait before asking again, the first time for attempt 0.

    Spread, so that requests which failed together do not come again together.
    """
    longest = min(_LONGEST_S, _FIRST_S * 2**attempt)
    if asked_s > 0:
        return asked_s + random.uniform(0, longest)  # noqa: S311 - spreads load, hides nothing
    return random.uniform(longest / 2, longest)  # noqa: S311
