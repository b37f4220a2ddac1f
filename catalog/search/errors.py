"""Why a query cannot be answered: what is wrong, where, and what could have been meant."""

from catalog.search.queries import Spot


class QueryError(ValueError):
    """A query that cannot be understood; `spot` says where in its text."""

    def __init__(self, message: str, spot: Spot, suggestions: tuple[str, ...] = ()) -> None:
        """Say what is wrong with the text at a spot."""
        super().__init__(message)
        self.message = message
        self.spot = spot
        self.suggestions = suggestions

    @property
    def column(self) -> int:
        """Where it begins, counted from 1 as people count."""
        return self.spot.start + 1

    def __str__(self) -> str:
        """The whole sentence, with the place and what could have been meant."""
        told = f"{self.message} (column {self.column})"
        if self.suggestions:
            told += f" Did you mean {' or '.join(self.suggestions)}?"
        return told


class QueryTooLarge(QueryError):
    """A query beyond what anybody writes by hand."""
