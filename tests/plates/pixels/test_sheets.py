"""Contact sheets: every well at its place, on plates of every size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.addresses import STANDARD_SHAPES, PlateShape, WellAddress
from plates.pixels.composition import LINES, NOTHING
from plates.pixels.contrast import ShownChannel, WindowBy
from plates.pixels.errors import PixelsTooLarge
from plates.pixels.pictured import PicturedImage, faces_of
from plates.pixels.sheets import (
    EMPTY,
    GROUND,
    Sheet,
    SheetPlan,
    TileState,
    sheet_plan,
    state_of,
)
from tests.plates.pixels.arrays_written import layout

SHOWN = [
    ShownChannel(0, "", "FFFFFF", 0, 1, WindowBy.OMERO),
    ShownChannel(1, "", "FF0000", 0, 1, WindowBy.OMERO, active=False),
]
LAYOUT = layout("yx", (8, 8))


@pytest.mark.parametrize("shape", STANDARD_SHAPES, ids=lambda shape: str(shape.size))
def test_every_well_of_a_plate_has_a_place_of_its_own(shape: PlateShape) -> None:
    plan = sheet_plan(shape.rows, shape.columns)
    taken = np.zeros((plan.height, plan.width), int)
    for position in range(shape.size):
        well = shape.address(position)
        place = plan.place(well.row, well.column, well.label)
        assert place is not None
        x, y = place
        taken[y : y + plan.tile, x : x + plan.tile] += 1
        assert x + plan.tile + plan.gap <= plan.width
        assert y + plan.tile + plan.gap <= plan.height
    assert taken.max() == 1
    assert taken.sum() == shape.size * plan.tile**2
    assert max(plan.width, plan.height) <= 2_200


@given(rows=st.integers(1, 40), columns=st.integers(1, 60), odd=st.integers(0, 90))
def test_wells_without_an_address_follow_below_the_grid(rows: int, columns: int, odd: int) -> None:
    names = [f"odd {number:03}" for number in range(odd)]
    try:
        plan = sheet_plan(rows, columns, names)
    except PixelsTooLarge:
        assert (rows + -(-odd // columns)) * 24 > 1_920
        return
    last = plan.place(rows - 1, columns - 1, "")
    assert last is not None
    places = [plan.place(None, None, name) for name in names]
    assert None not in places
    assert len(set(places)) == odd
    assert all(place is not None and place[1] > last[1] for place in places)
    assert plan.place(rows, 0, "") is None
    assert plan.place(None, None, "unknown") is None


@pytest.mark.parametrize(("rows", "columns"), [(32_767, 32_767), (1, 9_000), (9_000, 1)])
def test_a_grid_that_is_no_plates_is_refused(rows: int, columns: int) -> None:
    with pytest.raises(PixelsTooLarge):
        sheet_plan(rows, columns)


def test_a_sheet_shows_what_is_there_what_is_missing_and_what_never_was() -> None:
    plan = SheetPlan(tile=20, gap=2, rows=2, columns=2)
    sheet = Sheet(plan, 2)
    for label in ("A01", "A02", "B01"):
        well = WellAddress.parse(label)
        sheet.announce(label, well.row, well.column, f"{label}/0")
    bright, none = np.full((10, 10), 200, np.uint8), np.zeros((10, 10), bool)
    half = none.copy()
    half[:, 5:] = True
    sheet.put("A01", [bright, bright], [none, none], state_of([none, none]))
    sheet.put("A02", [bright, bright], [none, half], state_of([none, half]))
    sheet.put("nowhere", [bright, bright], [none, none], TileState.DRAWN)
    picture = sheet.composed(SHOWN)
    assert picture.shape == (46, 46, 3)
    assert (picture[:2] == GROUND).all()
    assert (picture[2:22, 2:22] == 200).all()
    assert {tuple(pixel) for pixel in picture[24:44, 2:22].reshape(-1, 3).tolist()} == {
        NOTHING,
        LINES,
    }
    assert (picture[24:44, 24:44] == EMPTY).all()
    second = sheet.of_channel(1)
    assert (second[2:22, 24:34] == 200).all()
    assert {tuple(pixel) for pixel in second[2:22, 34:44].reshape(-1, 3).tolist()} == {
        NOTHING,
        LINES,
    }
    states = {label: tile.shown for label, tile in sheet.tiles.items()}
    assert states == {
        "A01": TileState.DRAWN,
        "A02": TileState.PARTIAL,
        "B01": TileState.MISSING,
    }
    assert sheet.tiles["A01"].field == "A01/0"


def test_a_pixel_that_is_missing_makes_a_field_partial_and_nothing_less_than_all_a_missing_one() -> (
    None
):
    none, whole = np.zeros((50, 50), bool), np.ones((50, 50), bool)
    speck, rest = none.copy(), whole.copy()
    speck[0, 0], rest[0, 0] = True, False
    assert state_of([none, none]) is TileState.DRAWN
    assert state_of([none, speck]) is TileState.PARTIAL
    assert state_of([whole, rest]) is TileState.PARTIAL
    assert state_of([whole, whole]) is TileState.MISSING


def test_a_field_that_is_no_square_stands_whole_in_the_middle_of_its_tile() -> None:
    sheet = Sheet(SheetPlan(tile=40, gap=4, rows=1, columns=1), 1)
    sheet.announce("A01", 0, 0, "A/01/0")
    grey, none = np.full((10, 20), 99, np.uint8), np.zeros((10, 20), bool)
    sheet.put("A01", [grey], [none], TileState.DRAWN)
    tile = sheet.tiles["A01"]
    assert (tile.x, tile.y, tile.width, tile.height) == (4, 14, 40, 20)
    picture = sheet.composed(SHOWN[:1])
    assert (picture[14:34, 4:44] == 99).all()
    assert (picture[4:14, 4:44] == EMPTY).all()


def field(path: str, run: int | None, x: float | None, y: float | None) -> PicturedImage:
    return PicturedImage(path, "A01", 0, 0, run, x, y, LAYOUT)


def test_the_field_in_the_middle_stands_for_its_well() -> None:
    nine = [field(str(3 * y + x), 1, x * 9.0, y * 9.0) for y in range(3) for x in range(3)]
    other = [field("b", 2, None, None), field("c", 2, 0.0, 0.0)]
    assert {run: face["A01"].path for run, face in faces_of([*nine, *other]).items()} == {
        1: "4",
        2: "b",
    }


def test_without_places_of_their_own_the_first_field_that_is_known_stands_for_the_well() -> None:
    listed = PicturedImage("A/01/0", "A01", 0, 0)
    assert faces_of([listed, field("1", None, 0.0, 0.0), field("2", None, 0.0, 0.0)])[None][
        "A01"
    ] == field("1", None, 0.0, 0.0)
    assert faces_of([listed])[None]["A01"] == listed
    assert faces_of([PicturedImage("image", layout=LAYOUT)]) == {}
