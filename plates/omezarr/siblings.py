"""Which parts of a store have clearly fewer of their chunks than parts that ought to be alike."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

ENOUGH: Final = 0.9
SCATTER: Final = 3.0


class Siblings:
    """The shares of parts that ought to be alike: one channel of one level in all fields of a plate.

    A part is *below* if its share is less than 0.9 of the median of the others, and further below
    that median than three times the way from it up to the upper quartile; or if nothing of it is
    there at all, while others have something.

    Why so: absent chunks are legal, so no share is wrong by itself, but the fields of a plate are
    written alike. Where a writer leaves out empty chunks (zarr-python 3 does), their shares scatter,
    and only what lies outside of the scatter tells something; it is measured upwards alone, since
    what is missing pulls the lower half down. For the same reason those that have nothing do not
    count as others: an upload that broke off half way leaves most wells without a chunk. The median
    hides a single missing chunk among hundreds; the share tells that.
    """

    def __init__(self, shares: Iterable[float]) -> None:
        self._shares = sorted(share for share in shares if share > 0)

    def median(self, own: float) -> float | None:
        """The median of the others that have something; None without any."""
        number = self._others(own)
        if number == 0:
            return None
        low, high = self._at((number - 1) // 2, own), self._at(number // 2, own)
        return (low + high) / 2

    def is_below(self, own: float) -> bool:
        """Whether a share, one of them, is clearly below the others."""
        median = self.median(own)
        if median is None:
            return False
        upper = self._at(3 * self._others(own) // 4, own)
        least = min(ENOUGH * median, median - SCATTER * (upper - median))
        return own < least or own == 0

    def _others(self, own: float) -> int:
        return len(self._shares) - (own > 0)

    def _at(self, rank: int, own: float) -> float:
        """The share of a rank among the others, the lowest first."""
        skipped = own > 0 and rank >= bisect_left(self._shares, own)
        return self._shares[rank + skipped]
