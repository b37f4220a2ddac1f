import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.controls import CONTROL_WORDS, Control, control_of
from plates.platemaps.formats import Format
from plates.platemaps.spelling import folded


@pytest.mark.parametrize(
    ("word", "control"),
    [
        ("negative control", Control.NEGATIVE),
        ("Negative", Control.NEGATIVE),
        ("negcon", Control.NEGATIVE),
        ("DMSO-CTR", Control.NEGATIVE),
        ("vehicle", Control.NEGATIVE),
        ("non-targeting", Control.NEGATIVE),
        ("poscon", Control.POSITIVE),
        ("poscon_cp", Control.POSITIVE),
        ("poscon_diverse", Control.POSITIVE),
        ("technical control", Control.TECHNICAL),
        ("no reagent", Control.NO_TREATMENT),
        ("Untreated", Control.NO_TREATMENT),
        ("empty well", Control.NO_CELLS),
        ("No cells", Control.NO_CELLS),
        ("trt", Control.TREATED),
    ],
)
def test_a_word_has_one_meaning(word: str, control: Control) -> None:
    assert control_of(word) is control


@pytest.mark.parametrize("word", ["empty", "blank", "control", "wild type", "", "sham"])
def test_a_word_that_could_mean_several_things_stays_as_it_is(word: str) -> None:
    assert control_of(word) is None


def test_empty_means_no_treatment_in_jump_and_nothing_sure_elsewhere() -> None:
    assert control_of("empty", form=Format.JUMP_TABLE) is Control.NO_TREATMENT
    assert control_of("empty", form=Format.JUMP_PLATEMAP) is Control.NO_TREATMENT
    assert control_of("empty", form=Format.TABLE) is None


def test_a_comment_settles_what_the_word_leaves_open() -> None:
    assert control_of("empty", comment="well with water only") is Control.NO_CELLS
    assert control_of("empty", comment="no treatment") is Control.NO_TREATMENT
    assert control_of("control", comment="mock transfection") is Control.NEGATIVE
    assert control_of("empty well", comment="cells only") is Control.NO_TREATMENT


def test_a_comment_changes_no_word_that_is_plain() -> None:
    assert control_of("positive control", comment="mock transfection") is Control.POSITIVE
    assert control_of("negative control", comment="cells and lipofectamine") is Control.NEGATIVE


def test_no_word_means_two_things_and_all_are_folded() -> None:
    words = [word for words in CONTROL_WORDS.values() for word in words]
    assert len(words) == len(set(words))
    assert [word for word in words if folded(word) != word] == []


@pytest.mark.parametrize("control", list(Control))
def test_what_the_vocabulary_says_means_itself(control: Control) -> None:
    assert control_of(control.value) is control


@given(st.text(max_size=50), st.text(max_size=50))
def test_any_word_means_something_or_nothing(word: str, comment: str) -> None:
    assert control_of(word, comment=comment) in {None, *Control}
