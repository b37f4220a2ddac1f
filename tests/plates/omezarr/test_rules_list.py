import json

from plates.omezarr.rules.book import ALL_RULES, RULES
from plates.omezarr.rules.rule import Policy
from plates.omezarr.rules_list import newest_of, rules_json, rules_text
from plates.omezarr.versions.numbers import VERSIONS


def test_every_rule_is_listed_with_its_levels_its_sentence_and_its_section() -> None:
    listed = rules_json()
    assert json.loads(json.dumps(listed)) == listed
    assert [rule["id"] for rule in listed] == [rule.id for rule in ALL_RULES]
    well_path = next(rule for rule in listed if rule["id"] == "HCS-WELL-PATH")
    assert well_path == {
        "id": "HCS-WELL-PATH",
        "sentence": "The path of a well is the name of a row, a slash, and the name of a column.",
        "levels": dict.fromkeys(("0.1", "0.2", "0.3"), "warning")
        | dict.fromkeys(("0.4", "0.5", "0.6"), "error"),
        "force": "must",
        "section": "plate-md",
        "spec": "https://ngff.openmicroscopy.org/0.6/#plate-md",
        "missing": False,
        "needs_listing": False,
        "needs_objects": False,
    }


def test_levels_are_those_of_the_policy() -> None:
    strict = {rule["id"]: rule["levels"] for rule in rules_json(Policy.STRICT)}
    assert strict["HCS-NAME-CASE"] == {
        version: "error" if version >= "0.4" else None for version in VERSIONS
    }


def test_the_text_says_in_which_versions_a_rule_has_which_level() -> None:
    text = "".join(rules_text())
    assert all(f"{rule.id}\n  {rule.sentence}\n" in text for rule in ALL_RULES)
    assert "\n  warning in 0.1 to 0.3, error in 0.4 to 0.6\n" in text
    assert "IMG-AXES-V03\n" in text
    assert "\n  error in 0.3\n" in text
    assert text.count("; folders have to be listed\n") == sum(
        rule.needs_listing for rule in ALL_RULES
    )
    assert text.count("; all objects have to be listed\n") == sum(
        rule.needs_objects for rule in ALL_RULES
    )


def test_a_rule_is_explained_by_the_newest_version_that_has_it() -> None:
    assert newest_of(RULES["IMG-AXES-V03"]) == "0.3"
