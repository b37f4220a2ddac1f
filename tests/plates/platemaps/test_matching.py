"""Rows to plates, wells and images: tier by tier, and a question where it is not clear."""

import pytest

from plates.addresses import STANDARD_SHAPES, PlateShape
from plates.platemaps.candidates import ImageCandidate, PlateCandidate
from plates.platemaps.formats import Format
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place
from plates.platemaps.matching import Matching
from plates.platemaps.near_names import NearNames
from plates.platemaps.plate_names import PlateNames, store_stem
from plates.platemaps.values import Value
from plates.platemaps.verdicts import RowVerdict
from plates.states import MatchedBy

SHAPE = PlateShape(8, 12)


def plate(serial: int, name: str = "", **more: object) -> PlateCandidate:
    told = {"shape": SHAPE, **more}
    return PlateCandidate(serial, f"id-{serial}", serial * 10, name=name, **told)  # type: ignore[arg-type]


def mapping(*kinds: ColumnKind, **more: object) -> Mapping:
    columns = tuple(
        ColumnMapping(Place(0, number), kind.value, kind) for number, kind in enumerate(kinds)
    )
    return Mapping(Format.TABLE, columns, **more)  # type: ignore[arg-type]


def row(plate: str, *subject: str, verdict: RowVerdict = RowVerdict.MATCHED) -> LongRow:
    return LongRow((2,), plate, subject, ((0, Value("x")),), verdict=verdict)


@pytest.mark.parametrize(
    ("spelling", "serial", "by"),
    [
        ("said", 1, MatchedBy.PERSON),
        ("id-2", 2, MatchedBy.PERSON),
        ("Other Name", 2, MatchedBy.ALIAS),
        ("other_name", 2, MatchedBy.ALIAS),
        ("Week1_22123", 1, MatchedBy.NAME),
        ("0042", 2, MatchedBy.BARCODE),
        ("scan 7.ome.zarr", 3, MatchedBy.STORE),
        ("scan 7", 3, MatchedBy.STORE),
        ("WEEK1_22123", 1, MatchedBy.CASE),
        ("Week1 22123", 1, MatchedBy.SPELLING),
        ("SCAN-7", 3, MatchedBy.SPELLING),
        ("BR00117035", 4, MatchedBy.PREFIX),
        ("week1_22123 (second scan)", 1, MatchedBy.PREFIX),
    ],
)
def test_a_plate_is_found_by_the_first_tier_that_knows_it(
    spelling: str, serial: int, by: MatchedBy
) -> None:
    names = PlateNames(
        [
            plate(1, "Week1_22123"),
            plate(2, "Two", barcode="0042", aliases=("Other Name",)),
            plate(3, stores=("scan 7.ome.zarr",)),
            plate(4, "BR00117035__2021-05-02T16_02_51-Measurement1"),
        ],
        {"said": ("id-1",)},
    )
    match = names.match(spelling)
    assert [found.serial for found in match.plates] == [serial]
    assert match.matched_by is by


@pytest.mark.parametrize("spelling", ["BR0011703", "Week1_2212", "2", "", "Week1_221234"])
def test_a_part_that_ends_within_a_word_is_no_plate(spelling: str) -> None:
    names = PlateNames([plate(1, "Week1_22123"), plate(2, "BR00117035__x")], {})
    assert names.match(spelling).verdict is RowVerdict.NO_SUCH_PLATE


def test_several_plates_at_one_tier_are_a_question_with_the_candidates_in_it() -> None:
    names = PlateNames([plate(1, "P_a"), plate(2, "P_b"), plate(3, "Q")], {})
    match = names.match("P")
    assert match.verdict is RowVerdict.AMBIGUOUS_PLATE
    assert match.plates == ()
    assert "id-1" in match.message
    assert "id-2" in match.message


@pytest.mark.parametrize("spelling", ["1.2E+46", "4,00712E+12", "1e+05"])
def test_a_barcode_that_a_spreadsheet_rounded_is_told_as_such(spelling: str) -> None:
    message = PlateNames([plate(1, barcode="12E45")], {}).match(spelling).message
    assert "A spreadsheet made a rounded number of it" in message
    assert "format the column as text" in message


def test_plates_of_one_name_are_told_apart_by_barcode_and_store() -> None:
    twins = [plate(1, "T", barcode="T1", stores=("a.zarr",)), plate(2, "T", stores=("b.zarr",))]
    message = PlateNames(twins, {}).match("T").message
    assert "'T' (barcode T1, in a.zarr, id-1), 'T' (in b.zarr, id-2)" in message


def test_an_exact_name_is_found_though_longer_ones_start_with_it() -> None:
    names = PlateNames([plate(1, "P"), plate(2, "P_b")], {})
    assert names.match("P").plates[0].serial == 1


def test_an_alias_that_is_the_name_of_another_plate_is_a_question() -> None:
    names = PlateNames([plate(1, "P_copy", aliases=("P",)), plate(2, "P")], {})
    assert names.match("P").verdict is RowVerdict.AMBIGUOUS_PLATE
    alone = PlateNames([plate(1, "P_copy", aliases=("P_copy",)), plate(2, "P")], {})
    assert alone.match("P_copy").plates[0].serial == 1


def test_a_plate_that_was_said_and_is_gone_is_not_guessed_again() -> None:
    match = PlateNames([plate(1, "P")], {"P": ("gone",)}).match("P")
    assert match.verdict is RowVerdict.NO_SUCH_PLATE


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("42", "0042"),
        ("42.0", "0042"),
        ("Week1_22132", "Week1_22123"),
        ("Weak1_22123", "Week1_22123"),
    ],
)
def test_a_near_miss_is_asked_about(spelling: str, meant: str) -> None:
    assert NearNames(["0042", "Week1_22123", "other"]).near(spelling) == (meant,)
    names = PlateNames([plate(1, "Week1_22123"), plate(2, barcode="0042")], {})
    assert f"Did you mean {meant!r}?" in names.match(spelling).message


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a/b.ome.zarr", "b"), ("b.zarr/", "b"), ("b.ome.zarr.zip", "b"), (".zarr", ".zarr")],
)
def test_a_store_is_called_by_its_name_without_endings(name: str, stem: str) -> None:
    assert store_stem(name) == stem


@pytest.mark.parametrize("shape", STANDARD_SHAPES)
def test_every_well_of_every_shape_is_found_by_all_its_names(shape: PlateShape) -> None:
    by_name = Matching(mapping(ColumnKind.WELL), plates=[plate(1, "P", shape=shape)])
    by_number = Matching(mapping(ColumnKind.WELL_NUMBER), plates=[plate(1, "P", shape=shape)])
    by_two = Matching(
        mapping(ColumnKind.ROW, ColumnKind.COLUMN), plates=[plate(1, "P", shape=shape)]
    )
    for position in range(shape.size):
        address = shape.address(position)
        spot = ((10, position),)
        assert by_name.place(row("P", address.label.lower())).spots == spot
        assert by_number.place(row("P", str(position + 1))).spots == spot
        assert by_two.place(row("P", str(address.row + 1), f"{address.column + 1}.0")).spots == spot


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ("H12", RowVerdict.MATCHED),
        ("H13", RowVerdict.NO_SUCH_WELL),
        ("I1", RowVerdict.NO_SUCH_WELL),
        ("empty", RowVerdict.UNREADABLE_WELL),
        ("", RowVerdict.UNREADABLE_WELL),
        ("QC/one", RowVerdict.MATCHED),
    ],
)
def test_a_well_outside_of_the_plate_is_not_one_that_cannot_be_read(
    subject: str, verdict: RowVerdict
) -> None:
    matching = Matching(mapping(ColumnKind.WELL), plates=[plate(1, "P", strays={"QC/one": 96})])
    assert matching.place(row("P", subject)).verdict is verdict


def test_what_is_known_against_a_row_stays() -> None:
    matching = Matching(mapping(ColumnKind.WELL), plates=[plate(1, "P")])
    assert matching.place(row("P", "A1", verdict=RowVerdict.RAGGED)).spots == ()
    kept = matching.place(row("P", "A1", verdict=RowVerdict.UNREADABLE_VALUE))
    assert (kept.verdict, kept.spots) == (RowVerdict.UNREADABLE_VALUE, ((10, 0),))


def test_a_mapping_may_say_which_plate_all_rows_are_about() -> None:
    matching = Matching(mapping(ColumnKind.WELL, plate="P"), plates=[plate(1, "P")])
    assert matching.place(row("", "A1")).spots == ((10, 0),)


@pytest.mark.parametrize(
    ("plate", "name", "position"),
    [
        ("", "one.ome.tiff", 0),
        ("", "sub/two", 1),
        ("", "first.zarr/sub/two", 1),
        ("", "FIRST/sub/two", 1),
        ("second", "same", 0),
    ],
)
def test_an_image_is_found_by_name_path_or_store(plate: str, name: str, position: int) -> None:
    images = [
        ImageCandidate("a", 1, 0, "one.ome.tiff", "0", "first.zarr"),
        ImageCandidate("b", 1, 1, "same", "sub/two", "first.zarr"),
        ImageCandidate("c", 2, 0, "same", "", "second.zarr"),
    ]
    matching = Matching(mapping(ColumnKind.IMAGE), images=images)
    assert matching.place(row(plate, name)).spots[0][1] == position


def test_two_images_of_one_name_are_a_question() -> None:
    images = [ImageCandidate(name, 1, 0, "same", name, "s") for name in "ab"]
    matching = Matching(mapping(ColumnKind.IMAGE), images=images)
    assert matching.place(row("", "same")).verdict is RowVerdict.AMBIGUOUS_IMAGE
