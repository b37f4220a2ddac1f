"""The documents of the demo's stores as OME-Zarr wants them, before a version puts its stamp on."""

from collections.abc import Iterable
from dataclasses import dataclass

from plates.omezarr.jsonvalues import JsonObject, JsonValue

_MEAN = "Each pixel is the mean of 2 x 2 pixels of the level before."
_NEAREST = "Each pixel is the first of 2 x 2 pixels of the level before."
_TYPE_OF_AXIS = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel: what was stained, how it is coloured, and which grey values are shown."""

    label: str
    color: str
    window: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """One run of the plate through the microscope; times are seconds since 1970."""

    number: int
    name: str
    description: str
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class Space:
    """Axes, and for each the size of a pixel and where the first one lies, in micrometers."""

    axes: str
    pixel: tuple[float, ...]
    origin: tuple[float, ...]
    averaged: bool = True
    """Whether a pixel of a smaller level is the mean of four, or the first of them."""


def multiscale(name: str, space: Space, *, levels: int) -> JsonObject:
    """An image: its axes, and for each level where it is and how large its pixels are."""
    return {
        "name": name,
        "axes": [_axis(axis) for axis in space.axes],
        "datasets": [
            {"path": str(level), "coordinateTransformations": _transforms(space, level)}
            for level in range(levels)
        ],
        "type": "mean" if space.averaged else "nearest",
        "metadata": {"description": _MEAN if space.averaged else _NEAREST},
    }


def _axis(name: str) -> JsonObject:
    kind = _TYPE_OF_AXIS[name]
    axis: JsonObject = {"name": name, "type": kind}
    return axis | {"unit": "micrometer"} if kind == "space" else axis


def _transforms(space: Space, level: int) -> list[JsonValue]:
    """Each level halves y and x; the middle of a mean of pixels is not the middle of the first."""
    factors = [2**level if axis in "yx" else 1 for axis in space.axes]
    scale = [pixel * factor for pixel, factor in zip(space.pixel, factors, strict=True)]
    shift = [
        pixel * (factor - 1) / 2 if space.averaged else 0.0
        for pixel, factor in zip(space.pixel, factors, strict=True)
    ]
    corner = [start + by for start, by in zip(space.origin, shift, strict=True)]
    return [
        {"type": "scale", "scale": [round(number, 6) for number in scale]},
        {"type": "translation", "translation": [round(number, 6) for number in corner]},
    ]


def omero(name: str, channels: Iterable[Channel], *, planes: int = 1) -> JsonObject:
    """How an image is to be shown: its channels, and the plane to begin with."""
    return {
        "id": 1,
        "name": name,
        "channels": [_channel(channel) for channel in channels],
        "rdefs": {"defaultT": 0, "defaultZ": planes // 2, "model": "color"},
    }


def _channel(channel: Channel) -> JsonObject:
    start, end = channel.window
    return {
        "label": channel.label,
        "color": channel.color,
        "active": True,
        "coefficient": 1,
        "family": "linear",
        "inverted": False,
        "window": {"min": 0, "max": 65535, "start": start, "end": end},
    }


def acquisition(run: Acquisition, *, fields: int) -> JsonObject:
    """One run of a plate, with the number of fields that it took of a well."""
    return {
        "id": run.number,
        "name": run.name,
        "description": run.description,
        "maximumfieldcount": fields,
        "starttime": run.started_at,
        "endtime": run.ended_at,
    }


def image_label(labels: Iterable[int]) -> JsonObject:
    """What a label image says of itself: the image that it belongs to, and colours of labels."""
    palette = ((86, 180, 233), (230, 159, 0), (0, 158, 115), (204, 121, 167), (240, 228, 66))
    colors: list[JsonValue] = [
        {"label-value": label, "rgba": [*palette[label % len(palette)], 255]} for label in labels
    ]
    return {"colors": colors, "source": {"image": "../../"}}
