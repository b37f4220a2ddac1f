"""Which values of a key are likely one."""

import time
import tracemalloc
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.near_duplicates import Likeness, bare, is_typo, near_duplicates


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["Pass", "pass", "TRUE"], Likeness.MEANING),
        (["Pass", "pass", "PASS "], Likeness.SPELLING),
        (["MCF7", "MCF-7", "mcf 7"], Likeness.SPELLING),
        (["U2OS", "U-2 OS", "U2-OS"], Likeness.SPELLING),
        (["paclitaxel", "paclitaxl"], Likeness.TYPO),
        (["Homo sapiens", "Homo sapeins"], Likeness.TYPO),
        (["negative control", "negtive control"], Likeness.TYPO),
        (["Staurosporine", "Staurosporin", "staurosporine"], Likeness.TYPO),
    ],
)
def test_what_is_likely_one(values: list[str], why: Likeness) -> None:
    (found,) = near_duplicates(dict.fromkeys([*values, "something else"], 1))
    assert set(found.values) == set(values)
    assert found.why is why


@pytest.mark.parametrize(
    "values",
    [
        ["1.5 uM", "15 uM"],
        ["siRNA 1", "siRNA 2"],
        ["CD4+", "CD4-"],
        ["-5", "5"],
        ["+dox", "-dox"],
        ["CLCNKA", "CLCNKB"],
        ["plate A", "plate B"],
        ["HeLa", "HeLo"],
        ["compound 10", "compound 11"],
        ["2-3", "23"],
    ],
)
def test_what_differs_for_good(values: list[str]) -> None:
    assert near_duplicates(dict.fromkeys(values, 1)) == []


def test_the_commonest_comes_first() -> None:
    found = near_duplicates({"mcf7": 3, "MCF7": 90, "MCF-7": 8, "hela": 1, "HeLa": 2})
    assert [one.values for one in found] == [("MCF7", "MCF-7", "mcf7"), ("HeLa", "hela")]


WORDS = st.text("abc", min_size=5, max_size=8)


@given(WORDS, WORDS)
def test_one_letter_is_one_edit(one: str, other: str) -> None:
    assert is_typo(one, other) == (other in edits(one))


def edits(word: str) -> set[str]:
    """All words at one edit, as plainly as can be."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    found |= {a + letter + b[1:] for a, b in cuts if b for letter in "abc"}
    found |= {a + letter + b for a, b in cuts for letter in "abc"}
    return found - {word}


@given(st.lists(st.text("abc -+", min_size=1, max_size=9), unique=True, max_size=8))
def test_pairs_are_those_that_a_loop_over_all_finds(values: list[str]) -> None:
    """Within groups each value is tied to another by a pair, and across groups there is none."""
    group = {text: text for text in values}
    for number, found in enumerate(near_duplicates(dict.fromkeys(values, 1))):
        group |= dict.fromkeys(found.values, f"group {number}")
    for one, other in combinations(values, 2):
        if bare(one) == bare(other):
            assert group[one] == group[other]
        long = min(len(one), len(other)) >= 6 and (one + other).isalpha()
        if long and is_typo(one, other):
            assert group[one] == group[other]


def test_a_hundred_thousand_values_take_seconds() -> None:
    values = {f"reagent {number:06} of library{number % 977}": 1 for number in range(50_000)}
    values |= {
        f"substance{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]} {n}": 1 for n in range(50_000)
    }
    begun = time.process_time()
    near_duplicates(values)
    assert time.process_time() - begun < 30


def test_typos_are_looked_for_in_the_commonest_values_until_enough_letters_were_seen() -> None:
    values = {"paclitaxel": 9, "paclitaxl": 8, "etoposide": 2, "etopside": 1}
    assert len(near_duplicates(values)) == 2
    (found,) = near_duplicates(values, letters=19)
    assert found.values == ("paclitaxel", "paclitaxl")


def test_memory_is_bounded_however_long_the_words_are() -> None:
    ends = ["".join(letters) for letters in product("abcdefghij", repeat=4)]
    values = {" ".join(f"{end}{number}ongoing" for number in "klmnopq"): 1 for end in ends}
    tracemalloc.start()
    near_duplicates(values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 250_000_000
