"""The language of shapes: types, bounds, lists, twins, memory, and what is told."""

from typing import Any

import pytest

from plates.omezarr.remembered import Remembered
from plates.omezarr.series import Contains, Different, Series
from plates.omezarr.shapes import (
    Anything,
    Both,
    Choice,
    Exactly,
    Flag,
    Looking,
    Number,
    Place,
    Record,
    Shape,
    Text,
    Under,
    canonical,
    fits,
    mismatches,
    name_of,
)
from plates.omezarr.structure.should import Should


def messages(shape: Shape, value: Any) -> list[str]:
    return [one.fault.message for one in mismatches(shape, value, rule="R")]


@pytest.mark.parametrize("value", [0, 1, -7, 1.0, -0.0, 1e300, 10**400])
def test_a_whole_number_may_be_written_with_a_point(value: float) -> None:
    assert fits(Number(whole=True), value)


@pytest.mark.parametrize("value", [True, False, "1", None, [], {}])
def test_what_only_looks_like_a_number_is_none(value: Any) -> None:
    assert not fits(Number(), value)
    assert not fits(Number(whole=True), value)


def test_a_fraction_is_no_whole_number() -> None:
    assert not fits(Number(whole=True), 1.5)
    assert not fits(Number(whole=True), float("inf"))
    assert not fits(Number(whole=True), float("nan"))


def test_a_number_keeps_its_bounds() -> None:
    assert [n for n in range(5) if fits(Number(least=1, most=3), n)] == [1, 2, 3]
    assert [n for n in range(5) if fits(Number(above=1), n)] == [2, 3, 4]
    assert [n for n in (2, 3, 3.0, True) if fits(Number(one_of=(3,)), n)] == [3, 3.0]


def test_a_number_is_described_in_words() -> None:
    assert Number().described() == "a number"
    assert Number(whole=True, least=0, most=255).described() == (
        "a whole number of at least 0 and of at most 255"
    )
    assert Number(one_of=(3,)).described() == "3"


def test_only_true_and_false_are_flags() -> None:
    assert fits(Flag(), value=True)
    assert messages(Record({"active": Flag()}), {"active": 1}) == [
        "`active` has to be true or false."
    ]


def test_a_text_that_may_not_be_empty_says_so() -> None:
    assert messages(Text(filled=True), "") == ["The document has to be text that is not empty."]
    assert fits(Text(), "")


def test_every_mismatch_of_an_object_is_told_with_its_place() -> None:
    shape = Record({"a~/b": Text(), "n": Series(Number())}, required=("id",))
    found = mismatches(shape, {"a~/b": 1, "n": [0, "x"]}, rule="R")
    assert [one.fault.pointer for one in found] == ["", "/a~0~1b", "/n/1"]
    assert [one.fault.found for one in found] == ["nothing", "1", '"x"']
    assert {one.rule for one in found} == {"R"}


def test_a_place_has_a_name_that_a_writer_knows() -> None:
    assert name_of(()) == "The document"
    assert name_of((((), "wells"), 3)) == "`wells[3]`"
    assert name_of(((((), "affine"), 1), 0)) == "`affine[1][0]`"
    assert name_of(((), 2)) == "Member [2]"


def test_a_closed_object_has_no_other_keys() -> None:
    shape = Record({"name": Text(), "path": Text()}, closed=True)
    assert fits(shape, {"name": "a"})
    assert messages(shape, {"name": "a", "id": 1}) == [
        "The document may have no other keys than `name` and `path`."
    ]


def test_one_of_several_keys_will_do() -> None:
    shape = Record({}, either=("a", "b"))
    assert fits(shape, {"b": None})
    assert messages(shape, {"c": 1}) == ["The document has to have `a` or `b`."]


def test_a_loose_object_passes_over_what_is_none() -> None:
    assert fits(Record({"a": Text()}, required=("a",), loose=True), [1])
    assert not fits(Record({"a": Text()}, required=("a",), loose=True), {})


def test_what_should_be_there_is_looked_for_in_objects_alone() -> None:
    shape = Should(("name",), {"runs": Should(("id",))})
    assert messages(shape, {"name": 1, "runs": [{"id": 1}, 3, {}]}) == [
        "`runs[2]` should have the key `id`."
    ]
    assert fits(shape, None)
    assert fits(shape, {"name": 1, "runs": 5})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1], "The document has to have at least 2 members, but has 1."),
        ([1] * 4, "The document has to have at most 3 members, but has 4."),
        ({}, "The document has to be a list."),
    ],
)
def test_a_list_keeps_its_length(value: Any, message: str) -> None:
    assert messages(Series(Number(), least=2, most=3), value) == [message]


def test_a_list_of_one_length_says_so() -> None:
    assert messages(Series(least=4, most=4), []) == [
        "The document has to have 4 members, but has 0."
    ]


def test_a_list_as_a_whole_is_looked_at_when_its_members_fit() -> None:
    ones = Contains(lambda member: member == 1, "one", "ones", least=1, most=1)
    shape = Series(Number(), whole=(Under("ONE", ones),))
    assert [one.rule for one in mismatches(shape, [2], rule="R")] == ["ONE"]
    assert [one.rule for one in mismatches(shape, [1, 1], rule="R")] == ["ONE"]
    assert [one.rule for one in mismatches(shape, ["1"], rule="R")] == ["R"]
    assert fits(shape, [0, 1])


def test_the_rule_is_again_the_former_after_one_of_its_own() -> None:
    shape = Record({"a": Under("OWN", Text()), "b": Text()})
    found = mismatches(shape, {"a": 1, "b": 1}, rule="R")
    assert [one.rule for one in found] == ["OWN", "R"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, 1.0),
        (0, -0.0),
        ({"a": 1, "b": [1]}, {"b": [1.0], "a": 1}),
        (10**30, 10**30),
        (2**53, float(2**53)),
    ],
)
def test_equal_values_are_twins(one: Any, two: Any) -> None:
    assert canonical(one) == canonical(two)
    assert messages(Series(unique=True), [one, 7, two])
    assert messages(Different(), [one, 7, two])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, True),
        (0, False),
        (1, "1"),
        ("1n", 1),
        ("1s", "1"),
        (None, False),
        ([1], [[1]]),
        ({"a": None}, {}),
        (1.5, "1.5"),
        (2**53 + 1, float(2**53)),
    ],
)
def test_values_that_only_look_alike_are_no_twins(one: Any, two: Any) -> None:
    assert canonical(one) != canonical(two)
    assert fits(Series(unique=True), [one, two])


def test_the_key_that_tells_members_apart_changes_no_verdict() -> None:
    shape = Series(unique=True, by="path")
    assert fits(shape, [{"path": "a"}, {"path": "b"}])
    assert fits(shape, [{"path": "a"}, {"path": "a", "n": 1}])
    assert fits(shape, [{"path": 1}, {"path": True}, {}, None])
    assert not fits(shape, [{"path": "a"}, {"path": "b"}, {"path": "a"}])
    assert not fits(shape, [{}, {}])


def test_one_shape_alone_has_to_fit_where_one_is_asked() -> None:
    shape = Exactly((Record(required=("a",)), Record(required=("b",))), "have a or b")
    assert fits(shape, {"a": 1})
    assert messages(shape, {"a": 1, "b": 1}) == ["The document has to have a or b."]
    assert messages(shape, {}) == ["The document has to have a or b."]


def test_all_of_several_shapes_have_to_fit() -> None:
    assert len(messages(Both((Text(), Number(), Anything())), [])) == 2


def test_a_shape_may_be_chosen_by_the_value() -> None:
    shape = Choice(lambda value: Text() if isinstance(value, str) else Number(least=1))
    assert fits(shape, "a")
    assert messages(shape, 0) == ["The document has to be a number of at least 1."]


class Counting:
    """A shape that counts how often it is asked."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.asked = 0

    def look(self, value: Any, at: Place, looking: Looking) -> None:
        self.asked += 1
        self.shape.look(value, at, looking)


def test_what_fitted_once_is_not_looked_at_again() -> None:
    counting = Counting(Number())
    shape = Remembered(counting)
    assert all(fits(shape, 1) for _ in range(5))
    assert counting.asked == 1


def test_what_did_not_fit_is_told_each_time() -> None:
    shape = Remembered(Under("OWN", Number()))
    for _ in range(3):
        assert [one.rule for one in mismatches(shape, "1", rule="R")] == ["OWN"]


def test_memory_knows_1_from_true() -> None:
    shape = Remembered(Number())
    assert fits(shape, 1)
    assert not fits(shape, value=True)


def test_memory_does_not_grow_without_end() -> None:
    shape = Remembered(Anything())
    for number in range(10_000):
        fits(shape, number)
    fits(shape, "x" * 100_000)
    assert len(shape.fitting) <= 2_048
    assert max(map(len, shape.fitting)) < 100_000


def test_memory_takes_what_it_cannot_write_down() -> None:
    assert fits(Remembered(Number()), 10**30)
    assert not fits(Remembered(Text()), 10**30)


def test_nesting_without_end_is_told_and_not_raised() -> None:
    nested: Any = []
    for _ in range(5_000):
        nested = [nested]
    list_of_lists = Choice(lambda _: list_of_lists_again)
    list_of_lists_again = Series(list_of_lists)
    assert messages(list_of_lists_again, nested) == [
        "The document is nested too deeply to be understood."
    ]
    assert messages(Series(unique=True), [nested, nested]) == [
        "The document is nested too deeply to be understood."
    ]
