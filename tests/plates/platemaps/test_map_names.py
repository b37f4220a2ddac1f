import pytest

from plates.platemaps.map_names import match_name, says_no_map, stem, table_name

MAPS = ("JUMP-Target-1_compound_platemap", "JUMP-Target-1_orf_platemap", "OAA01.02.03.04.A")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("map.txt", "map"),
        ("platemap/map.txt", "map"),
        ("batch\\map.CSV.GZ", "map"),
        ("OAA01.02.03.04.A.txt", "OAA01.02.03.04.A"),
        ("OAA01.02.03.04.A", "OAA01.02.03.04.A"),
        (".txt", ".txt"),
    ],
)
def test_a_file_is_named_without_folders_and_the_extensions_of_tables(file: str, name: str) -> None:
    assert stem(file) == name


def test_a_sheet_is_named_by_itself() -> None:
    assert table_name("maps.xlsx:Map 1") == "Map 1"
    assert table_name("maps.xlsx") == "maps"
    assert table_name("odd:name.txt") == "odd:name"


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("JUMP-Target-1_orf_platemap", "JUMP-Target-1_orf_platemap"),
        ("JUMP-Target-1_orf_platemap.txt", "JUMP-Target-1_orf_platemap"),
        ("jump-target-1_ORF_platemap", "JUMP-Target-1_orf_platemap"),
        ("JUMP Target 1 orf platemap", "JUMP-Target-1_orf_platemap"),
        ("JUMP-Target-1_orf", "JUMP-Target-1_orf_platemap"),
        ("JUMP-Target-1_orf_platemap_v2", "JUMP-Target-1_orf_platemap"),
        ("OAA01.02.03.04.A", "OAA01.02.03.04.A"),
    ],
)
def test_a_name_is_found_in_another_spelling(spelt: str, meant: str) -> None:
    names, exact = match_name(spelt, MAPS)
    assert names == (meant,)
    assert exact == (spelt == meant)


def test_a_beginning_that_several_names_share_means_all_of_them() -> None:
    assert set(match_name("JUMP-Target-1", MAPS).names) == set(MAPS[:2])


@pytest.mark.parametrize("spelt", ["JUMP-Target-1_or", "OAA", "JUMP-Target-10", "", "crispr"])
def test_a_name_that_begins_within_a_word_is_another(spelt: str) -> None:
    assert match_name(spelt, MAPS).names == ()


@pytest.mark.parametrize("text", ["", "control", "Control", "NA", "n/a", "none"])
def test_some_words_say_that_there_is_no_map(text: str) -> None:
    assert says_no_map(text)


def test_a_name_does_not_say_that_there_is_no_map() -> None:
    assert not says_no_map("control_map_1")
