"""How grave each rule is for one store: by its version, and under a policy."""

from typing import Final

from plates.omezarr.findings import Level
from plates.omezarr.rules.book import RULES
from plates.omezarr.rules.rule import Policy
from plates.omezarr.versions.numbers import known_version

_WITHOUT_VERSION: Final = frozenset({"ZARR-JSON", "STORE-READ", "OME-ABSENT"})


def levels_of(version: str, policy: Policy) -> dict[str, Level | None]:
    """The level of each rule in a version under a policy.

    A version that is not known may have other rules than ours: what breaks them is a warning,
    but for what no version can do without.
    """
    known = known_version(version) is not None
    levels: dict[str, Level | None] = {}
    for rule in RULES.values():
        level = rule.level(version, policy)
        structural = rule.missing or rule.id in _WITHOUT_VERSION
        levels[rule.id] = level if known or structural or level is None else Level.WARNING
    return levels
