"""A small language for the shape of JSON: what the official JSON Schemas say, told in sentences.

A shape looks at a value and tells every mismatch, each under the id of a rule. Types are those of
JSON Schema: `1.0` is an integer, `true` is no number, and equality knows the difference.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeAlias

import msgspec

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonValue

Place: TypeAlias = tuple[()] | tuple["Place", str | int]
"""Where a value lies: the place of what holds it, and the step from there."""

MAX_MISMATCHES: Final = 10_000
"""Of one rule in one document; the rest is only counted, so that memory has a bound."""
_encode = msgspec.json.Encoder().encode


class Mismatch(msgspec.Struct, frozen=True, gc=False):
    """One way in which a value has not the shape it should have, and the rule that says so."""

    rule: str
    fault: Fault


class Looking:
    """One look at a document: the rule that speaks at the moment, and what was found so far."""

    __slots__ = ("_by_rule", "mismatches", "rule", "told")

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.mismatches: list[Mismatch] = []
        self.told = 0
        self._by_rule: Counter[str] = Counter()

    def tell(self, at: Place, message: str, *, expected: str, found: JsonValue) -> None:
        """Note a mismatch."""
        if self._is_beyond():
            return
        fault = Fault(pointer_of(*steps_of(at)), message, expected, shown(found))
        self.mismatches.append(Mismatch(self.rule, fault))

    def tell_missing(self, at: Place, key: str, message: str) -> None:
        """Note that a key is not there."""
        if self._is_beyond():
            return
        pointer = pointer_of(*steps_of(at))
        fault = Fault(pointer, message, f"the key {key}", "nothing")
        self.mismatches.append(Mismatch(self.rule, fault))

    def _is_beyond(self) -> bool:
        self.told += 1
        self._by_rule[self.rule] += 1
        return self._by_rule[self.rule] > MAX_MISMATCHES

    def beyond(self) -> dict[str, int]:
        """How many more mismatches there were than are kept, by rule."""
        return {
            rule: number - MAX_MISMATCHES
            for rule, number in self._by_rule.items()
            if number > MAX_MISMATCHES
        }


class Shape(Protocol):
    """What a value has to be like."""

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell every way in which the value at a place does not fit."""


def steps_of(at: Place) -> list[str | int]:
    """The steps from the top of the document to a place."""
    steps: list[str | int] = []
    while at:
        at, step = at
        steps.append(step)
    return steps[::-1]


def mismatches(shape: Shape, value: JsonValue, *, rule: str) -> list[Mismatch]:
    """The ways in which a value does not fit a shape; the first of them, if there are very many."""
    return look_at(shape, value, rule=rule).mismatches


def look_at(shape: Shape, value: JsonValue, *, rule: str) -> Looking:
    """What comes of looking at a value as a shape."""
    looking, at = Looking(rule), ()
    try:
        shape.look(value, at, looking)
    except RecursionError:
        looking.rule = rule
        message = f"{name_of(at)} is nested too deeply to be understood."
        looking.tell(at, message, expected="less nesting", found=None)
    return looking


def fits(shape: Shape, value: JsonValue) -> bool:
    """Whether a value fits a shape."""
    looking = Looking("")
    shape.look(value, (), looking)
    return not looking.mismatches


def name_of(at: Place) -> str:
    """How a sentence calls what lies at a place: by its key, and its number in a list."""
    numbers = ""
    while at:
        at, step = at
        if isinstance(step, str):
            return f"`{step}{numbers}`"
        numbers = f"[{step}]{numbers}"
    return f"Member {numbers}" if numbers else "The document"


class Anything(msgspec.Struct, frozen=True):
    """Any value at all."""

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Nothing to tell."""


class Text(msgspec.Struct, frozen=True):
    """A string; perhaps not empty, perhaps of a pattern as a whole, perhaps one of a few."""

    pattern: re.Pattern[str] | None = None
    one_of: tuple[str, ...] = ()
    described: str = ""
    filled: bool = False

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell if it is no such string."""
        if not isinstance(value, str):
            expected = " or ".join(f'the text "{one}"' for one in self.one_of) or "text"
        elif self.one_of and value not in self.one_of:
            expected = " or ".join(self.one_of)
        elif self.pattern is not None and self.pattern.fullmatch(value) is None:
            expected = self.described
        elif self.filled and not value:
            expected = "text that is not empty"
        else:
            return
        looking.tell(at, f"{name_of(at)} has to be {expected}.", expected=expected, found=value)


class Number(msgspec.Struct, frozen=True):
    """A number, perhaps a whole one, perhaps within bounds or one of a few."""

    whole: bool = False
    least: float | None = None
    above: float | None = None
    most: float | None = None
    one_of: tuple[float, ...] = ()

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell if it is no such number."""
        if (
            (type(value) is not float and type(value) is not int)
            or (self.whole and type(value) is float and not value.is_integer())
            or (self.least is not None and value < self.least)
            or (self.above is not None and value <= self.above)
            or (self.most is not None and value > self.most)
            or (self.one_of and value not in self.one_of)
        ):
            expected = self.described()
            looking.tell(at, f"{name_of(at)} has to be {expected}.", expected=expected, found=value)

    def described(self) -> str:
        """The number in words: `a whole number of at least 0`."""
        if self.one_of:
            return " or ".join(f"{number:g}" for number in self.one_of)
        words = ["a whole number" if self.whole else "a number"]
        bounds = (("of at least", self.least), ("above", self.above), ("of at most", self.most))
        said = [f"{word} {bound:g}" for word, bound in bounds if bound is not None]
        return " ".join([*words, " and ".join(said)]) if said else words[0]


class Flag(msgspec.Struct, frozen=True):
    """True or false."""

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell if it is neither."""
        if not isinstance(value, bool):
            message = f"{name_of(at)} has to be true or false."
            looking.tell(at, message, expected="true or false", found=value)


class Record(msgspec.Struct, frozen=True):
    """An object whose known keys have shapes.

    Other keys are free unless it is `closed`. Of the keys `either` it needs one at least.
    `loose` passes over what is no object, where another shape already tells that.
    """

    keys: Mapping[str, Shape] = {}
    required: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    closed: bool = False
    loose: bool = False

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell what is missing and what does not fit."""
        if not isinstance(value, dict):
            if not self.loose:
                message = f"{name_of(at)} has to be an object."
                looking.tell(at, message, expected="an object", found=value)
            return
        for key in self.required:
            if key not in value:
                looking.tell_missing(at, key, f"{name_of(at)} has to have the key `{key}`.")
        for key, shape in self.keys.items():
            if key in value:
                shape.look(value[key], (at, key), looking)
        if self.either and not any(key in value for key in self.either):
            keys = " or ".join(f"`{key}`" for key in self.either)
            looking.tell_missing(at, " or ".join(self.either), f"{name_of(at)} has to have {keys}.")
        if self.closed and len(value) > sum(key in value for key in self.keys):
            self._tell_strangers(value, at, looking)

    def _tell_strangers(self, value: dict[str, JsonValue], at: Place, looking: Looking) -> None:
        allowed = " and ".join(f"`{key}`" for key in self.keys)
        strangers = [key for key in value if key not in self.keys]
        message = f"{name_of(at)} may have no other keys than {allowed}."
        looking.tell((at, strangers[0]), message, expected=allowed, found=strangers[0])


class Under(msgspec.Struct, frozen=True):
    """A shape whose mismatches are the business of a rule of their own."""

    rule: str
    shape: Shape

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell under that rule."""
        speaking, looking.rule = looking.rule, self.rule
        self.shape.look(value, at, looking)
        looking.rule = speaking


class Both(msgspec.Struct, frozen=True):
    """A value that has to fit several shapes at once."""

    shapes: tuple[Shape, ...]

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell what each of them has to say."""
        for shape in self.shapes:
            shape.look(value, at, looking)


class Exactly(msgspec.Struct, frozen=True):
    """A value that has to fit one of some shapes, and no second one; `demand` ends the sentence."""

    shapes: tuple[Shape, ...]
    demand: str

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell if it fits none or several."""
        if sum(fits(shape, value) for shape in self.shapes) != 1:
            message = f"{name_of(at)} has to {self.demand}."
            looking.tell(at, message, expected=f"to {self.demand}", found=value)


class Choice(msgspec.Struct, frozen=True):
    """A value whose shape is chosen by looking at it, so that what is told fits its kind."""

    choose: Callable[[JsonValue], Shape]

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell what the chosen shape has to say."""
        self.choose(value).look(value, at, looking)


def canonical(value: JsonValue) -> bytes:
    """Bytes that are the same for values that JSON Schema calls equal: 1 and 1.0, not 1 and true."""
    return _encode(_plain(value))


def _plain(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, str):
        return f"{value}s"
    if isinstance(value, float):
        return f"{int(value)}n" if value.is_integer() else value
    return value if value is None or isinstance(value, bool) else f"{value}n"
