from plates.omezarr.depth import Depth
from plates.omezarr.meanings import DEPTHS, FORCES, POLICIES, VERDICTS
from plates.omezarr.rules.book import ALL_RULES
from plates.omezarr.rules.rule import Force, Policy
from plates.omezarr.rules_page import NOUNS, noun_of, rules_page
from plates.states import Verdict


def test_every_word_of_a_report_has_its_meaning() -> None:
    assert set(DEPTHS) == set(Depth)
    assert set(FORCES) == set(Force)
    assert set(POLICIES) == set(Policy)
    assert set(VERDICTS) == set(Verdict)


def test_every_rule_is_about_something_that_has_a_name() -> None:
    assert {noun_of(rule) for rule in ALL_RULES} == set(NOUNS)


def test_the_page_has_one_row_for_each_rule_in_a_table_of_its_noun() -> None:
    lines = "".join(rules_page()).splitlines()
    for rule in ALL_RULES:
        [row] = [line for line in lines if line.startswith(f"| {rule.id} |")]
        assert row.count("|") == 12
        assert rule.sentence in row
    assert [line[4:] for line in lines if line.startswith("### ")] == list(NOUNS.values())


def test_a_row_says_what_the_rule_rests_on_and_what_it_needs() -> None:
    page = "".join(rules_page())
    assert (
        "| HCS-WELL-EXISTS | A well that the plate lists is there, as a group. "
        "| E | E | E | E | E | E | must "
        "| [hcs-layout](https://ngff.openmicroscopy.org/0.6/#hcs-layout) | part, lenient |" in page
    )
    assert (
        "| hygiene | [hcs-layout](https://ngff.openmicroscopy.org/0.6/#hcs-layout) | listing |"
        in page
    )
    assert "| OME-ABSENT |" in page
