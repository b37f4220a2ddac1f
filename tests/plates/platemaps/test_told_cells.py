from collections import defaultdict
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.told_cells import SaidOf, cells_of, most_treatments


class Term(NamedTuple):
    key: int
    group: int
    term: int


# Keys 0 and 1 are of treatments; each term is of one key.
_terms = st.builds(
    lambda key, group, number: Term(key, group if key < 2 else 0, key * 10 + number),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 2),
)
_rows = st.lists(
    st.tuples(st.integers(0, 3), st.lists(_terms, max_size=5)), min_size=1, max_size=8
).map(lambda rows: sorted(rows, key=lambda row: row[0]))

Rows = list[tuple[int, list[Term]]]


def said(rows: Rows) -> SaidOf:
    told = [(number, term) for number, (_, terms) in enumerate(rows) for term in terms]
    return SaidOf(
        np.array([subject for subject, _ in rows]),
        np.array([number for number, _ in told], dtype=np.int64),
        np.array([term.key for _, term in told], dtype=np.int64),
        np.array([term.group for _, term in told], dtype=np.int64),
        np.array([term.key < 2 for _, term in told], dtype=np.bool_),
        np.array([term.term for _, term in told], dtype=np.int64),
    )


def plainly(rows: Rows) -> tuple[dict[tuple[int, int], dict[int, set[int]]], int]:
    """The cells, worked out row by row."""
    cells: dict[tuple[int, int], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    treatments: dict[int, list[frozenset[int]]] = defaultdict(list)
    for subject, terms in rows:
        whole = frozenset({term.term for term in terms if term.key < 2 and not term.group})
        groups = sorted({term.group for term in terms if term.key < 2 and term.group})
        told = [
            whole.union({term.term for term in terms if term.key < 2 and term.group == group})
            for group in groups
        ]
        for treatment in told or [whole] * bool(whole):
            if treatment not in treatments[subject]:
                treatments[subject].append(treatment)
        for term in terms:
            if term.key >= 2:
                cells[term.key, 0][subject].add(term.term)
    for subject, turns in treatments.items():
        for turn, treatment in enumerate(turns):
            for one in treatment:
                cells[one // 10, turn][subject].add(one)
    return cells, max(map(len, treatments.values()), default=0)


@given(_rows)
def test_every_term_stands_in_the_column_of_its_key_and_treatment_once(rows: Rows) -> None:
    found = cells_of(said(rows))
    expected, most = plainly(rows)
    told: dict[tuple[int, int], dict[int, set[int]]] = {}
    for column, cells in found.items():
        assert (np.diff(cells.subjects) >= 0).all()
        there = told.setdefault((column.key, column.turn), defaultdict(set))
        for subject, term in zip(cells.subjects.tolist(), cells.terms.tolist(), strict=True):
            assert term not in there[subject]
            there[subject].add(term)
    assert told == {column: dict(cells) for column, cells in expected.items()}
    assert most_treatments(said(rows)) == most


def test_values_of_one_cell_keep_the_order_in_which_they_were_said() -> None:
    found = cells_of(said([(0, [Term(2, 0, 22)]), (0, [Term(2, 0, 20), Term(2, 0, 22)])]))
    assert found[2, 0].terms.tolist() == [22, 20]  # type: ignore[index]


def test_treatments_come_in_the_order_in_which_they_were_applied() -> None:
    rows = [(0, [Term(0, 2, 2), Term(0, 1, 1)]), (0, [Term(0, 0, 0)]), (0, [Term(0, 1, 1)])]
    found = cells_of(said(rows))
    assert [found[0, turn].terms.tolist() for turn in range(3)] == [[1], [2], [0]]  # type: ignore[index]
