"""Asking one rule of a book, as the tests of all rules do."""

from typing import TypeVar

from plates.omezarr.findings import Fault
from plates.omezarr.rules.rule import Rule, RuleBook

Seen = TypeVar("Seen")


def asked(book: RuleBook[Seen], rule_id: str) -> Rule[Seen]:
    """The one rule of a book that has this id."""
    (rule,) = [rule for rule in book.rules if rule.id == rule_id]
    return rule


def told(book: RuleBook[Seen], rule_id: str, seen: Seen) -> list[Fault]:
    """What the rule with this id says of what was seen, whatever its level."""
    return list(asked(book, rule_id).check(seen))
