"""What is said of some subjects as cells of a table: a column for each key and each treatment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from plates.platemaps.layers import Integers, Truths, in_groups

NO_COLUMN: Final = -1
"""Stands for a column of a plate map that is left out."""


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What rows of plate maps say of subjects, row after row in the order in which it was applied."""

    subjects: Integers
    """Of each row, numbered from 0; never falling."""
    rows: Integers
    """Of each term, the row that says it; never falling."""
    keys: Integers
    """Of each term, its key, numbered from 0."""
    groups: Integers
    """Of each term, the number of its column's header; 0 belongs to all of its row."""
    treats: Truths
    """Of each term, whether its key belongs to the family of treatments."""
    terms: Integers


class CellColumn(NamedTuple):
    """A key, and which treatment of a subject it tells of, from 0."""

    key: int
    turn: int


class Cells(NamedTuple):
    """The terms in a column, subject after subject; a subject with several values has several."""

    subjects: Integers
    terms: Integers


def cells_of(said: SaidOf) -> Mapping[CellColumn, Cells]:
    """The columns that have any term, with their cells.

    A value that is said of a subject twice is there once, and so is a treatment. The treatments of
    a subject come in the order in which they were applied, those of one row by their headers.
    """
    others = ~said.treats
    cells = {
        CellColumn(key, 0): there
        for key, there in _by_key(
            said.subjects[said.rows[others]], said.keys[others], said.terms[others]
        )
    }
    if said.treats.any():
        told = _treatments(said)
        for turn in range(int(told.turns.max()) + 1):
            its = told.turns == turn
            columns = _by_key(told.subjects[its], told.keys[its], told.terms[its])
            cells |= {CellColumn(key, turn): there for key, there in columns}
    return cells


def most_treatments(said: SaidOf) -> int:
    """How many treatments the subject has that has most."""
    return int(_treatments(said).turns.max()) + 1 if said.treats.any() else 0


def _by_key(subjects: Integers, keys: Integers, terms: Integers) -> Iterator[tuple[int, Cells]]:
    # Sorting small integers is counting them: many times faster than sorting large ones.
    order = np.argsort(keys.astype(np.int16), kind="stable")
    in_order = keys[order]
    cuts = np.flatnonzero(np.diff(in_order)) + 1
    for places in np.split(order, cuts):
        if len(places):
            yield int(keys[places[0]]), _distinct(subjects[places], terms[places])


def _distinct(subjects: Integers, terms: Integers) -> Cells:
    """Cells in the order of their subjects, each value of a subject once."""
    if not (np.diff(subjects) > 0).all():
        order = np.argsort(subjects, kind="stable")
        subjects, terms = subjects[order], terms[order]
        span = int(terms.max()) + 1
        _, first = np.unique(subjects * span + terms, return_index=True)
        kept = np.sort(first)
        subjects, terms = subjects[kept], terms[kept]
    return Cells(subjects, terms)


class _Treated(NamedTuple):
    """The terms of treatments, each with the how many-th treatment of its subject it belongs to."""

    subjects: Integers
    keys: Integers
    turns: Integers
    terms: Integers


def _treatments(said: SaidOf) -> _Treated:
    treats = said.treats
    rows, numbers, terms, keys = in_groups(
        said.rows[treats],
        said.groups[treats],
        said.terms[treats],
        said.keys[treats],
        len(said.subjects),
    )
    span = int(numbers.max()) + 1
    treatments, which = np.unique(rows * span + numbers, return_inverse=True)
    subjects = said.subjects[treatments // span]
    if (np.diff(subjects) > 0).all():
        return _Treated(subjects[which], keys, np.zeros_like(which), terms)
    return _Treated(subjects[which], keys, _turns(subjects, which, terms)[which], terms)


def _turns(subjects: Integers, which: Integers, terms: Integers) -> Integers:
    """Of each treatment the how many-th of its subject it is; NO_COLUMN if it was said before."""
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], np.arange(len(subjects)))
    contents = np.split(terms[order], starts[1:])
    turns = np.zeros(len(subjects), dtype=np.int64)
    seen: dict[frozenset[int], int] = {}
    at = NO_COLUMN
    for number, subject in enumerate(subjects.tolist()):
        if subject != at:
            at, seen = subject, {}
        content = frozenset(contents[number].tolist())
        if content in seen:
            turns[number] = NO_COLUMN
        else:
            turns[number] = seen[content] = len(seen)
    return turns
