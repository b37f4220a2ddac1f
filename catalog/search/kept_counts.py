"""What is kept of terms by scope, for statements that sum it."""

from collections.abc import Sized
from typing import Final

FEW_SCOPES: Final = 30
"""What is kept of a term is read whole, rather than looked for in more scopes than a few."""


def scope_read(scopes: Sized) -> str:
    """The column of scopes as a condition of what is kept, `s`, is put: with an index or without."""
    return "s.scope" if len(scopes) <= FEW_SCOPES else "s.scope + 0"
