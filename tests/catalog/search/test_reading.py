import pytest
from hypothesis import given

from catalog.search.language import parse
from catalog.search.queries import Query
from catalog.search.reading import read_out
from tests.catalog.search.test_language import queries


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "All wells"),
        ("gene:TP53 cell_line:U2OS -edge:yes", "Wells with gene TP53, in U2OS, not at the edge"),
        (
            "compound:pacl* concentration:>=1uM",
            "Wells with compound pacl..., with concentration at least 1uM",
        ),
        ("gene:none OR gene:*", "Wells without gene or with any gene"),
        ("row:B..D (channel:DAPI OR kinase)", "Wells in row B to D, (imaged in DAPI or with the word kinase)"),
        ("-qc:fail imaged:no", "Wells not with quality control fail, that were not imaged"),
        ('"siRNA Identifier":s1234', "Wells with siRNA s1234"),
        ("dtype:uint16 version:0.5", "Wells with data type uint16, with OME-Zarr version 0.5"),
    ],
)  # fmt: skip
def test_a_query_is_said_in_plain_words(text: str, said: str) -> None:
    assert read_out(parse(text)) == said


@given(queries)
def test_any_query_can_be_said(query: Query) -> None:
    assert read_out(query, "plates").startswith(("Plates ", "All plates"))
