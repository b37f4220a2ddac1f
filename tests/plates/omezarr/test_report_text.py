from plates.omezarr.findings import Level
from plates.omezarr.report import Coverage, Report, RuleTotal
from plates.omezarr.report_text import EXAMPLES, counted, report_text
from plates.states import Verdict
from tests.plates.omezarr.reports import finding, report


def lines(told: Report, *, colours: bool = False) -> list[str]:
    return "".join(report_text(told, colours=colours)).splitlines()


def test_the_head_says_what_was_checked_and_what_came_of_it() -> None:
    assert lines(report(finding()))[:4] == [
        "/data/plate.zarr",
        "plate, OME-Zarr 0.4, Zarr format 2",
        "INVALID: 1 error, 0 warnings (policy spec)",
        "At least one rule is broken by what is there, whether or not parts are missing.",
    ]


def test_a_sound_store_has_no_groups() -> None:
    told = lines(report(verdict=Verdict.VALID))
    assert told[2:5] == [
        "VALID: 0 errors, 0 warnings (policy spec)",
        "No error was found in what was looked at.",
        "",
    ]
    assert told[5].startswith("Looked at: 1,200 documents (depth labels: the root, each well, ")
    assert told[6:] == ["Took 1.23 s."]


def test_findings_stand_below_their_rule_in_the_order_of_the_totals() -> None:
    warning = finding("HCS-NAME-CASE", "", "/plate/rows", "Alike.", level=Level.WARNING)
    wrong = finding(expected='"B/03"', found='"03/B"')
    totals = [
        RuleTotal("HCS-WELL-PATH", Level.ERROR, 1),
        RuleTotal("HCS-NAME-CASE", Level.WARNING, 1),
    ]
    told = lines(report(warning, wrong, totals=totals))
    assert told[5:14] == [
        "error HCS-WELL-PATH, 1 time",
        "  The path of a well is the name of a row, a slash, and the name of a column.",
        "  https://ngff.openmicroscopy.org/0.4/#plate-md",
        '    B/03  .zattrs /plate/wells/3/path  The path is wrong. (expected "B/03", found "03/B")',
        "",
        "warning HCS-NAME-CASE, 1 time",
        "  No names of rows, or of columns, differ only in upper and lower case.",
        "  https://ngff.openmicroscopy.org/0.4/#plate-md",
        "    (root)  /plate/rows  Alike.",
    ]


def test_the_document_is_named_only_where_it_is_not_the_nodes_own() -> None:
    own = finding(document="B/03/.zattrs", pointer="/well/images/0")
    root = finding(document="zarr.json", pointer="/attributes/ome/plate/wells/0")
    whole = finding(document="B/03/.zattrs", pointer="")
    told = lines(report(own, root, whole))
    assert told[8:11] == [
        f"    B/03  {'/well/images/0':39}  The path is wrong.",
        "    B/03  zarr.json /attributes/ome/plate/wells/0  The path is wrong.",
        f"    B/03  {'':39}  The path is wrong.",
    ]


def test_of_many_findings_a_few_are_shown_and_the_rest_counted() -> None:
    many = [finding(node=f"A/{number}") for number in range(EXAMPLES + 3)]
    totals = [RuleTotal("HCS-WELL-PATH", Level.ERROR, 1_382)]
    told = lines(report(*many, totals=totals))
    assert told[5] == "error HCS-WELL-PATH, 1,382 times"
    assert [line[4:7] for line in told[8:14]] == ["A/0", "A/1", "A/2", "A/3", "A/4", "and"]
    assert told[13] == "    and 1,377 more"


def test_the_end_says_what_was_not_looked_at() -> None:
    coverage = Coverage(refused=1, not_asked=("A-B", "C-D"), chunks=4, remarks=("No labels.",))
    told = lines(report(coverage=coverage))
    assert "Looked at: 1,200 documents and 4 chunks (depth labels: " in told[-6]
    assert told[-5:] == [
        "Limits of this report:",
        "  1 document could not be had; see STORE-READ.",
        "  No labels.",
        "  Rules that could not be asked: A-B, C-D.",
        "Took 1.23 s.",
    ]


def test_a_store_that_could_not_be_read_has_no_kind_and_nothing_looked_at() -> None:
    wrong = finding("STORE-READ", "", "", "There is nothing there.", document="")
    told = lines(report(wrong, kind="", version="", verdict=Verdict.UNCHECKED, error=wrong.message))
    assert told[1] == "UNCHECKED: 1 error, 0 warnings (policy spec)"
    assert "    (root)  There is nothing there." in told
    assert not any(line.startswith("Looked at") for line in told)


def test_a_rule_and_a_kind_that_are_not_known_are_told_all_the_same() -> None:
    told = lines(report(finding("NEW-RULE"), kind="cube", version="9.9"))
    assert told[1] == "cube, OME-Zarr 9.9, Zarr format 2"
    assert told[5:7] == [
        "error NEW-RULE, 1 time",
        "    B/03  .zattrs /plate/wells/3/path  The path is wrong.",
    ]


def test_no_character_of_the_store_moves_the_cursor() -> None:
    evil = "\x1b[2J\r\n\u202e"
    hostile = finding(
        node=evil, pointer=evil, message=evil, document=evil, expected=evil, found=evil
    )
    told = report(hostile, url=evil, version=evil, kind="plate", coverage=Coverage(remarks=(evil,)))
    text = "".join(report_text(told))
    assert not {"\x1b", "\r", "\u202e"} & set(text)
    assert all(line.isprintable() for line in text.split("\n"))


def test_colours_are_only_where_they_are_wanted() -> None:
    told = report(finding())
    assert "\x1b" not in "".join(report_text(told))
    assert lines(told, colours=True)[2].startswith("\x1b[1;31mINVALID\x1b[0m: 1 error")


def test_numbers_have_their_noun() -> None:
    assert [counted(number, "error") for number in (0, 1, 1200)] == [
        "0 errors",
        "1 error",
        "1,200 errors",
    ]
