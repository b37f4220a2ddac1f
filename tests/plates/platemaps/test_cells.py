from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.cells import CellReader, with_control_words
from plates.platemaps.formats import Format
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place
from plates.platemaps.values import Value


def column(
    number: int,
    kind: ColumnKind,
    becomes: str = "",
    *,
    of: int | None = None,
    split: str = "",
    nulls: tuple[str, ...] = (),
    table: int = 0,
    group: int = 0,
    decimal: str = "",
) -> ColumnMapping:
    return ColumnMapping(
        Place(table, number),
        becomes or kind.value,
        kind,
        becomes,
        group=group,
        of=None if of is None else Place(table, of),
        split=split,
        nulls=nulls,
        decimal=decimal,
    )


def mapping(*columns: ColumnMapping, form: Format = Format.TABLE) -> Mapping:
    return Mapping(form, columns)


SCREEN = mapping(
    column(0, ColumnKind.PLATE),
    column(1, ColumnKind.WELL),
    column(2, ColumnKind.TERM, "organism"),
    column(3, ColumnKind.ONTOLOGY, of=2),
    column(4, ColumnKind.CURIE, of=2),
    column(5, ColumnKind.TERM, "compound", group=1),
    column(6, ColumnKind.QUANTITY, "concentration", group=1),
    column(7, ColumnKind.UNIT, of=6),
    column(8, ColumnKind.TERM, "control_type"),
    column(9, ColumnKind.READOUT, "z_score", nulls=("NA",)),
    column(10, ColumnKind.TEXT, "plate_well", nulls=("NA",)),
    column(11, ColumnKind.IGNORED),
    column(0, ColumnKind.TERM, "gene", table=1),
)
ROW = (
    "P1", "A01", "Homo sapiens", "NCBITaxon", "NCBITaxon_9606", "taxol", "30", "uM", "negcon",
    "-1.5", "P1_A01", "whatever",
)  # fmt: skip


def test_a_row_says_what_its_columns_mean() -> None:
    reading = CellReader(SCREEN, 0).read(ROW)
    assert dict(reading.values) == {
        2: Value("Homo sapiens", curie="NCBITaxon:9606"),
        5: Value("taxol"),
        6: Value("30 uM", number=3e-05, unit="mol/L"),
        8: Value("negative control"),
    }
    assert reading.texts == ((10, "P1_A01"), (9, "-1.5"))
    assert reading.problems == ()


def test_only_columns_of_the_table_are_read() -> None:
    assert CellReader(SCREEN, 1).read(["TP53"]).values == ((12, Value("TP53")),)


def test_a_short_row_is_read_as_far_as_it_goes_and_a_long_one_to_its_columns() -> None:
    reader = CellReader(SCREEN, 0)
    assert dict(reader.read(ROW[:6]).values).keys() == {2, 5}
    assert reader.read([]).values == ()
    assert reader.read((*ROW, "more", "and more")) == reader.read(ROW)


def test_a_problem_names_its_column_each_time_the_cell_stands_there() -> None:
    reader = CellReader(SCREEN, 0)
    bad = (*ROW[:6], "lots", *ROW[7:])
    for _ in range(3):
        reading = reader.read(bad)
        assert [problem.place for problem in reading.problems] == [Place(0, 6)]
        assert "'lots' is no number with a unit" in reading.problems[0].message
    assert reader.read(ROW).problems == ()


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("1.5", ((0, "1.5"),)),
        ("1e-3", ((0, "1e-3"),)),
        ("12,5", ((0, "12.5"),)),
        ("NA", ()),
        ("na", ()),
        ("NaN", ()),
        ("", ()),
    ],
)
def test_a_readout_is_a_number_as_python_reads_it(
    cell: str, texts: tuple[tuple[int, str], ...]
) -> None:
    reader = CellReader(mapping(column(0, ColumnKind.READOUT, "z_score", nulls=("NA",))), 0)
    assert reader.read([cell]).texts == texts
    assert reader.read([cell]).problems == ()


@pytest.mark.parametrize("cell", ["inf", "1_000", "1,000", "high", "1e999"])
def test_a_readout_that_is_no_number_is_kept_with_a_problem(cell: str) -> None:
    reading = CellReader(mapping(column(0, ColumnKind.READOUT, "z_score")), 0).read([cell])
    assert reading.texts == ((0, cell),)
    assert "is no number" in reading.problems[0].message


def test_the_mark_of_a_readout_counts() -> None:
    reader = CellReader(mapping(column(0, ColumnKind.READOUT, "z_score", decimal=",")), 0)
    assert reader.read(["1,000"]).texts == ((0, "1.000"),)
    assert reader.read(["1.000"]).texts == ((0, "1000"),)


def test_channels_are_split_and_keep_their_words() -> None:
    reader = CellReader(mapping(column(0, ColumnKind.TERM, "channels", split=";")), 0)
    cell = "DAPI:DNA;Phallodin:F-actin; B-tubulin"
    assert [value.text for _, value in reader.read([cell]).values] == [
        "DAPI:DNA",
        "Phallodin:F-actin",
        "B-tubulin",
    ]


def test_the_words_of_controls_are_kept_beside_the_vocabulary() -> None:
    kept = with_control_words(SCREEN)
    assert with_control_words(kept) == kept
    values = dict(CellReader(kept, 0).read(ROW).values)
    assert values[8] == Value("negative control")
    assert values[len(SCREEN.columns)] == Value("negcon")
    assert kept.columns[-1].becomes == "control_as_written"


def test_a_column_of_control_words_by_itself_is_one_of_words() -> None:
    reader = CellReader(mapping(column(0, ColumnKind.TERM, "control_as_written")), 0)
    assert reader.read(["negcon"]).values == ((0, Value("negcon")),)


def test_a_comment_explains_the_control_beside_it() -> None:
    reader = CellReader(
        mapping(
            column(0, ColumnKind.TERM, "control_type"),
            column(1, ColumnKind.TERM, "control_comment"),
        ),
        0,
    )
    values = dict(reader.read(["empty", "well with water only"]).values)
    assert values == {0: Value("no cells"), 1: Value("well with water only")}


def test_empty_means_no_treatment_in_a_table_of_jump() -> None:
    of_jump = mapping(column(0, ColumnKind.TERM, "control_type"), form=Format.JUMP_TABLE)
    assert CellReader(of_jump, 0).read(["empty"]).values == ((0, Value("no treatment")),)


def test_null_characters_never_leave_a_cell() -> None:
    reader = CellReader(
        mapping(column(0, ColumnKind.TERM, "gene"), column(1, ColumnKind.TEXT, "note")), 0
    )
    reading = reader.read(["TP\x0053", "a\x00b"])
    assert reading.values == ((0, Value("TP53")),)
    assert reading.texts == ((1, "ab"),)


rows = st.lists(
    st.tuples(
        *[st.sampled_from(["", "x"])] * 2,
        st.sampled_from(["", "Homo sapiens", "Mus musculus"]),
        st.sampled_from(["", "NCBITaxon"]),
        st.sampled_from(["", "9606", "NCBITaxon_10090", "bad"]),
        st.text(max_size=3),
        st.sampled_from(["", "1", "1,000", "30 nM", "lots"]),
        st.sampled_from(["", "uM", "h"]),
        st.sampled_from(["", "negcon", "sham"]),
        st.text("0123456789.,eE-+na", max_size=5),
        st.text(max_size=3),
        st.just(""),
    ),
    max_size=40,
)


@given(rows, st.integers(1, 20), st.integers(1, 60))
def test_what_was_forgotten_is_learnt_again_as_it_was(
    rows: Sequence[tuple[str, ...]], cells: int, characters: int
) -> None:
    forgetful = CellReader(SCREEN, 0, kept_cells=cells, kept_characters=characters)
    for row in rows:
        assert forgetful.read(row) == CellReader(SCREEN, 0).read(row)


def test_memory_is_bounded_however_many_cells_differ() -> None:
    reader = CellReader(mapping(column(0, ColumnKind.TERM, "smiles")), 0, kept_cells=100)
    for number in range(1000):
        assert reader.read([f"C{number}"]).values == ((0, Value(f"C{number}")),)
        assert len(reader._columns[0].known) <= 100
