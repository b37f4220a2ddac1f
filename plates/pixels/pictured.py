"""What of a store is drawn: its fields or images, and where their wells stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from plates.omezarr.snapshots import Layout


class PicturedImage(msgspec.Struct, frozen=True):
    """A field or image that is drawn: its path in the store, and how it is built.

    `label` is that of its well, empty for an image that is no field; `x` and `y` the place of its
    first pixel, where that is told. Without a layout it is listed only.
    """

    path: str
    label: str = ""
    row: int | None = None
    column: int | None = None
    acquisition: int | None = None
    x: float | None = None
    y: float | None = None
    layout: Layout | None = None


def faces_of(images: Iterable[PicturedImage]) -> Mapping[int | None, Mapping[str, PicturedImage]]:
    """The field that stands for each well in a contact sheet, by acquisition and label.

    The one in the middle of the well's fields, where their places are told; else the first.
    """
    fields: dict[int | None, dict[str, list[PicturedImage]]] = defaultdict(
        lambda: defaultdict(list)
    )
    bare = []
    for image in images:
        if image.label and image.layout is None and image.acquisition is None:
            bare.append(image)
        elif image.label:
            fields[image.acquisition][image.label].append(image)
    # A well that is listed only is missing in each acquisition.
    for wells in fields.values() if fields else [fields[None]] if bare else []:
        for image in bare:
            if not wells[image.label]:
                wells[image.label].append(image)
    return {
        run: {label: _in_the_middle(those) for label, those in wells.items()}
        for run, wells in fields.items()
    }


def _in_the_middle(fields: Sequence[PicturedImage]) -> PicturedImage:
    known = [one for one in fields if one.layout is not None] or list(fields)
    placed = [(one.x, one.y, one) for one in known if one.x is not None and one.y is not None]
    if len(placed) < len(known) or len({(x, y) for x, y, _ in placed}) < len(placed):
        return known[0]
    x = (min(one[0] for one in placed) + max(one[0] for one in placed)) / 2
    y = (min(one[1] for one in placed) + max(one[1] for one in placed)) / 2
    # Of fields that are as near the first counts.
    return min(placed, key=lambda one: (one[0] - x) ** 2 + (one[1] - y) ** 2)[2]
