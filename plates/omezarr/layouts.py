"""From the documents of an image to its layout and the place of its first pixel."""

from collections.abc import Sequence
from math import isfinite
from typing import Final, NamedTuple

from plates.omezarr.chunk_grids import ChunkGrid, grid_of
from plates.omezarr.documents import ArrayDocument, Axis, Channel, MultiscaleDocument, Table
from plates.omezarr.parsing_images import MAX_CHANNELS
from plates.omezarr.snapshots import LabelLayout, Layout, PixelSize

_METRES: Final = {
    "angstrom": 1e-10,
    "picometer": 1e-12,
    "nanometer": 1e-9,
    "micrometer": 1e-6,
    "millimeter": 1e-3,
    "centimeter": 1e-2,
    "meter": 1.0,
}
_NO_ARRAY: Final = ArrayDocument((), "", (), (), 0)


class LabelSource(NamedTuple):
    """The documents of a label image beside an image."""

    name: str
    document: MultiscaleDocument
    arrays: Sequence[ArrayDocument | None]


class Layouts:
    """The layouts of one store, each kept once.

    Contrast windows make no layouts of their own: some writers compute them from each image's
    pixels. Images that differ in nothing else share the windows of the first of them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Layout] = {}
        self._by_parts: dict[tuple[object, ...], tuple[object, Layout]] = {}

    def of_image(
        self,
        image: MultiscaleDocument,
        arrays: list[ArrayDocument | None],
        *,
        labels: tuple[str, ...],
        tables: tuple[Table, ...],
        label_images: Sequence[LabelSource] = (),
    ) -> Layout:
        """The layout of an image, the same object for all images that are built alike.

        Ask in an order that the content alone decides: the first image gives the windows.
        """
        levels = image.levels
        scale = levels[0].scale if levels else ()
        paths = _paths(image)
        # The parser gives equal parts as one object, and identity is cheaper to compare. The
        # parts are kept, lest another object takes over the identity of one.
        parts = (image.axes, image.channels, *arrays, *_parts(label_images))
        below = tuple([(label.name, _paths(label.document)) for label in label_images])
        quick = (*map(id, parts), scale, paths, labels, tables, below)
        known = self._by_parts.get(quick)
        if known is not None:
            return known[1]
        channels = tuple([(one.label, one.color, one.active) for one in image.channels])
        beside = tuple([_label_layout(label) for label in label_images])
        key = (image.axes, channels, *arrays, scale, paths, labels, tables, beside)
        layout = self._known.get(key)
        if layout is None:
            layout = _layout(image, arrays, labels=labels, tables=tables, beside=beside)
            self._known[key] = layout
        self._by_parts[quick] = (parts, layout)
        return layout


def _paths(image: MultiscaleDocument) -> tuple[str, ...]:
    return tuple([level.path for level in image.levels])


def _parts(label_images: Sequence[LabelSource]) -> list[object]:
    """All that makes up the layouts of labels, but for the paths of their levels."""
    return [part for label in label_images for part in (label.document.axes, *label.arrays)]


def _label_layout(label: LabelSource) -> LabelLayout:
    return LabelLayout(
        name=label.name,
        axes=label.document.axes,
        level_paths=_paths(label.document),
        grids=_grids(label.arrays),
    )


def _grids(arrays: Sequence[ArrayDocument | None]) -> tuple[ChunkGrid | None, ...]:
    # An image has dimensions: a shape without any is one that could not be understood.
    return tuple([grid_of(array) if array and array.shape else None for array in arrays])


def _layout(
    image: MultiscaleDocument,
    arrays: list[ArrayDocument | None],
    *,
    labels: tuple[str, ...],
    tables: tuple[Table, ...],
    beside: tuple[LabelLayout, ...],
) -> Layout:
    first = (arrays[0] if arrays else None) or _NO_ARRAY
    return Layout(
        axes=image.axes,
        shape=first.shape,
        dtype=first.dtype,
        chunks=first.chunks,
        shards=first.shards,
        codecs=first.codecs,
        pixel_size=_pixel_size(image.axes, image.levels[0].scale if image.levels else ()),
        level_paths=_paths(image),
        level_shapes=tuple([() if array is None else array.shape for array in arrays]),
        channels=_channels(image, first.shape),
        labels=labels,
        tables=tables,
        grids=_grids(arrays),
        label_layouts=beside,
    )


def _channels(image: MultiscaleDocument, shape: tuple[int, ...]) -> tuple[Channel, ...]:
    """The channels, with one for each plane of the channel axis that the document left out."""
    names = [axis.name for axis in image.axes]
    if "c" in names and names.index("c") < len(shape):
        planes = shape[names.index("c")]
    else:
        planes = 1 if shape else 0
    missing = min(planes, MAX_CHANNELS) - len(image.channels)
    return image.channels + (Channel(),) * missing


def _pixel_size(axes: tuple[Axis, ...], scale: tuple[float, ...]) -> PixelSize:
    """The scale of the space axes, all in the unit of x (else y, else z)."""
    sizes = {axis.name: (size, axis.unit) for axis, size in zip(axes, scale, strict=False)}
    unit = next((sizes[name][1] for name in "xyz" if name in sizes and sizes[name][1]), "")
    x, y, z = (_in_unit(*sizes[name], unit=unit) if name in sizes else None for name in "xyz")
    return PixelSize(x=x, y=y, z=z, unit=unit)


def _in_unit(size: float, own: str, *, unit: str) -> float | None:
    # Writers often give a unit for x and y alone and mean it for z too.
    if own in {"", unit}:
        return size
    if own in _METRES and unit in _METRES:
        converted = size * _METRES[own] / _METRES[unit]
        return converted if isfinite(converted) else None
    return None
