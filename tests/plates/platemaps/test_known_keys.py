import pytest

from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.known_keys import KEYS_BY_NAME, KNOWN_KEYS, canonical, key_of
from plates.platemaps.spelling import folded

IDR_FACETS = [
    "Imaging Method", "Publication Title", "Publication Authors", "Study Type", "License",
    "Organism", "Screen Technology Type", "Screen Type", "Cell Line", "Gene Identifier",
    "Gene Symbol", "Compound Name", "PubChem CID", "InChIKey", "Antibody", "Antibody Identifier",
    "Protein", "Pathology", "Pathology Identifier", "Phenotype", "siRNA Identifier",
    "siRNA Pool Identifier", "ORF", "Organism Part", "Sex",
]  # fmt: skip
BIA_FACETS = ["organism", "imaging_method", "year", "licence", "annotation_method"]


def test_no_spelling_means_two_keys() -> None:
    meanings: dict[str, set[str]] = {}
    for key in KNOWN_KEYS:
        for spelling in (key.name, key.title, *key.spellings):
            meanings.setdefault(folded(spelling).replace(" ", ""), set()).add(key.name)
    assert {spelling: keys for spelling, keys in meanings.items() if len(keys) > 1} == {}
    assert len(KEYS_BY_NAME) == len(KNOWN_KEYS)


def test_only_quantities_have_dimensions() -> None:
    for key in KNOWN_KEYS:
        assert key.kind is KeyKind.QUANTITY or not key.dimensions, key.name
        assert key.name.isidentifier(), key.name


@pytest.mark.parametrize("facet", [*IDR_FACETS, *BIA_FACETS])
def test_the_facets_of_the_public_archives_are_keys(facet: str) -> None:
    assert key_of(folded(facet), {}) is not None


@pytest.mark.parametrize("header", ["cell line", "cellline", "cell line name"])
def test_blanks_do_not_count(header: str) -> None:
    assert key_of(header, {}) == KEYS_BY_NAME["cell_line"]


def test_an_alias_comes_before_what_is_known() -> None:
    assert key_of("compound", {"compound": "reagent"}) == KEYS_BY_NAME["reagent"]


def test_an_alias_may_name_a_key_of_its_own() -> None:
    key = key_of("zell", {"zell": "house_key"})
    assert key is not None
    assert (key.name, key.kind, key.family) == ("house_key", KeyKind.TERM, Family.NONE)


def test_what_nobody_knows_is_no_key() -> None:
    assert key_of("z score spindly", {}) is None


def test_case_and_separators_of_a_name_do_not_count() -> None:
    assert canonical("Cell Line") == canonical("CELL-LINE") == "cell_line"
    assert canonical("House Key") == "House Key"
    assert key_of("zelle", {"zelle": "Cell line"}) == KEYS_BY_NAME["cell_line"]
