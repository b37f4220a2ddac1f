"""Tables of fields in BioFile Finder, by the parameters that its SearchParams reads."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.links.tables import FINDER, table_link
from catalog.links.targets import Address

EXPORT = "https://platecat.example.org/api/v1/export/wells.csv?q=gene%3A%22a+b%22&rows=fields"


def opened(link: str) -> dict[str, list[str]]:
    """The parameters of a link, as a page reads them."""
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "bff.allencell.org", "/app")
    return parse_qs(parts.query, strict_parsing=True)


def test_a_table_is_named_by_one_source_with_the_documented_keys() -> None:
    told = opened(table_link(Address(EXPORT, is_ours=True), "gene:TP53"))
    assert set(told) == {"source"}
    assert json.loads(told["source"][0]) == {
        "name": "gene:TP53.csv",
        "type": "csv",
        "uri": EXPORT,
    }


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('compound:"okadaic acid" -edge:yes', "compound: okadaic acid -edge:yes.csv"),
        ("'; DROP TABLE wells; --", "DROP TABLE wells --.csv"),
        ("", "fields.csv"),
        ("x" * 500, f"{'x' * 80}.csv"),
        ("\u00e9t\u00e9 \u03b1", "\u00e9t\u00e9 \u03b1.csv"),
    ],
)
def test_the_name_of_a_table_holds_no_quotes(title: str, name: str) -> None:
    told = opened(table_link(Address(EXPORT, is_ours=True), title))
    assert json.loads(told["source"][0])["name"] == name


@pytest.mark.parametrize(
    ("base", "opens"),
    [
        ("https://platecat.example.org", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://platecat.example.org", False),
    ],
)
def test_a_page_behind_https_reads_nothing_from_http(base: str, *, opens: bool) -> None:
    link = table_link(Address(f"{base}/api/v1/export/wells.csv", is_ours=True), "x")
    assert bool(link) == opens


def test_there_is_one_viewer_of_tables() -> None:
    assert FINDER.name == "biofile-finder"
    assert FINDER.opens == frozenset()
