"""The page of the documentation that explains reports and lists the rules, as Markdown."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from plates.omezarr.findings import Level
from plates.omezarr.meanings import DEPTHS, FORCES, POLICIES, VERDICTS
from plates.omezarr.rules.book import ALL_RULES, AnyRule
from plates.omezarr.rules.rule import Policy
from plates.omezarr.rules_list import levels_of_rule, newest_of
from plates.omezarr.versions.numbers import VERSIONS

NOUNS: Final[Mapping[str, str]] = {
    "OME": "Roots and versions",
    "STORE": "Reading and completeness",
    "ZARR": "Zarr",
    "HCS": "Plates, acquisitions, wells and fields",
    "IMG": "Images, axes, levels and transformations",
    "OMERO": "Channels",
    "LBL": "Labels",
    "BF2RAW": "Collections of bioformats2raw",
    "SCENE": "Scenes",
}
"""What the rules are about whose id begins so."""

_LETTERS: Final[Mapping[Level | None, str]] = {Level.ERROR: "E", Level.WARNING: "W", None: ""}

_INTRODUCTION: Final = """\
# Rules

<!-- Made by `python -m plates.omezarr.command --list-rules --format markdown`; do not edit. -->

What `platecat-validate` asks of a store. [How to validate](../how-to/validate.md) shows the command at work.

## How to read a finding

A finding names its *rule*, whose id never changes, and the *level* of the breach: `error` or `warning`. *node* is
the group or array at fault, as a path below the store (`B/03/0` is the first field of well B03; empty is the root).
*document* is the file to mend, and *pointer* the place in it as a JSON pointer (`/plate/wells/3/path`: of `plate`,
in the list `wells`, of the well number 3, counted from 0, the `path`). *message* says what is wrong, *expected* and
*found* what should stand there and what does, and *spec* leads to the section of the specification.

All faults are told, not just the first, and one damaged document hides nothing beside it. Of one rule at most 10,000
findings are kept; all are counted.
"""

_LISTING: Final = """\
Rules that need a listing can only be asked where folders can be listed: on disk and on S3, but not on a web server.
The report names the rules that were not asked.

Rules that need all objects are no part of a validation. They are asked where the chunks of a store are counted, from a
listing of every object or an inventory; while a store is still arriving, nothing that is missing is told.
"""

_TABLES: Final = """\
E is an error and W a warning under the policy `spec`; an empty cell means that the rule does not hold in that
version. The notes: *listing*, folders have to be listed to tell; *objects*, all objects have to be; *part*, a breach is something missing (such errors
alone make a store incomplete, not invalid); *lenient*, a warning under the policy `lenient`.
"""


def rules_page() -> Iterator[str]:
    """The lines of the page, each with its end."""
    yield _INTRODUCTION
    yield from _meanings("Verdicts", "verdict", {key.value: text for key, text in VERDICTS.items()})
    yield from _meanings("Depths", "depth", {key.word: f"{text}." for key, text in DEPTHS.items()})
    yield f"\n{_LISTING}"
    yield from _meanings(
        "Policies", "policy", {key.value: f"{text}." for key, text in POLICIES.items()}
    )
    yield from _meanings(
        "What a rule rests on", "word", {key.value: f"{text}." for key, text in FORCES.items()}
    )
    yield f"\n## The rules\n\n{len(ALL_RULES)} rules. {_TABLES}"
    # Every noun stands together in the alphabet, and those that are not named come last.
    for noun, rules in groupby(sorted(ALL_RULES, key=_order), key=noun_of):
        yield from _table(NOUNS.get(noun, noun), list(rules))


def noun_of(rule: AnyRule) -> str:
    """What a rule is about: the first part of its id."""
    return rule.id.partition("-")[0]


def _order(rule: AnyRule) -> tuple[int, str]:
    nouns = list(NOUNS)
    noun = noun_of(rule)
    return (nouns.index(noun) if noun in nouns else len(nouns), rule.id)


def _meanings(title: str, word: str, meanings: Mapping[str, str]) -> Iterator[str]:
    yield f"\n## {title}\n\n| {word} | means |\n|---|---|\n"
    for name, text in meanings.items():
        yield f"| `{name}` | {text} |\n"


def _table(title: str, rules: list[AnyRule]) -> Iterator[str]:
    yield f"\n### {title}\n\n"
    yield f"| rule | what has to hold | {' | '.join(VERSIONS)} | rests on | section | notes |\n"
    yield f"|---|---|{'---|' * len(VERSIONS)}---|---|---|\n"
    for rule in rules:
        levels = " | ".join(_LETTERS[level] for level in levels_of_rule(rule, Policy.SPEC).values())
        cells = (rule.force.value, _section(rule), ", ".join(_notes(rule)))
        yield f"| {rule.id} | {rule.sentence} | {levels} | {' | '.join(cells)} |\n"


def _section(rule: AnyRule) -> str:
    section = rule.section(newest_of(rule))
    return f"[{section}]({rule.url(newest_of(rule))})" if section else ""


def _notes(rule: AnyRule) -> Iterator[str]:
    if rule.needs_listing:
        yield "listing"
    if rule.needs_objects:
        yield "objects"
    if rule.missing:
        yield "part"
    newest = newest_of(rule)
    if rule.level(newest) is not rule.level(newest, Policy.LENIENT):
        yield "lenient"
