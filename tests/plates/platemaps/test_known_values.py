"""Values are known by their identity or their text, and rows that say the same are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps import known_values
from plates.platemaps.known_values import KnownValue, KnownValues, said_by
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Place
from plates.platemaps.values import Value

COLUMNS = [
    ColumnMapping(Place(0, 0), "word", ColumnKind.TERM, "word"),
    ColumnMapping(Place(0, 1), "dose", ColumnKind.QUANTITY, "dose"),
]
values = st.builds(
    Value,
    text=st.sampled_from(["a", "b", "1 uM", "a\0"]),
    curie=st.sampled_from(["", "X:1"]),
    number=st.sampled_from([None, 1.0, float("inf")]),
    unit=st.sampled_from(["", "mol/L"]),
)
rows = st.lists(st.tuples(st.integers(0, 1), values), max_size=4).map(tuple)


def row(*pairs: tuple[int, Value]) -> LongRow:
    return LongRow((1,), "", ("A1",), pairs)


@given(st.lists(rows, max_size=20), st.integers(1, 4))
def test_rows_say_the_same_only_if_all_their_values_are_kept_alike(
    told: list[tuple[tuple[int, Value], ...]], room: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_values, "_MOST_REMEMBERED", room)
        learnt: list[KnownValue] = []
        known = KnownValues(COLUMNS, learnt.append)
        said: dict[bytes, list[tuple[int, Value]]] = {}
        for pairs in told:
            shape, found = known.of(row(*pairs))
            kept = [(one.column, one.kept) for one in found]
            assert [column for column, _ in kept] == [column for column, _ in pairs]
            assert [one.text for _, one in kept] == [
                value.text.replace("\0", "\ufffd") for _, value in pairs
            ]
            assert said.setdefault(said_by(row(*pairs), shape, found), kept) == kept
        assert len(set(map(repr, said.values()))) == len(said)


def test_only_quantities_keep_numbers_and_none_without_end() -> None:
    learnt: list[KnownValue] = []
    known = KnownValues(COLUMNS, learnt.append)
    dose = Value("1 uM", number=1e-6, unit="mol/L")
    known.of(row((0, dose), (1, dose), (1, Value("much", number=float("nan"), unit="g"))))
    assert [one.kept.number for one in learnt] == [None, 1e-6, None]
    assert [one.kept.unit for one in learnt] == ["", "mol/L", ""]


def test_a_value_is_learnt_once_whether_it_comes_as_the_same_object_or_an_equal_one() -> None:
    learnt: list[KnownValue] = []
    known = KnownValues(COLUMNS, learnt.append)
    pair = (0, Value("a"))
    for again in (pair, pair, (0, Value("a")), pair):
        known.of(row(again))
    assert len(learnt) == 1
    known.of(row((0, Value("a", curie="X:1"))))
    assert len(learnt) == 2
