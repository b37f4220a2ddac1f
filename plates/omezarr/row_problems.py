"""What is wrong with rows of a list or an inventory: told, counted, and the row left out."""

from typing import Final

import msgspec

MAX_PROBLEMS: Final = 100
"""Kept of one list; the rest is only counted."""


class RowProblem(msgspec.Struct, frozen=True, gc=False):
    """One row that was left out, and why.

    `row` is the line of the file where it begins, from 1; in a JSON document the number of the
    member in its list, in Parquet that of the row.
    """

    row: int
    sentence: str


class RowProblems:
    """The problems of one list as they are met."""

    def __init__(self) -> None:
        self.kept: list[RowProblem] = []
        self.count = 0
        self.within = ""
        """The file that is gone through, if a list has several."""

    def add(self, row: int, sentence: str) -> None:
        """Note one."""
        self.count += 1
        if len(self.kept) < MAX_PROBLEMS:
            place = f"In {self.within}: " if self.within else ""
            self.kept.append(RowProblem(row, place + sentence))
