"""What a query has to find, worked out plainly from the annotation rows: no index, no SQL."""

from collections.abc import Iterable
from functools import lru_cache

from catalog.search.queries import (
    And,
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
    Or,
    Query,
    Test,
    Words,
)
from plates.addresses import row_of_letters
from plates.models import Plate, Well
from plates.platemaps.spelling import folded
from tests.plates.services.index_oracle import Said, by_rows

TREATMENT = {"compound", "concentration"}
UNITS = {"": 1.0, "nM": 1e-9, "uM": 1e-6, "K": 1.0}
Group = Iterable[tuple[str, str, float | None, str]]


def wells_found(query: Query, plates: Iterable[Plate]) -> list[tuple[int, int]]:
    """Carrier and position of each well for which a query holds."""
    found = []
    for plate in plates:
        wells, said = told_of(plate)
        found += [
            (plate.carrier_id, well.position)
            for well in wells
            if holds(query, well, plate, said.get(well.position, Said()))
        ]
    return found


@lru_cache(maxsize=8)
def told_of(plate: Plate) -> tuple[list[Well], dict[int, Said]]:
    """The wells of a plate, and what is said of them; once a world is built it stays as it is."""
    return list(Well.objects.filter(plate=plate).order_by("position")), by_rows(plate.carrier)


def holds(query: Query, well: Well, plate: Plate, said: Said) -> bool:
    """Whether a query holds for a well."""
    if isinstance(query, Everything):
        return True
    if is_treatment(query):
        return any(in_group(query, group) for group in said.groups)
    if isinstance(query, Not):
        return not holds(query.part, well, plate, said)
    if isinstance(query, Or):
        return any(holds(part, well, plate, said) for part in query.parts)
    if isinstance(query, And):
        together = [part for part in query.parts if is_treatment(part)]
        rest = [part for part in query.parts if not is_treatment(part)]
        in_one = not together or any(
            all(in_group(part, group) for part in together) for group in said.groups
        )
        return in_one and all(holds(part, well, plate, said) for part in rest)
    return one_holds(query, well, plate, said)


def one_holds(query: Query, well: Well, plate: Plate, said: Said) -> bool:
    """Whether words or a condition hold for a well."""
    if isinstance(query, Words):
        return words_stand(query, plate, said)
    assert isinstance(query, Condition)
    return condition_holds(query, well, plate, said)


def words_stand(words: Words, plate: Plate, said: Said) -> bool:
    """Whether words stand in what is said of a well, or in the name of its plate."""
    if words.text.casefold() in plate.name.casefold():
        return True
    told = [*said.singles, *(one for group in said.groups for one in group)]
    wanted = f" {folded(words.text)}" + ("" if words.is_beginning else " ")
    return any(wanted in f" {folded(text)} " for _, text, _, _ in told)


def is_treatment(query: Query) -> bool:
    """Whether a query speaks of treatments alone, and of no absence."""
    if isinstance(query, Condition):
        return query.field in TREATMENT and not isinstance(query.test, Nothing)
    return isinstance(query, And | Or) and all(map(is_treatment, query.parts))


def in_group(query: Query, group: Group) -> bool:
    """Whether a query about treatments holds in one group."""
    if isinstance(query, And):
        return all(in_group(part, group) for part in query.parts)
    if isinstance(query, Or):
        return any(in_group(part, group) for part in query.parts)
    assert isinstance(query, Condition)
    return any(told_meets(told, query) for told in group)


def told_meets(told: tuple[str, str, float | None, str], condition: Condition) -> bool:
    """Whether one term meets a condition."""
    key, text, number, _ = told
    if key != condition.field:
        return False
    if isinstance(condition.test, Anything):
        return True
    return (
        number_meets(number, condition.test)
        if number is not None
        else text_meets(text, condition.test)
    )


def text_meets(text: str, test: Test) -> bool:
    """Whether words meet a test, whatever their case."""
    if isinstance(test, Exactly):
        return folded(text) == folded(test.text)
    assert isinstance(test, Beginning)
    return folded(text).startswith(folded(test.text))


def number_meets(number: float, test: Test) -> bool:
    """Whether a number in its base unit meets a test; nearly equal is equal."""
    if isinstance(test, Between):
        low, high = sorted((amount(test.low), amount(test.high)))
        return low - abs(low) * 1e-9 <= number <= high + abs(high) * 1e-9
    if isinstance(test, Exactly):
        return abs(number - amount(test.text)) <= abs(number) * 1e-9
    assert isinstance(test, Compared)
    other = amount(test.text)
    if abs(number - other) <= abs(other) * 1e-9:
        return test.operator in {Operator.AT_LEAST, Operator.AT_MOST}
    is_above = number > other
    return is_above == (test.operator in {Operator.GREATER, Operator.AT_LEAST})


def amount(text: str) -> float:
    """A number with one of the units of the tests."""
    unit = text.lstrip("-.0123456789")
    number = float(text.removesuffix(unit))
    return number + 273.15 if unit.strip() == "C" else number * UNITS[unit.strip()]


def condition_holds(condition: Condition, well: Well, plate: Plate, said: Said) -> bool:
    """Whether a condition on one thing alone holds for a well."""
    test = condition.test
    if condition.field == "row":
        assert well.row is not None
        assert isinstance(test, Between)
        return row_of_letters(test.low) <= well.row <= row_of_letters(test.high)
    if condition.field == "edge":
        is_edge = min(well.row or 0, well.column or 0) == 0 or well.row == plate.rows - 1
        is_edge = is_edge or well.column == plate.columns - 1
        return is_edge == (test == Exactly("yes"))
    if condition.field == "annotated":
        is_said = bool(said.groups or said.singles or said.readouts)
        return is_said == (test == Exactly("yes"))
    if condition.field == "plate":
        return text_meets(plate.name, test)
    if condition.field == "Score":
        return score_meets(said.readouts.get("Score"), test)
    return said_meets(said, condition)


def score_meets(number: float | None, test: Test) -> bool:
    """Whether the readout of a well meets a test."""
    if isinstance(test, Anything | Nothing):
        return (number is None) == isinstance(test, Nothing)
    return number is not None and number_meets(number, test)


def said_meets(said: Said, condition: Condition) -> bool:
    """Whether what is said of a well in terms meets a condition."""
    everything = [*said.singles, *(told for group in said.groups for told in group)]
    has_key = any(told[0] == condition.field for told in everything)
    if isinstance(condition.test, Nothing):
        return not has_key
    return any(told_meets(told, condition) for told in everything)
