"""Python's search for circles of objects, put off where there are none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (50_000, 50, 1_000)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles of garbage much less often meanwhile.

    Rows make very many small objects and no circles; looking through all that is kept over and
    over was an eighth of a dry run.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
