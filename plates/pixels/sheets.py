"""Contact sheets: every well of a plate at its place, in one picture."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from plates.pixels.composition import (
    Colors,
    Greys,
    composed,
    filling,
    grey_picture,
    shrunk,
    shrunk_mask,
)
from plates.pixels.contrast import ShownChannel
from plates.pixels.errors import PixelsTooLarge
from plates.pixels.planes import Mask

BROAD: Final = 1_920
"""So wide and high a sheet may be, if its wells need no more."""
LARGEST_TILE, SMALLEST_TILE = 160, 24
LONGEST_SIDE: Final = 8_192
MOST_WELLS: Final = 8_192
GROUND: Final = (14, 17, 21)
"""Between the wells."""
EMPTY: Final = (25, 29, 35)
"""Where a well was never imaged."""


class TileState(StrEnum):
    """What a sheet shows of a well."""

    DRAWN = "drawn"
    PARTIAL = "partial"
    """Some of its chunks are missing in the store."""
    MISSING = "missing"
    """It is listed, and none of it could be drawn."""


def state_of(masks: Sequence[Mask]) -> TileState:
    """What is shown of a field whose channels are missing here and there."""
    if all(mask.all() for mask in masks):
        return TileState.MISSING
    return TileState.PARTIAL if any(mask.any() for mask in masks) else TileState.DRAWN


class Tile(msgspec.Struct, frozen=True):
    """Where a well lies in a sheet, in pixels from its top left corner, and which field it shows."""

    x: int
    y: int
    width: int
    height: int
    field: str = ""
    shown: TileState = TileState.MISSING


class SheetPlan(msgspec.Struct, frozen=True):
    """How a sheet is laid out: the size of a tile, the gap between two, rows and columns.

    Wells that are no grid addresses follow in rows of their own below the grid.
    """

    tile: int
    gap: int
    rows: int
    columns: int
    odd: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Pixels of the sheet from left to right."""
        return self.columns * (self.tile + self.gap) + self.gap

    @property
    def height(self) -> int:
        """Pixels of the sheet from top to bottom."""
        more = -(-len(self.odd) // self.columns)
        return (self.rows + more) * (self.tile + self.gap) + self.gap

    def place(self, row: int | None, column: int | None, label: str) -> tuple[int, int] | None:
        """The top left corner of a well's tile: x and y; None if it has none."""
        if row is None or column is None:
            if label not in self.odd:
                return None
            row, column = divmod(self.odd.index(label), self.columns)
            row += self.rows
        elif row >= self.rows or column >= self.columns:
            return None
        step = self.tile + self.gap
        return self.gap + column * step, self.gap + row * step


def sheet_plan(rows: int, columns: int, odd: Iterable[str] = ()) -> SheetPlan:
    """The layout of the sheet of a plate; PixelsTooLarge if its grid is larger than any plate's."""
    names = tuple(sorted(set(odd)))
    high = rows + -(-len(names) // columns)
    room = BROAD // max(high, columns)
    tile = min(LARGEST_TILE, max(SMALLEST_TILE, room - _gap_of(room)))
    plan = SheetPlan(tile, _gap_of(tile), rows, columns, names)
    if max(plan.width, plan.height) > LONGEST_SIDE or high * columns > MOST_WELLS:
        raise PixelsTooLarge(
            f"A contact sheet of {high:,} x {columns:,} wells would be larger than is drawn."
        )
    return plan


def _gap_of(tile: int) -> int:
    return 1 if tile < 48 else 2 if tile < 96 else 4  # noqa: PLR2004 - hairlines between small wells


class Sheet:
    """A sheet that is filled tile by tile: one plane of greys for each channel."""

    def __init__(self, plan: SheetPlan, channels: int) -> None:
        self.plan = plan
        shape = (channels, plan.height, plan.width)
        self._greys: NDArray[np.uint8] = np.zeros(shape, dtype=np.uint8)
        self._missing: NDArray[np.bool_] = np.zeros(shape, dtype=np.bool_)
        self._ground: Mask = np.ones(shape[1:], dtype=np.bool_)
        self.tiles: dict[str, Tile] = {}

    def announce(self, label: str, row: int | None, column: int | None, field: str) -> None:
        """Say that a well is listed, so that it shows as missing until it is put."""
        place = self.plan.place(row, column, label)
        if place is None:
            return
        x, y = place
        box = np.s_[y : y + self.plan.tile, x : x + self.plan.tile]
        self._ground[box] = False
        self._missing[(slice(None), *box)] = True
        self.tiles[label] = Tile(x, y, self.plan.tile, self.plan.tile, field)

    def put(
        self, label: str, greys: Sequence[Greys], masks: Sequence[Mask], state: TileState
    ) -> None:
        """Put a field into the tile of its well, whole and in the middle; it is a square at most."""
        tile = self.tiles.get(label)
        if tile is None:
            return
        height, width = greys[0].shape
        side = self.plan.tile
        wide, high = filling(width, height, side)
        left, top = tile.x + (side - wide) // 2, tile.y + (side - high) // 2
        box = np.s_[top : top + high, left : left + wide]
        whole = np.s_[tile.y : tile.y + side, tile.x : tile.x + side]
        self._ground[whole] = True
        self._ground[box] = False
        self._missing[(slice(None), *whole)] = False
        for number, (grey, mask) in enumerate(zip(greys, masks, strict=True)):
            self._greys[(number, *box)] = shrunk(grey, wide, high)
            self._missing[(number, *box)] = shrunk_mask(mask, wide, high)
        self.tiles[label] = Tile(left, top, wide, high, tile.field, state)

    def composed(self, shown: Sequence[ShownChannel]) -> Colors:
        """All active channels in their colours."""
        chosen = [one for one in shown if one.active] or list(shown)
        numbers = [one.number for one in chosen]
        return self._grounded(
            composed(
                [self._greys[number] for number in numbers],
                [self._missing[number] for number in numbers],
                chosen,
            )
        )

    def of_channel(self, number: int) -> Colors:
        """One channel in greys."""
        return self._grounded(grey_picture(self._greys[number], self._missing[number]))

    def _grounded(self, picture: Colors) -> Colors:
        picture[self._ground] = GROUND
        picture[self._ground & self._squares()] = EMPTY
        return picture

    def _squares(self) -> Mask:
        """Where the places of the grid are."""
        plan = self.plan
        step = plan.tile + plan.gap
        rows = np.arange(plan.height)[:, None]
        columns = np.arange(plan.width)[None, :]
        in_grid = rows < plan.gap + plan.rows * step
        squares: Mask = (rows % step >= plan.gap) & (columns % step >= plan.gap) & in_grid
        return squares


class SheetMap(msgspec.Struct, frozen=True, omit_defaults=False):
    """Where each well lies in a contact sheet, as the sheet's JSON tells it."""

    width: int
    height: int
    tile: int
    gap: int
    wells: Mapping[str, Tile]


def map_of(sheet: Sheet) -> SheetMap:
    """Where each well lies in a sheet."""
    plan = sheet.plan
    return SheetMap(plan.width, plan.height, plan.tile, plan.gap, sheet.tiles)
