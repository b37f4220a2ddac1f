"""Conditions on one treatment: which of them are read at once."""

from catalog.search.groups import NEAR, is_near
from catalog.search.meanings import HasQuantity, HasTerm, Range


def term(weight: int, *, terms: int = 1, is_weighed: bool = True) -> HasTerm:
    return HasTerm(tuple(range(terms)), is_treatment=True, weight=weight, is_weighed=is_weighed)


def test_terms_are_read_at_once_where_they_are_fewer_than_the_look_ups() -> None:
    assert is_near(term(10 * NEAR), term(10))
    assert not is_near(term(10 * NEAR + 1), term(10))
    assert is_near(term(80 * NEAR, terms=8), term(10))
    assert not is_near(term(90 * NEAR, terms=9), term(10)), "many are looked for together"


def test_what_was_guessed_and_what_is_no_term_is_looked_for() -> None:
    assert not is_near(term(1, is_weighed=False), term(10))
    assert not is_near(HasQuantity(1, "M", Range(), weight=1), term(10))
