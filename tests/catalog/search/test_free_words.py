from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from catalog.search import free_words, visible_terms
from catalog.search.statement import Values
from catalog.search.term_conditions import has_word
from catalog.services.synonyms import load_synonym_files
from plates.models import TermScope
from plates.platemaps.containers import SourceFile
from tests import factories
from tests.catalog.search.worlds import RowPlan, World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Words that all see, and one that only others do."""
    return build(
        [
            [
                RowPlan(0, 1, {"Compound": "Paclitaxel kinase inhibitor"}),
                RowPlan(0, 2, {"Compound": "M\u00fcller's reagent", "Gene": "TP53"}),
                RowPlan(1, 0, {"Compound": "kinase-dead"}),
                RowPlan(2, 1, {"Compound": "phosphatase"}),
            ]
        ]
    )


def search(text: str) -> Search:
    return Search(text, Viewer(AnonymousUser()))


def count(text: str) -> int:
    return search(text).count()[0]


def test_words_are_found_wherever_they_stand_and_however_they_are_spelt(world: World) -> None:
    assert count("kinase") == 2
    assert count("KINASE inhibitor") == count("paclitaxel") == 1
    assert count("inhib*") == count("muller*") == count("M\u00dcLLER") == 1
    assert count("hibitor") == count("inhib") == 0


def test_many_terms_are_told_by_the_word_they_share(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible_terms, "FEW", 1)
    monkeypatch.setattr(free_words, "FEW", 1)
    assert count("kinase") == 2
    assert count("kin* -inhibitor") == 1


def test_words_are_found_whose_counts_are_not_added_up_yet(world: World) -> None:
    kept = TermScope.objects.filter(term__folded__contains="kinase", scope=world.seen.pk)
    assert kept.count() == 2
    for row in list(kept):
        # Undone and applied again, before the clock has added it up.
        for subjects in (-row.subjects, row.subjects):
            row.pk, row.subjects = None, subjects
            row.save()
    assert count("kinase") == 2
    assert count("phosphat*") == 0, "seen by others only"


def test_a_word_with_a_wrong_letter_asks_whether_another_was_meant(world: World) -> None:
    assert search("kinsae").resolved.remarks == (
        "Nothing that you may see has the words 'kinsae'. Did you mean kinase?",
    )
    assert "Did you mean TP53?" in search("gene:TP35").resolved.remarks[0]
    assert "Did you mean" not in search("zebrafish").resolved.remarks[0]


def test_what_only_others_see_is_not_meant(world: World) -> None:
    assert search("phosphatas").resolved.remarks == (
        "Nothing that you may see has the words 'phosphatas'.",
    )
    operator = Viewer(factories.operator())
    assert "phosphatase" in Search("phosphatas", operator).resolved.remarks[0]


def test_words_go_by_an_index_of_their_parts(world: World) -> None:
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        values = Values()
        told = has_word(values, "kinase", is_whole=True)
        cursor.execute(f"EXPLAIN SELECT * FROM plates_term WHERE {told}", values.named)
        assert "terms_by_their_words" in str(cursor.fetchall())


def test_a_synonym_finds_what_it_stands_for_and_says_so(world: World, tmp_path: Path) -> None:
    (tmp_path / "hgnc.txt").write_text(
        "hgnc_id\tsymbol\talias_symbol\tprev_symbol\nHGNC:11998\tTP53\tp53|LFS1\t\n"
    )
    table = SourceFile("hgnc.txt", tmp_path / "hgnc.txt")
    load_synonym_files(key="gene", files=[table], by=None)
    for name in ("p53", "LFS1"):
        found = search(f"gene:{name}")
        assert found.count() == (1, True)
        assert f"gene:{name} also finds TP53 (HGNC)." in found.resolved.remarks
