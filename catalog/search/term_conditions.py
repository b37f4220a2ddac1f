"""Conditions on the rows of plates_term in SQL: which terms a query speaks of."""

from collections.abc import Iterable
from typing import Final

from catalog.search.meanings import Range
from catalog.search.number_conditions import within_range
from catalog.search.statement import Values

AS_NUMBER: Final = r"(CASE WHEN text ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$' THEN text::float8 END)"
"""A term's text as a number, NULL where it is none."""


def is_one_of(values: Values, key: int, folded: Iterable[str], curie: str = "") -> str:
    """Terms of a key with one of some texts, or with an ontology id."""
    texts = values.add(sorted(folded))
    named = f" OR curie = {values.add(curie)}" if curie else ""
    return f"key_id = {values.add(key)} AND (folded = ANY({texts}){named})"


def begins(values: Values, key: int, beginning: str) -> str:
    """Terms of a key that begin so."""
    told = values.add(f"{like(beginning)}%")
    return f"key_id = {values.add(key)} AND folded LIKE {told}"


def has_word(values: Values, word: str, *, is_whole: bool) -> str:
    """Terms of any key with words that are so, or begin so."""
    told = like(word)
    patterns = [f"{told}%", f"% {told}%"]
    if is_whole:
        patterns = [told, f"{told} %", f"% {told}", f"% {told} %"]
    either = " OR ".join(f"folded LIKE {values.add(pattern)}" for pattern in patterns)
    return f"({either})"


def has_number(values: Values, key: int, unit: str, wanted: Range) -> str:
    """Terms of a key whose number in a unit lies in a range."""
    within = within_range(values, "number", wanted)
    return f"key_id = {values.add(key)} AND unit = {values.add(unit)} AND {within}"


def is_seen(values: Values, scopes: list[int]) -> str:
    """Terms that anything in some scopes has."""
    return (
        "EXISTS (SELECT FROM plates_termscope s WHERE s.term_id = plates_term.serial "
        f"AND s.scope = ANY({values.add(scopes)}))"
    )


def like(text: str) -> str:
    """A text that LIKE takes letter by letter."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
