"""A walk through carriers in SQL: where it begins, which way it goes, and how far."""

from typing import Final

from catalog.search.statement import Values


class Walk:
    """Writes what a page is made of: the first carriers from one on, in order.

    `start` is a scope and a carrier, which count themselves in; `backwards` the order is the other
    way round.
    """

    def __init__(
        self, values: Values, *, start: tuple[int, int] | None, backwards: bool, limit: int
    ) -> None:
        self.order: Final = "DESC" if backwards else "ASC"
        self.limit: Final = values.add(limit)
        self._beyond: Final = "<" if backwards else ">"
        self._up_to: Final = ">=" if backwards else "<="
        self._nearest: Final = "max" if backwards else "min"
        self._start: Final = None if start is None else tuple(map(values.add, start))

    def meets(self, scope: str, carrier: str) -> str:
        """The condition on columns of scope and carrier that it comes by the carrier."""
        if self._start is None:
            return "TRUE"
        return f"({scope}, {carrier}) {self._beyond}= ({', '.join(self._start)})"

    def meets_some_of(self, scope: str) -> str:
        """The condition on a column of scopes that it comes by carriers of the scope."""
        return f"{scope} {self._beyond}= {self._start[0]}" if self._start else "TRUE"

    def meets_all_of(self, scope: str) -> str:
        """The condition on a column of scopes that it comes by all carriers of the scope."""
        return f"{scope} {self._beyond} {self._start[0]}" if self._start else "TRUE"

    def ends_behind(self, scope: str, scopes: str) -> str:
        """The condition on a column of scopes that none of what selects scopes lies nearer."""
        nearest = f"(SELECT {self._nearest}(scope) FROM ({scopes}) e)"  # noqa: S608 - a constant
        return f"COALESCE({scope} {self._up_to} {nearest}, TRUE)"
