import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.siblings import ENOUGH, SCATTER, Siblings

shares = st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.99, 1.0]), max_size=9)


def below_by_the_book(own: float, others: list[float]) -> bool:
    """The rule as its docstring says it."""
    others = sorted(share for share in others if share > 0)
    if not others:
        return False
    median, upper = statistics.median(others), others[3 * len(others) // 4]
    least = min(ENOUGH * median, median - SCATTER * (upper - median))
    return own < least or own == 0


@given(shares.filter(bool), st.data())
def test_a_share_is_held_against_all_others(known: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(known) - 1))
    own, others = known[place], known[:place] + known[place + 1 :]
    siblings = Siblings(known)
    assert siblings.is_below(own) is below_by_the_book(own, others)
    something = [share for share in others if share > 0]
    assert siblings.median(own) == (statistics.median(something) if something else None)


@pytest.mark.parametrize("known", [[], [0.5], [0.0], [0.0, 0.0], [1.0, 1.0, 0.95]])
def test_a_part_without_others_or_like_them_is_not_below(known: list[float]) -> None:
    siblings = Siblings(known)
    assert not any(siblings.is_below(own) for own in known)


@pytest.mark.parametrize("missing", [1, 5, 9])
def test_those_that_have_nothing_are_below_however_many_they_are(missing: int) -> None:
    siblings = Siblings([0.0] * missing + [1.0] * (10 - missing))
    assert siblings.is_below(0.0)
    assert not siblings.is_below(1.0)


def test_what_scatters_is_below_only_outside_of_the_scatter() -> None:
    known = [0.5, 0.6, 0.7, 0.8, 0.9, 0.05]
    siblings = Siblings(known)
    assert [own for own in known if siblings.is_below(own)] == [0.05]
