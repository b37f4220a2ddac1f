"""Other names of values, out of the tables that people have."""

from pathlib import Path

import pytest

from catalog.errors import NotUnderstood
from catalog.models import History
from catalog.services.synonyms import load_synonym_files
from plates.models import Synonym
from plates.platemaps.containers import SourceFile
from plates.platemaps.errors import PlateMapRefused

pytestmark = pytest.mark.django_db

HGNC = (
    "hgnc_id\tsymbol\talias_symbol\tprev_symbol\n"
    "HGNC:11998\tTP53\tp53|LFS1\t\n"
    "HGNC:6871\tMAPK1\tERK2\tPRKM1\n"
)


def written(folder: Path, text: str, name: str = "hgnc.txt") -> SourceFile:
    (folder / name).write_text(text, encoding="utf-8")
    return SourceFile(name, folder / name)


def names() -> set[tuple[str, str]]:
    return set(Synonym.objects.values_list("text", "means"))


def test_a_table_is_loaded_and_loading_it_again_changes_nothing(tmp_path: Path) -> None:
    table = written(tmp_path, HGNC)
    loaded = load_synonym_files(key="gene", files=[table], by=None)
    assert (loaded.new, loaded.gone) == (4, 0)
    assert ("ERK2", "MAPK1") in names()
    assert Synonym.objects.get(text="p53").curie == "HGNC:11998"
    again = load_synonym_files(key="Gene Symbol", files=[table], by=None)
    assert (again.new, again.gone) == (0, 0)
    assert History.objects.filter(verb="load", noun="key").count() == 2


def test_what_a_newer_table_no_longer_says_is_forgotten(tmp_path: Path) -> None:
    load_synonym_files(key="gene", files=[written(tmp_path, HGNC)], by=None)
    own = written(tmp_path, "name,means\nguardian,TP53\n", "own.csv")
    load_synonym_files(key="gene", files=[own], by=None)
    newer = load_synonym_files(
        key="gene", files=[written(tmp_path, HGNC.replace("|LFS1", "|TRP53"))], by=None
    )
    assert (newer.new, newer.gone) == (1, 1)
    assert names() == {
        ("p53", "TP53"),
        ("TRP53", "TP53"),
        ("ERK2", "MAPK1"),
        ("PRKM1", "MAPK1"),
        ("guardian", "TP53"),
    }


def test_an_unknown_key_is_refused_with_what_may_have_been_meant(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match="cell line"):
        load_synonym_files(key="cel_line", files=[written(tmp_path, HGNC)], by=None)


def test_a_file_that_is_no_such_table_loads_nothing(tmp_path: Path) -> None:
    good = written(tmp_path, HGNC)
    bad = written(tmp_path, "a,b,c,d\n1,2,3,4\n", "bad.csv")
    with pytest.raises(PlateMapRefused, match=r"bad\.csv"):
        load_synonym_files(key="gene", files=[good, bad], by=None)
    assert not Synonym.objects.exists()


def test_names_that_no_column_holds_are_left_out(tmp_path: Path) -> None:
    long = "x" * 300
    table = written(tmp_path, f"name,means\n{long},TP53\n---,TP53\np53,TP53\n", "own.csv")
    assert load_synonym_files(key="gene", files=[table], by=None).new == 1
