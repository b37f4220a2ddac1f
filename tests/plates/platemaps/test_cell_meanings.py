import pytest

from plates.platemaps.cell_meanings import Controls, ControlWords, Quantities, Words, parts_of
from plates.platemaps.errors import MappingRefused
from plates.platemaps.formats import Format
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Place
from plates.platemaps.values import Value

IDS = ColumnMapping(Place(0, 1), "Term Source 1 Accession", ColumnKind.CURIE, nulls=("NA",))
UNITS = ColumnMapping(Place(0, 1), "Unit", ColumnKind.UNIT, nulls=("NA",))


def words(key: str, *, split: str = "", nulls: tuple[str, ...] = ()) -> ColumnMapping:
    return ColumnMapping(Place(0, 0), key, ColumnKind.TERM, key, split=split, nulls=nulls)


def dose(
    *, key: str = "concentration", unit: str = "", decimal: str = "", split: str = ""
) -> ColumnMapping:
    place = Place(0, 0)
    return ColumnMapping(
        place, "Dose", ColumnKind.QUANTITY, key, unit=unit, decimal=decimal, split=split
    )


def test_a_cell_is_a_value() -> None:
    assert Words(words("compound"))("taxol", []).values == (Value("taxol"),)


def test_a_cell_of_several_values_is_split_and_says_each_once() -> None:
    column = words("target", split="|", nulls=("NA",))
    assert parts_of("NTRK1| NTRK2||na|NTRK1", column) == ("NTRK1", "NTRK2")


def test_doubled_backslashes_of_smiles_are_single_ones() -> None:
    assert parts_of(r"C\\C=C\\C(=O)O", words("smiles")) == (r"C\C=C\C(=O)O",)
    assert parts_of(r"a\\b", words("compound")) == (r"a\\b",)


def test_nulls_say_nothing_whatever_their_case() -> None:
    column = words("control_type", nulls=("NA",))
    assert Words(column)("na", []).values == ()
    assert Words(words("gene"))("NA", []).values == (Value("NA"),)


def test_an_id_beside_a_word_is_its_curie() -> None:
    meaning = Words(words("organism"), ids=(IDS,))("Homo sapiens", ["NCBITaxon_9606", "NCBITaxon"])
    assert meaning.values == (Value("Homo sapiens", curie="NCBITaxon:9606"),)
    assert meaning.problems == ()


def test_a_bare_id_takes_the_ontology_beside_it() -> None:
    meaning = Words(words("organism"), ids=(IDS,))("Homo sapiens", ["9606", "NCBITaxon"])
    assert meaning.values == (Value("Homo sapiens", curie="NCBITaxon:9606"),)


def test_a_word_with_several_ids_is_a_value_for_each() -> None:
    column = words("phenotype")
    meaning = Words(column, ids=(IDS, IDS))("Spindly", ["CMPO_0000077", "CMPO_0000071"])
    assert [value.curie for value in meaning.values] == ["CMPO:0000077", "CMPO:0000071"]
    assert Words(column, ids=(IDS,))("Spindly", ["CMPO_0000077;CMPO_0000071"]) == meaning


def test_as_many_ids_as_words_belong_to_them_in_their_order() -> None:
    column = words("cell_line", split="|")
    meaning = Words(column, ids=(IDS,))("A549|MCF-7", ["EFO_0001086|EFO_0001203"])
    assert meaning.values == (Value("A549", "EFO:0001086"), Value("MCF-7", "EFO:0001203"))


def test_ids_that_do_not_match_the_words_in_number_belong_to_none() -> None:
    column = words("cell_line", split="|")
    meaning = Words(column, ids=(IDS,))("A549|MCF-7", ["EFO_0001086"])
    assert meaning.values == (Value("A549"), Value("MCF-7"))
    assert meaning.problems[0].startswith("2 values have 1 ontology ids")


def test_an_id_without_a_word_is_the_value() -> None:
    meaning = Words(words("organism"), ids=(IDS,))("", ["NCBITaxon_9606"])
    assert meaning.values == (Value("NCBITaxon:9606", curie="NCBITaxon:9606"),)


def test_what_is_no_id_is_a_problem_and_the_word_is_kept() -> None:
    meaning = Words(words("organism"), ids=(IDS,))("Homo sapiens", ["human"])
    assert meaning.values == (Value("Homo sapiens"),)
    assert meaning.problems == ("'human' is no ontology id: write it as in NCBITaxon:9606.",)
    assert Words(words("organism"), ids=(IDS,))("Homo sapiens", ["NA"]).problems == ()


def test_a_species_with_the_id_of_another_is_a_problem() -> None:
    meaning = Words(words("organism"), ids=(IDS,))("Homo sapiens", ["NCBI:txid9601"])
    assert meaning.values[0].curie == "NCBITaxon:9601"
    assert "Homo sapiens is NCBITaxon:9606" in meaning.problems[0]


def test_an_id_says_itself_what_it_is() -> None:
    assert Words(words("gene_id"))("ENSG00000143384", []).values[0].curie == (
        "ensembl:ENSG00000143384"
    )


def test_a_dose_has_a_number() -> None:
    assert Quantities(dose())("30 micromolar", []).values == (
        Value("30 micromolar", number=3e-05, unit="mol/L"),
    )


def test_the_unit_may_stand_in_the_header_or_beside() -> None:
    expected = (Value("30 uM", number=3e-05, unit="mol/L"),)
    assert Quantities(dose(unit="uM"))("30", []).values == expected
    assert Quantities(dose(), (UNITS,))("30", ["uM"]).values == expected
    assert Quantities(dose(unit="uM"), (UNITS,))("30", ["NA"]).values == expected


def test_two_units_that_differ_are_a_problem() -> None:
    meaning = Quantities(dose(), (UNITS,))("30 nM", ["uM"])
    assert meaning.values == (Value("30 nM"),)
    assert "beside it stands 'uM'" in meaning.problems[0]
    assert Quantities(dose(), (UNITS,))("30 uM", ["micromolar"]).problems == ()


def test_several_units_in_a_column_are_read_each_by_itself() -> None:
    read = Quantities(dose())
    assert [read(cell, []).values[0].unit for cell in ("1 uM", "1 ng/mL", "1 nmole")] == [
        "mol/L",
        "g/L",
        "mol",
    ]


def test_what_is_no_dose_is_kept_as_text_with_a_problem() -> None:
    meaning = Quantities(dose(unit="uM"))("high", [])
    assert meaning.values == (Value("high"),)
    assert len(meaning.problems) == 1
    assert Quantities(dose())("24 h", []).values == (Value("24 h"),)


def test_the_mark_of_the_column_counts() -> None:
    read = Quantities(dose(unit="uM", decimal=","))
    assert read("1,000", []).values[0].number == 1e-06


@pytest.mark.parametrize(
    ("key", "unit", "sentence"),
    [
        ("concentration", "furlong", "which is not known"),
        ("concentration", "h", "which measures time; concentration is"),
        ("duration", "uM", "duration is time"),
    ],
)
def test_a_mapping_with_a_unit_that_does_not_fit_is_refused(
    key: str, unit: str, sentence: str
) -> None:
    with pytest.raises(MappingRefused, match=sentence):
        Quantities(dose(key=key, unit=unit))


def test_the_unit_of_an_unknown_key_says_what_it_measures() -> None:
    read = Quantities(dose(key="Doxycycline", unit="ng/mL"))
    assert read("5", []).values[0].unit == "g/L"
    assert read("5 h", []).problems != ()


def test_controls_are_words_of_the_vocabulary_and_their_own_are_kept() -> None:
    controls = Controls(words("control_type"), Format.TABLE)
    assert controls("negcon", []).values == (Value("negative control"),)
    assert ControlWords(controls)("negcon", []).values == (Value("negcon"),)


def test_a_control_nobody_knows_stays_as_it_is_and_is_kept_once() -> None:
    controls = Controls(words("control_type"), Format.TABLE)
    assert controls("sham", []).values == (Value("sham"),)
    assert ControlWords(controls)("sham", []).values == ()
    assert ControlWords(controls)("negative control", []).values == ()


def test_the_comment_beside_a_control_explains_it() -> None:
    controls = Controls(words("control_type"), Format.TABLE)
    assert controls("empty", ["well with water only"]).values == (Value("no cells"),)
    assert ControlWords(controls)("empty", ["well with water only"]).values == (Value("empty"),)
