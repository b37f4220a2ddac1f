"""What of a store is there, in few bytes: totals, and by name only what lacks something."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from plates.omezarr.completeness import Completeness, WellShares
from plates.omezarr.shares import ImageShares, LabelShares, Share, total_of, totals_by_place

MAX_WELLS: Final = 4_000
"""No usual plate has as many."""
MAX_IMAGES: Final = 1_000
MAX_PLACES: Final = 200
"""Levels, channels and names of labels that are kept in all."""


class ShareLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A share: objects declared and there, bytes there and declared."""

    declared: int
    present: int
    bytes: int
    declared_bytes: int


class LabelLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The labels of one name, and their levels, the largest first."""

    name: str
    share: ShareLine
    levels: tuple[ShareLine, ...]


class WellLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A well that lacks something: its path, its fields and how many of them are not counted."""

    path: str
    fields: int
    uncounted: int
    share: ShareLine
    channels: tuple[ShareLine, ...]


class ImageLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A field or image that lacks something; `well` is the path of its well."""

    path: str
    well: str
    is_counted: bool
    share: ShareLine
    levels: tuple[ShareLine, ...]
    channels: tuple[ShareLine, ...]
    labels: tuple[LabelLine, ...]


class ShareTable(msgspec.Struct, frozen=True):
    """What of a store is there, by level, channel, label, well and field.

    A well or field that is not told of is whole. Of those that lack something the first 4,000 wells
    stand here, and the 1,000 fields and images that lack most; `wells_lacking` and `images_lacking`
    count all of them, `wells_in_all` and `images_in_all` the whole ones too.
    """

    labels: ShareLine
    levels: tuple[ShareLine, ...]
    channels: tuple[ShareLine, ...]
    label_names: tuple[LabelLine, ...]
    wells: tuple[WellLine, ...]
    wells_lacking: int
    wells_in_all: int
    images: tuple[ImageLine, ...]
    images_lacking: int
    images_in_all: int


def share_table(found: Completeness) -> ShareTable:
    """The table of a store that was counted."""
    labels_lacking = {one.well for one in found.images if _lacks_labels(one)}
    wells = [
        one
        for one in found.wells
        if _lacks(one.share) or one.uncounted or one.path in labels_lacking
    ]
    # A well that is listed without a field stands among the wells, which say so.
    images = [one for one in found.images if not one.well or one.path != one.well]
    lacking = [one for one in images if _image_lacks(one)]
    worst = sorted(lacking, key=_what_is_there)[:MAX_IMAGES]
    return ShareTable(
        labels=_line(found.labels),
        levels=_lines(found.levels),
        channels=_lines(found.channels),
        label_names=_by_name(images),
        wells=tuple(map(_well_line, wells[:MAX_WELLS])),
        wells_lacking=len(wells),
        wells_in_all=len(found.wells),
        images=tuple(map(_image_line, worst)),
        images_lacking=len(lacking),
        images_in_all=len(images),
    )


def _lacks(share: Share) -> bool:
    return share.missing > 0


def _lacks_labels(image: ImageShares) -> bool:
    return any(_lacks(label.share) for label in image.labels)


def _image_lacks(image: ImageShares) -> bool:
    return _lacks(image.share) or _lacks_labels(image) or not image.is_counted


def _what_is_there(image: ImageShares) -> float:
    """How much of an image is there: what is not known to lack comes after what is."""
    own = image.share.share
    return 1.0 if own is None else own


def _line(share: Share) -> ShareLine:
    return ShareLine(share.declared, share.present, share.bytes, share.declared_bytes)


def _lines(shares: Sequence[Share]) -> tuple[ShareLine, ...]:
    return tuple(map(_line, shares[:MAX_PLACES]))


def _label_line(label: LabelShares) -> LabelLine:
    return LabelLine(label.name, _line(label.share), _lines(label.levels))


def _well_line(well: WellShares) -> WellLine:
    return WellLine(
        well.path, well.fields, well.uncounted, _line(well.share), _lines(well.channels)
    )


def _image_line(image: ImageShares) -> ImageLine:
    return ImageLine(
        path=image.path,
        well=image.well,
        is_counted=image.is_counted,
        share=_line(image.share),
        levels=_lines(image.levels),
        channels=_lines(image.channels),
        labels=tuple(map(_label_line, image.labels[:MAX_PLACES])),
    )


def _by_name(images: Iterable[ImageShares]) -> tuple[LabelLine, ...]:
    named: dict[str, list[LabelShares]] = {}
    for image in images:
        for label in image.labels:
            if label.name in named or len(named) < MAX_PLACES:
                named.setdefault(label.name, []).append(label)
    return tuple(
        LabelLine(
            name,
            _line(total_of(one.share for one in labels)),
            _lines(totals_by_place(one.levels for one in labels)),
        )
        for name, labels in named.items()
    )
