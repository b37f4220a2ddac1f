"""By what our own tidy export is known again."""

from collections.abc import Sequence
from typing import Final

SUBJECTS: Final = ("platecat", "plate", "well", "image")
"""The first columns: the edition of the export, and what the row is about."""
EDITION: Final = "1"


def is_export(headers: Sequence[str]) -> bool:
    """Whether a table with these headers is one of our own exports."""
    return tuple(headers[: len(SUBJECTS)]) == SUBJECTS
