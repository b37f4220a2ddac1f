from enum import StrEnum


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """A table of words as Django's choices: stored value and what a person reads."""
    return [(word.value, word.value or "not known yet") for word in words]
