"""The contact sheets of one plate: one for each acquisition, composed and by channel."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from plates.pixels.contrast import ShownChannel
from plates.pixels.drawing import Face, Faces
from plates.pixels.encoding import webp_of
from plates.pixels.packs import PackWriter
from plates.pixels.pictured import PicturedImage, faces_of
from plates.pixels.sheets import Sheet, SheetMap, SheetPlan, map_of

COMPOSED: Final = "composed"
_AT_ONCE: Final = 2
"""Sheets that are packed side by side: a packer of WebP leaves the interpreter alone."""
MOST_PLANES: Final = 24
"""Planes of all sheets of a plate together; what goes beyond has no sheet."""


class ContactSheets:
    """Filled with the faces of fields while they are drawn, then written into the store's pack."""

    def __init__(
        self, plan: SheetPlan, images: Sequence[PicturedImage], channels: Sequence[ShownChannel]
    ) -> None:
        self._plan = plan
        self._channels = channels
        faces = faces_of(images)
        runs = sorted(faces, key=lambda run: (run is not None, run or 0))
        self.runs = runs[: max(1, MOST_PLANES // max(1, len(channels)))] if channels else []
        self._chosen = {
            face.path: (run, label) for run in self.runs for label, face in faces[run].items()
        }
        self._sheets = {run: _announced(plan, faces[run], len(channels)) for run in self.runs}

    @property
    def faces(self) -> Faces:
        """The images that stand for their wells, as large as their tiles."""
        return Faces(frozenset(self._chosen), self._plan.tile)

    def show(self, image: PicturedImage, face: Face) -> None:
        """Put an image into the tile of its well, if it is the one that stands for it."""
        run, label = self._chosen.get(image.path, (None, None))
        if label is None or len(face.greys) < len(self._channels):
            return
        self._sheets[run].put(label, face.greys, face.masks, face.state)

    def put_into(self, pack: PackWriter) -> None:
        """Write each sheet, and where its wells lie."""
        for run, sheet in self._sheets.items():
            pack.put(map_name(run), msgspec.json.encode(map_of(sheet)))
        wanted = [(run, number) for run in self._sheets for number in (None, *self._numbers)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for (run, number), content in zip(wanted, pool.map(self._webp, wanted), strict=True):
                pack.put(sheet_name(run, number), content)

    def _webp(self, wanted: tuple[int | None, int | None]) -> bytes:
        run, number = wanted
        sheet = self._sheets[run]
        whole = number is None
        return webp_of(sheet.composed(self._channels) if whole else sheet.of_channel(number or 0))

    @property
    def _numbers(self) -> list[int]:
        return [channel.number for channel in self._channels]


def _announced(plan: SheetPlan, faces: Mapping[str, PicturedImage], channels: int) -> Sheet:
    sheet = Sheet(plan, channels)
    for label, face in faces.items():
        sheet.announce(label, face.row, face.column, face.path)
    return sheet


def map_name(run: int | None) -> str:
    """Under which name the map of the sheet of an acquisition stands in its store's pack."""
    return f"map/{'-' if run is None else run}"


def sheet_name(run: int | None, channel: int | None) -> str:
    """Under which name the sheet of an acquisition and channel, or of all, stands in the pack."""
    return f"sheet/{'-' if run is None else run}/{COMPOSED if channel is None else channel}"


def read_map(content: bytes) -> SheetMap:
    """Where each well lies, as `put_into` wrote it."""
    return msgspec.json.decode(content, type=SheetMap)
