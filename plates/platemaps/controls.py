"""The words by which controls are called, in one vocabulary.

A well without treatment and a well without cells are told apart: both are called `empty`, and
which one is meant stands in the format or in the comment beside it, or is not known.
"""

from enum import StrEnum

from plates.platemaps.formats import Format
from plates.platemaps.spelling import folded


class Control(StrEnum):
    """What a well is for."""

    NEGATIVE = "negative control"
    POSITIVE = "positive control"
    TECHNICAL = "technical control"
    NO_TREATMENT = "no treatment"
    """Cells, and nothing done to them."""
    NO_CELLS = "no cells"
    TREATED = "treated"


CONTROL_WORDS = {
    Control.NEGATIVE: (
        "negative control", "negative", "neg", "neg control", "neg ctrl", "neg con", "negcon",
        "negctrl", "nc", "ntc", "vehicle", "vehicle control", "dmso", "dmso control", "dmso ctr",
        "dmso ctrl", "solvent", "solvent control", "mock", "mock transfection", "mock control",
        "scramble", "scrambled", "scrambled control", "non targeting", "nontargeting",
        "non targeting control", "nontargeting control", "non silencing", "non silencing control",
        "safe targeting", "ctl vehicle", "ctl vector", "empty vector", "no site",
        "one intergenic site",
    ),
    Control.POSITIVE: (
        "positive control", "positive", "pos", "pos control", "pos ctrl", "pos con", "poscon",
        "posctrl", "pc", "poscon cp", "poscon diverse", "poscon orf", "reference compound",
        "killing control",
    ),
    Control.TECHNICAL: (
        "technical control", "technical", "transfection control", "staining control",
        "dark control",
    ),
    Control.NO_TREATMENT: (
        "no treatment", "untreated", "untreated control", "not treated", "non treated",
        "no reagent", "no compound", "no drug", "no sirna", "no guide", "no virus",
        "no transfection", "untransfected", "non transfected", "uninfected", "untransduced",
        "cells only", "only cells", "ctl untrt", "no perturbation", "empty no treatment",
    ),
    Control.NO_CELLS: (
        "no cells", "no cell", "empty well", "cell free", "without cells", "empty no cells",
        "well with water only", "water only", "no cells control",
    ),
    Control.TREATED: (
        "treated", "trt", "treatment", "test", "test compound", "sample", "experimental",
        "trt cp", "trt sh", "trt oe", "trt xpr",
    ),
}  # fmt: skip
"""What each word of the vocabulary is called, as spelling.folded has it."""

_MEANINGS = {word: control for control, words in CONTROL_WORDS.items() for word in words}
_OPEN = frozenset({"empty", "blank", "control", "ctrl", "ctr", "empty well"})
"""Words whose meaning a comment beside them may settle."""
_UNTREATED_IF_EMPTY = frozenset({Format.JUMP_PLATEMAP, Format.JUMP_TABLE})


def control_of(word: str, *, comment: str = "", form: Format | None = None) -> Control | None:
    """What a word of a column of controls means, None if that is not known for sure.

    `comment` is what the row says of its control; it counts where it is a word of the vocabulary
    itself, and the word alone could mean several things. In `form`, the format of the file,
    `empty` may have a meaning of its own.
    """
    plain = folded(word)
    if plain in _OPEN:
        explained = _MEANINGS.get(folded(comment))
        if explained is not None:
            return explained
    if plain == "empty" and form in _UNTREATED_IF_EMPTY:
        return Control.NO_TREATMENT
    return _MEANINGS.get(plain)
