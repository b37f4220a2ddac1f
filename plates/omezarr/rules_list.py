"""The list of all rules: as text for a terminal and as JSON for programs."""

from collections.abc import Iterator
from itertools import groupby

from plates.omezarr.findings import Level
from plates.omezarr.meanings import FORCES
from plates.omezarr.rules.book import ALL_RULES, AnyRule
from plates.omezarr.rules.rule import Policy
from plates.omezarr.versions.numbers import VERSIONS


def rules_json(policy: Policy = Policy.SPEC) -> list[dict[str, object]]:
    """Every rule in plain JSON values; `levels` has its level in each version under a policy.

    A level is None where the rule does not hold.
    """
    return [_rule(rule, policy) for rule in ALL_RULES]


def _rule(rule: AnyRule, policy: Policy) -> dict[str, object]:
    return {
        "id": rule.id,
        "sentence": rule.sentence,
        "levels": {
            version: None if level is None else level.value
            for version, level in levels_of_rule(rule, policy).items()
        },
        "force": rule.force.value,
        "section": rule.section(newest_of(rule)),
        "spec": rule.url(newest_of(rule)),
        "missing": rule.missing,
        "needs_listing": rule.needs_listing,
        "needs_objects": rule.needs_objects,
    }


def rules_text(policy: Policy = Policy.SPEC) -> Iterator[str]:
    """Every rule as a few lines, each with its end."""
    for rule in ALL_RULES:
        yield f"{rule.id}\n  {rule.sentence}\n  {_spans(rule, policy)}\n"
        listing = "; folders have to be listed" if rule.needs_listing else ""
        objects = "; all objects have to be listed" if rule.needs_objects else ""
        yield f"  rests on {FORCES[rule.force]}{listing}{objects}\n"
        url = rule.url(newest_of(rule))
        yield f"  {url}\n\n" if url else "\n"


def levels_of_rule(rule: AnyRule, policy: Policy) -> dict[str, Level | None]:
    """The level of a rule in each version that is known, the oldest first."""
    return {version: rule.level(version, policy) for version in VERSIONS}


def newest_of(rule: AnyRule) -> str:
    """The newest version in which a rule holds."""
    return [version for version in VERSIONS if rule.level(version) is not None][-1]


def _spans(rule: AnyRule, policy: Policy) -> str:
    """`warning in 0.1 to 0.3, error in 0.4 to 0.6`: the versions in which each level holds."""
    spans = []
    for level, pairs in groupby(levels_of_rule(rule, policy).items(), key=lambda pair: pair[1]):
        versions = [version for version, _ in pairs]
        if level is not None:
            until = f" to {versions[-1]}" if len(versions) > 1 else ""
            spans.append(f"{level.value} in {versions[0]}{until}")
    return ", ".join(spans)
