"""The text of a query, cut into what its grammar speaks of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog.search.errors import QueryError, QueryTooLarge
from catalog.search.queries import Spot

MAX_LENGTH = 4_000
"""Characters of a query; what is longer is not written by hand and not sent in a URL."""
MAX_TOKENS = 800

_BLANKS = re.compile(r"\s+")
_BARE = re.compile(r'[^\s()"]+')
_OPERATORS = {"AND", "OR", "NOT"}


class TokenKind(StrEnum):
    """What a token is."""

    WORD = "a word"
    QUOTED = "a quoted text"
    OPEN = "("
    CLOSE = ")"
    MINUS = "-"
    OPERATOR = "an operator"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and where it stands."""

    kind: TokenKind
    text: str
    """Without quotes and escapes."""
    spot: Spot
    is_joined: bool
    """Nothing stands between it and the token before it: `gene:` and `"TP53"`."""


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a query, an END last; QueryError where a quote does not end."""
    if len(text) > MAX_LENGTH:
        raise QueryTooLarge(
            f"The query has {len(text):,} characters; at most {MAX_LENGTH:,} are read. "
            "Save a list of values as a query of its own, or ask in parts.",
            Spot(MAX_LENGTH, len(text)),
        )
    if "\x00" in text:
        at = text.index("\x00")
        raise QueryError("The query holds a character that no text has.", Spot(at, at + 1))
    found = (*_cut(text), Token(TokenKind.END, "", Spot(len(text), len(text)), is_joined=False))
    if len(found) > MAX_TOKENS:
        raise QueryTooLarge(
            f"The query has more than {MAX_TOKENS} parts; ask in several.", found[MAX_TOKENS].spot
        )
    return found


def _cut(text: str) -> Iterator[Token]:
    at, is_joined = 0, False
    while at < len(text):
        if blanks := _BLANKS.match(text, at):
            at, is_joined = blanks.end(), False
            continue
        token = _token_at(text, at, is_joined=is_joined)
        yield token
        at, is_joined = token.spot.end, True


def _token_at(text: str, at: int, *, is_joined: bool) -> Token:
    if text[at] == '"':
        return _quoted(text, at, is_joined=is_joined)
    if text[at] in "()":
        kind = TokenKind.OPEN if text[at] == "(" else TokenKind.CLOSE
        return Token(kind, text[at], Spot(at, at + 1), is_joined)
    if text[at] == "-" and _negates(text, at):
        return Token(TokenKind.MINUS, "-", Spot(at, at + 1), is_joined)
    bare = _BARE.match(text, at)
    end = bare.end() if bare else at + 1
    word = text[at:end]
    kind = TokenKind.OPERATOR if word in _OPERATORS else TokenKind.WORD
    return Token(kind, word, Spot(at, end), is_joined)


def _negates(text: str, at: int) -> bool:
    """Whether the minus that begins a token stands before something."""
    follows = text[at + 1 : at + 2]
    return bool(follows) and not follows.isspace() and follows != ")"


def _quoted(text: str, at: int, *, is_joined: bool) -> Token:
    said: list[str] = []
    index = at + 1
    while index < len(text):
        letter = text[index]
        if letter == '"':
            return Token(TokenKind.QUOTED, "".join(said), Spot(at, index + 1), is_joined)
        if letter == "\\" and text[index + 1 : index + 2] in {'"', "\\"}:
            index += 1
            letter = text[index]
        said.append(letter)
        index += 1
    raise QueryError('A quote is opened and not closed: write a second ".', Spot(at, len(text)))
