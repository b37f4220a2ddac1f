"""The book of all rules: what every rule has to have, and which rules there have to be."""

import re
from itertools import pairwise

import pytest

from plates.omezarr.findings import Level
from plates.omezarr.rules.book import ALL_RULES, RULES, AnyRule
from plates.omezarr.rules.rule import Force, Policy
from plates.omezarr.versions.numbers import VERSIONS

# The rules beyond the schemas that validation was planned with; whatever else changes, their ids
# stay: stored findings name them.
PLANNED = """
    HCS-WELL-PATH HCS-WELL-INDEX HCS-WELL-UNIQUE HCS-NAME-UNIQUE HCS-NAME-CASE HCS-NAME-ALNUM
    HCS-ACQ-UNIQUE HCS-ACQ-KNOWN HCS-ACQ-REQUIRED HCS-ACQ-TIME HCS-FIELD-COUNT HCS-ACQ-MAXFIELD
    HCS-FIELD-UNIQUE HCS-FIELD-NAME HCS-WELL-EXISTS HCS-FIELD-EXISTS HCS-WELL-META HCS-FIELD-META
    HCS-ROW-GROUP HCS-WELL-UNLISTED HCS-EMPTY-GROUP HCS-META-SHOULD HCS-HOMOGENEOUS
    IMG-ARRAY-EXISTS IMG-NDIM IMG-DTYPE IMG-LEVEL-ORDER IMG-AXES-UNIQUE IMG-AXES-SPACE
    IMG-AXES-ORDER IMG-AXES-ONE IMG-AXES-ZYX IMG-AXES-V03 IMG-ARRAYDIMS-V03 IMG-UNIT IMG-SCALE-ONE
    IMG-SCALE-LEN IMG-SCALE-RATIO IMG-TRAFO-PATH IMG-CS-06 IMG-META-SHOULD OMERO-SHAPE OMERO-COUNT
    OMERO-RANGE LBL-EXISTS LBL-UNLISTED LBL-DTYPE LBL-LEVELS LBL-SHAPE LBL-COLORS-UNIQUE
    LBL-SOURCE LBL-GROUP-META BF2RAW-VALUE BF2RAW-SERIES BF2RAW-CONSEC BF2RAW-XML ZARR-FORMAT
    ZARR-SEPARATOR ZARR-DIM-NAMES ZARR-JSON ZARR-CONSOLIDATED ZARR-CHUNKS OME-VERSION OME-MIXED
    OME-VERSION-ABSENT
"""
# What must hold for one version alone, or was dropped by a later one.
RELAXED = {
    "IMG-ARRAYDIMS-V03": "0.4",
    "IMG-AXES-V03": "0.4",
    "IMG-SCALE-ONE": "0.6",
    "IMG-TRAFO-PATH": "0.6",
    "OME-VERSION-ABSENT": "0.5",
    "ZARR-DIM-NAMES": "0.6",
    "ZARR-SEPARATOR": "0.5",
}
# What cannot be read, or is no OME-Zarr, is not for a section of the specification to forbid.
WITHOUT_SECTION = {
    "OME-ABSENT",
    "OME-MIXED",
    "STORE-CHUNKS-CUT",
    "STORE-CHUNKS-EMPTY",
    "STORE-READ",
    "ZARR-JSON",
    "ZARR-CHUNK-DATA",
    "ZARR-JSON-KEYS",
    "ZARR-JSON-STRICT",
    "ZARR-STRUCTURE",
}
GRAVITY = {None: 0, Level.WARNING: 1, Level.ERROR: 2}

every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)


def gravities(rule: AnyRule, policy: Policy = Policy.SPEC) -> list[int]:
    """How grave a breach is in each version, the oldest first."""
    return [GRAVITY[rule.level(version, policy)] for version in VERSIONS]


def test_every_planned_rule_is_in_the_book() -> None:
    planned = PLANNED.split()
    assert len(set(planned)) == 65
    assert [rule_id for rule_id in planned if rule_id not in RULES] == []


def test_no_two_rules_have_the_same_id() -> None:
    # A second rule of an id would have taken the place of the first.
    assert [rule.id for rule in ALL_RULES] == sorted({rule.id for rule in ALL_RULES})


@every_rule
def test_an_id_is_words_in_capitals(rule: AnyRule) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", rule.id)


@every_rule
def test_a_sentence_is_one_line_that_ends(rule: AnyRule) -> None:
    assert rule.sentence[0].isupper()
    assert rule.sentence.endswith(".")
    assert rule.sentence.isprintable()
    assert "|" not in rule.sentence
    assert len(rule.sentence) <= 100


@every_rule
def test_a_rule_says_where_the_specification_says_it(rule: AnyRule) -> None:
    for version in VERSIONS:
        section = rule.section(version)
        said = bool(section)
        assert said or rule.force is Force.HYGIENE or rule.id in WITHOUT_SECTION
        assert re.fullmatch(r"[a-z0-9-]*", section)
        assert rule.url(version).endswith(f"/{version}/#{section}") is said


@every_rule
def test_a_rule_holds_in_some_version(rule: AnyRule) -> None:
    assert any(gravities(rule))


@every_rule
def test_a_must_is_an_error_in_some_version_and_nothing_else_ever_is(rule: AnyRule) -> None:
    assert (max(gravities(rule)) == GRAVITY[Level.ERROR]) is (rule.force is Force.MUST)


@every_rule
def test_a_later_version_never_forgives_unless_it_is_known_to(rule: AnyRule) -> None:
    levels = dict(zip(VERSIONS, gravities(rule), strict=True))
    falls = [version for before, version in pairwise(VERSIONS) if levels[version] < levels[before]]
    assert falls == ([RELAXED[rule.id]] if rule.id in RELAXED else [])


@every_rule
def test_a_stricter_policy_never_forgives(rule: AnyRule) -> None:
    lenient, spec, strict = (gravities(rule, policy) for policy in Policy)
    assert all(a <= b <= c for a, b, c in zip(lenient, spec, strict, strict=True))
    # No policy makes a rule come or go.
    assert [bool(one) for one in lenient] == [bool(one) for one in strict]


@every_rule
def test_what_is_only_missing_is_no_error_where_people_are_lenient(rule: AnyRule) -> None:
    if rule.missing:
        assert max(gravities(rule, Policy.LENIENT)) == GRAVITY[Level.WARNING]
