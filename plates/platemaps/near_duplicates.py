"""Values of one key that are likely one, written in several ways."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_VALUES: Final = 100_000
"""Of a key with more, the commonest are compared."""
_SHORTEST: Final = 6
_LONGEST: Final = 40
"""Words in which one wrong letter is taken for a typo have so many letters."""
_MOST_WORDS: Final = 8
_MOST_ALIKE: Final = 12
"""Of more words that are the same but for one letter each is a name of its own."""
MOST_LETTERS: Final = 400_000
"""So many letters of words are looked at for typos: each is remembered, at 350 bytes."""

_SIGN: Final = re.compile(r"(?<!\w)[+-](?=\w)|[+-](?!\w)|\+")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9])[^\w]+(?=[0-9])")
_NOTHING: Final = re.compile(r"[^\w\x00-\x1f]+|_+")
_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")
_KEPT: Final = {"+": "\x01", "-": "\x02"}
_DIGITS: Final = "\x03"

_MEANINGS: Final = (
    frozenset({"pass", "passed", "true", "yes", "ok", "good"}),
    frozenset({"fail", "failed", "false", "no", "bad"}),
    frozenset({"na", "none", "null", "nan", "unknown"}),
)


class Likeness(StrEnum):
    """Why values are likely one; each says less than the one before it."""

    SPELLING = "spelling"
    """The same letters and digits; case, blanks or punctuation differ."""
    MEANING = "meaning"
    """Words for yes, for no or for nothing."""
    TYPO = "typo"
    """One letter of a long word differs."""


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """Values that are likely one, the commonest first."""

    values: tuple[str, ...]
    why: Likeness


def near_duplicates(
    values: Mapping[str, int], *, letters: int = MOST_LETTERS
) -> list[NearDuplicates]:
    """Groups of values that are likely one, by how often each occurs; the largest groups first.

    Numbers that differ, signs such as `CD4+` and `CD4-`, and codes in capitals that differ by a
    letter are never taken for typos. Takes time in proportion to the number of values; typos are
    looked for in the commonest of them, until their words have so many `letters`.
    """
    commonest = sorted(values, key=lambda text: (-values[text], text))[:MOST_VALUES]
    counted = {text: values[text] for text in commonest}
    groups = _Groups(counted)
    for likeness, alike in (
        (Likeness.SPELLING, _by_spelling(counted)),
        (Likeness.MEANING, _by_meaning(counted)),
        (Likeness.TYPO, _by_typos(counted, letters)),
    ):
        for one, other in alike:
            groups.join(one, other, likeness)
    return groups.told(counted)


def bare(text: str) -> str:
    """A value without case, accents, blanks and punctuation, but for what makes another value.

    Signs before or behind a word and whatever stands between two digits are kept.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _BETWEEN_DIGITS.sub(_DIGITS, plain.strip())
    plain = _SIGN.sub(lambda sign: _KEPT[sign[0]], plain)
    return _NOTHING.sub("", plain) or text


def is_typo(one: str, other: str) -> bool:
    """Whether two words differ by one letter: wrong, missing, too many, or swapped with the next."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    if len(one) == len(other):
        rest, rest_of_other = one[start:], other[start:]
        swapped = rest[1::-1] == rest_of_other[:2] and rest[2:] == rest_of_other[2:]
        return rest[1:] == rest_of_other[1:] or (len(rest) > 1 and swapped)
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return longer[start + 1 :] == shorter[start:]


def _by_spelling(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for text in values:
        other = first.setdefault(bare(text), text)
        if other != text:
            yield other, text


def _by_meaning(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    first: dict[int, str] = {}
    for text in values:
        word = bare(text)
        for number, words in enumerate(_MEANINGS):
            if word in words:
                other = first.setdefault(number, text)
                if other != text:
                    yield other, text


def _by_typos(values: Iterable[str], letters: int) -> Iterator[tuple[str, str]]:
    """Pairs of texts that differ by one letter of one long word, by what is left without it."""
    blocks: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for text, words in _distinct(values):
        if letters <= 0:
            break
        for place, word in enumerate(words):
            if _SHORTEST - 1 <= len(word) <= _LONGEST and word.isalpha():
                letters -= len(word)
                before, after = "\x01".join(words[:place]), "\x01".join(words[place + 1 :])
                for cut in {word[:at] + word[at + 1 :] for at in range(len(word))} | {word}:
                    blocks[before, cut, after].setdefault(word, text)
    for same in blocks.values():
        if 1 < len(same) <= _MOST_ALIKE:
            yield from _typos_among(list(same.items()))


def _typos_among(same: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for place, (word, text) in enumerate(same):
        for other, other_text in same[place + 1 :]:
            if max(len(word), len(other)) >= _SHORTEST and is_typo(word, other):
                yield text, other_text


def _distinct(values: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Texts that are no codes and no sentences, each with its words; of one spelling the first."""
    seen: set[tuple[str, ...]] = set()
    for text in values:
        if text.isupper():
            continue
        words = _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
        signed = [*words, *_SIGN.findall(text)]
        if len(words) <= _MOST_WORDS and tuple(signed) not in seen:
            seen.add(tuple(signed))
            yield text, signed


class _Groups:
    """Values that were found to be alike, in any number of steps."""

    def __init__(self, values: Iterable[str]) -> None:
        self._parent = {text: text for text in values}
        self._why: dict[str, Likeness] = {}

    def join(self, one: str, other: str, why: Likeness) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self._parent[other] = one
            self._why[one] = why

    def told(self, values: Mapping[str, int]) -> list[NearDuplicates]:
        members: dict[str, list[str]] = defaultdict(list)
        for text in values:
            members[self._root(text)].append(text)
        found = [
            NearDuplicates(
                tuple(sorted(texts, key=lambda text: (-values[text], text))), self._why[root]
            )
            for root, texts in members.items()
            if len(texts) > 1
        ]
        return sorted(
            found, key=lambda one: (-sum(map(values.__getitem__, one.values)), one.values)
        )

    def _root(self, text: str) -> str:
        while self._parent[text] != text:
            self._parent[text] = self._parent[self._parent[text]]
            text = self._parent[text]
        return text
