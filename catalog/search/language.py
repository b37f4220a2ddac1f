"""The query language: from text to a query.

Terms stand side by side, AND binds them; OR, NOT (or -) and parentheses as usual. A term is
`field:value` or a word. Values: `text`, `"a text"`, `begin*`, `*` (has any), `none` (has none),
`>1uM`, `>=1uM`, `<1uM`, `<=1uM`, `1uM..10uM`, or several in parentheses: `gene:(TP53 OR MDM2)`.
"""

from collections.abc import Callable, Sequence

from catalog.search.errors import QueryError, QueryTooLarge
from catalog.search.queries import (
    Anything,
    Beginning,
    Between,
    Compared,
    Condition,
    Everything,
    Exactly,
    Not,
    Nothing,
    Operator,
    Query,
    Spot,
    Test,
    Words,
    all_of,
    one_of,
)
from catalog.search.tokens import Token, TokenKind, tokens_of

MAX_DEPTH = 30
"""Parentheses and negations inside of each other."""
MAX_CONDITIONS = 200

# The longer ones first: `>=` begins with `>`.
_COMPARISONS = sorted(Operator, key=lambda operator: -len(operator.value))
_STARTS = frozenset(
    {TokenKind.WORD, TokenKind.QUOTED, TokenKind.OPEN, TokenKind.MINUS, TokenKind.OPERATOR}
)


def parse(text: str) -> Query:
    """The query that a text says; QueryError with the place where it cannot be understood."""
    return _Parser(tokens_of(text)).whole()


class _Parser:
    """Reads tokens from left to right, one look ahead."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.conditions = 0

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def whole(self) -> Query:
        if self.peek().kind is TokenKind.END:
            return Everything()
        query = self.either(self.term)
        if self.peek().kind is not TokenKind.END:
            raise QueryError(
                "A ) closes nothing: take it away, or write a ( before.", self.peek().spot
            )
        return query

    def either(self, term: Callable[[], Query]) -> Query:
        """Parts between ORs."""
        parts = [self.together(term)]
        while self.is_operator("OR"):
            self.take()
            parts.append(self.together(term))
        return one_of(parts)

    def together(self, term: Callable[[], Query]) -> Query:
        """Parts side by side, or between ANDs."""
        parts = [self.negated(term)]
        while self.peek().kind in _STARTS and not self.is_operator("OR"):
            if self.is_operator("AND"):
                self.take()
            parts.append(self.negated(term))
        return all_of(parts)

    def negated(self, term: Callable[[], Query]) -> Query:
        """A part, or NOT a part."""
        if self.peek().kind is TokenKind.MINUS or self.is_operator("NOT"):
            with self.deeper():
                self.take()
                return Not(self.negated(term))
        if self.peek().kind is TokenKind.OPEN:
            return self.in_parentheses(term)
        return term()

    def in_parentheses(self, term: Callable[[], Query]) -> Query:
        opened = self.take()
        with self.deeper():
            query = self.either(term)
        if self.peek().kind is not TokenKind.CLOSE:
            raise QueryError("A ( is opened and not closed: write a ) after it.", opened.spot)
        self.take()
        return query

    def deeper(self) -> "_Deeper":
        return _Deeper(self)

    def is_operator(self, word: str) -> bool:
        return self.peek().kind is TokenKind.OPERATOR and self.peek().text == word

    def term(self) -> Query:
        """A condition, a word or a phrase."""
        token = self.term_token()
        self.count(token)
        if token.kind is TokenKind.QUOTED:
            if self.peek().is_joined and self.peek().text.startswith(":"):
                return self.condition(token.text, token, self.split_colon())
            return Words(token.text, is_phrase=True, spot=token.spot)
        field, colon, rest = token.text.partition(":")
        if colon and field:
            return self.condition(field, token, rest)
        return _word(token)

    def term_token(self) -> Token:
        token = self.peek()
        if token.kind in {TokenKind.WORD, TokenKind.QUOTED}:
            if token.kind is TokenKind.QUOTED and not token.text.strip():
                raise QueryError("There is nothing between the quotes.", token.spot)
            return self.take()
        if token.kind is TokenKind.OPERATOR:
            raise QueryError(
                f"{token.text} stands where a term is expected; to look for the word, write "
                f'"{token.text}".',
                token.spot,
            )
        ended = token.kind is TokenKind.END
        told = "The query ends" if ended else "There is a )"
        raise QueryError(f"{told} where a term is expected, such as gene:TP53.", token.spot)

    def count(self, token: Token) -> None:
        self.conditions += 1
        if self.conditions > MAX_CONDITIONS:
            raise QueryTooLarge(
                f"The query has more than {MAX_CONDITIONS} conditions; ask in several.", token.spot
            )

    def split_colon(self) -> str:
        """What follows the colon that joins a quoted field to its value."""
        return self.take().text.removeprefix(":")

    def condition(self, field: str, first: Token, rest: str) -> Query:
        """What stands behind `field:`, of which `rest` was read already."""
        start = first.spot.start
        if rest:
            end = self.tokens[self.at - 1].spot.end
            return self.begun(field, rest, Spot(start, end))
        token = self.peek()
        if not token.is_joined or token.kind not in {TokenKind.QUOTED, TokenKind.OPEN}:
            raise QueryError(
                f"{field}: has no value: write one after the colon, * for any, none for none.",
                first.spot,
            )
        if token.kind is TokenKind.OPEN:
            return self.in_parentheses(lambda: self.value(field, start))
        self.take()
        return Condition(field, Exactly(token.text), Spot(start, token.spot.end))

    def begun(self, field: str, rest: str, spot: Spot) -> Query:
        """A bare value; a comparison may go on with a quoted one: `>="1 uM"`."""
        token = self.peek()
        operator = next((one for one in _COMPARISONS if rest == one.value), None)
        if operator and token.is_joined and token.kind is TokenKind.QUOTED:
            self.take()
            return Condition(
                field, Compared(operator, token.text), Spot(spot.start, token.spot.end)
            )
        return Condition(field, _test(field, rest, spot), spot)

    def value(self, field: str, start: int) -> Query:
        """One of several values in parentheses."""
        token = self.term_token()
        self.count(token)
        if token.kind is TokenKind.QUOTED:
            return Condition(field, Exactly(token.text), Spot(start, token.spot.end))
        return self.begun(field, token.text, Spot(token.spot.start, token.spot.end))


class _Deeper:
    """Counts how deep parts lie in each other, and refuses what no person writes."""

    def __init__(self, parser: _Parser) -> None:
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > MAX_DEPTH:
            raise QueryTooLarge(
                f"Parentheses and negations lie more than {MAX_DEPTH} deep.",
                self.parser.peek().spot,
            )

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1


def _word(token: Token) -> Words:
    if token.text.endswith("*") and token.text != "*":
        return Words(token.text[:-1], is_beginning=True, spot=token.spot)
    return Words(token.text, spot=token.spot)


def _test(field: str, text: str, spot: Spot) -> Test:
    """What a bare value asks."""
    if text == "*":
        return Anything()
    if text.casefold() == "none":
        return Nothing()
    for operator in _COMPARISONS:
        if text.startswith(operator.value):
            return _compared(field, operator, text[len(operator.value) :], spot)
    low, dots, high = text.partition("..")
    if dots and low and high:
        return Between(low, high)
    if dots:
        raise QueryError(
            f"A range has two ends, such as {field}:1..10; with one end write "
            f"{field}:>=1 or {field}:<=10.",
            spot,
        )
    if text.endswith("*"):
        return Beginning(text[:-1])
    return Exactly(text)


def _compared(field: str, operator: Operator, text: str, spot: Spot) -> Compared:
    if not text:
        raise QueryError(
            f"{field}:{operator.value} has nothing to compare with: write a number after it.", spot
        )
    return Compared(operator, text)
