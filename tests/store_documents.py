"""The documents of images and arrays, as a careful writer of each version puts them."""

from collections.abc import Sequence
from dataclasses import replace

from tests.store_styles import Json, Pixels, Style, Version, has_axes

_COLORS = ("0000FF", "00FF00", "FF0000", "FFFF00", "FF00FF", "00FFFF")
_CODES = {
    "uint8": "|u1",
    "uint16": "<u2",
    "uint32": "<u4",
    "int16": "<i2",
    "float32": "<f4",
    "bool": "|b1",
}
_SPACE_06 = "physical"


def fitting(style: Style, version: Version) -> Style:
    """A style with the axes that a version has: always five before 0.3."""
    return style if has_axes(version) else replace(style, axes="tczyx", label_axes="")


def spelt_axes(style: Style, axes: str) -> list[str]:
    """The names of axes as a writer spells them."""
    return [axis.upper() if style.upper_case_axes else axis for axis in axes]


def multiscale(
    version: Version, style: Style, pixels: Pixels, *, name: object, place: tuple[float, float]
) -> Json:
    """One member of `multiscales`."""
    names = style.level_names or tuple(map(str, range(pixels.levels)))
    described: Json = {"name": name}
    if version == "0.3":
        described["axes"] = spelt_axes(style, style.axes)
    elif version in ("0.4", "0.5"):
        described["axes"] = _described_axes(style)
    elif version == "0.6":
        system = {"name": _SPACE_06, "axes": _described_axes(style)}
        described["coordinateSystems"] = [system]
    described["datasets"] = [
        {
            "path": int(level) if style.integer_levels else level,
            **_placed(version, level, _transforms(style, pixels, number, place)),
        }
        for number, level in enumerate(names)
    ]
    if style.downscaling:
        described |= {"type": "mean", "metadata": {"method": "mean", "version": "1"}}
    if style.whole_scale:
        whole = {"type": "scale", "scale": list(style.whole_scale)}
        described["coordinateTransformations"] = [whole]
    return described


def omero(style: Style, channels: Sequence[str]) -> Json:
    """How an image is shown."""
    window: Json = {"start": 100, "end": 4000.5, "min": 0, "max": 65535}
    if style.window_texts:
        window = {key: str(value) for key, value in window.items()}
    described = [
        {"label": name, "color": _COLORS[number % 6], "window": window, "active": True}
        for number, name in enumerate(channels)
    ]
    return {"channels": described[: style.omero_channels]}


def image_label() -> Json:
    """What a label image says of its values."""
    colors = [{"label-value": value, "rgba": [0, 0, 255, 128]} for value in (1, 2)]
    properties = [{"label-value": 1, "class": "a cell"}]
    return {"colors": colors, "properties": properties, "source": {"image": "../../"}}


def array_v2(version: Version, style: Style, shape: Sequence[int], chunk: Sequence[int]) -> Json:
    """The document of an array of Zarr 2."""
    code = _CODES[style.dtype]
    return {
        "zarr_format": 2,
        "shape": list(shape),
        "chunks": list(chunk),
        "dtype": code.replace("<", ">") if style.big_endian else code,
        "compressor": None,
        "filters": None,
        "fill_value": 0,
        "order": "C",
        "dimension_separator": "." if version == "0.1" else "/",
    }


def array_v3(style: Style, axes: str, shape: Sequence[int], chunk: Sequence[int]) -> Json:
    """The document of an array of Zarr 3."""
    endian = "big" if style.big_endian else "little"
    codecs: list[Json] = [{"name": "bytes", "configuration": {"endian": endian}}]
    grid = list(chunk)
    if style.sharded:
        inner = {"chunk_shape": list(chunk), "codecs": codecs, "index_codecs": codecs}
        codecs = [{"name": "sharding_indexed", "configuration": inner}]
        grid = list(shape)
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape),
        "data_type": style.dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": grid}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": codecs,
        "attributes": {},
        "dimension_names": spelt_axes(style, axes),
    }


def ome_xml(names: Sequence[str], pixels: Pixels) -> str:
    """An OME-XML file of images without pixels."""
    height, width = pixels.size
    sizes = f'SizeX="{width}" SizeY="{height}" SizeZ="{pixels.planes}" SizeT="1"'
    channels = len(pixels.channels)
    images = "".join(
        f'<Image ID="Image:{number}" Name="{name}"><Pixels ID="Pixels:{number}" '
        f'DimensionOrder="XYZCT" Type="uint16" {sizes} SizeC="{channels}">'
        f"<MetadataOnly/></Pixels></Image>"
        for number, name in enumerate(names)
    )
    space = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
    return f'<?xml version="1.0" encoding="UTF-8"?><OME xmlns="{space}">{images}</OME>'


def _described_axes(style: Style) -> list[Json]:
    return [_axis(style, axis) for axis in style.axes]


def _axis(style: Style, axis: str) -> Json:
    kind = {"t": "time", "c": "channel"}.get(axis, "space")
    described = {"name": spelt_axes(style, axis)[0], "type": kind}
    if style.units and kind != "channel":
        described["unit"] = "second" if kind == "time" else "micrometer"
    return described


def _placed(version: Version, level: str, transforms: list[Json]) -> Json:
    if version not in ("0.4", "0.5", "0.6"):
        return {}
    if version != "0.6":
        return {"coordinateTransformations": transforms}
    ends = {"input": {"path": level}, "output": {"name": _SPACE_06}}
    if len(transforms) == 1:
        return {"coordinateTransformations": [transforms[0] | ends]}
    sequence = {"type": "sequence", "transformations": transforms, **ends}
    return {"coordinateTransformations": [sequence]}


def _transforms(style: Style, pixels: Pixels, level: int, place: tuple[float, float]) -> list[Json]:
    whole, shrunk = pixels.shape("yx"), pixels.shape("yx", level)
    size: dict[str, float] = {
        "z": 2.0,
        "y": 0.5 * whole[0] / shrunk[0],
        "x": 0.5 * whole[1] / shrunk[1],
    }
    if style.integer_scale:
        size = dict.fromkeys(size, 1)
    axes = style.axes.lstrip("tc") if style.short_scale else style.axes
    transforms: list[Json] = [{"type": "scale", "scale": [size.get(axis, 1.0) for axis in axes]}]
    if style.translations:
        offset = dict(zip("yx", place, strict=True))
        numbers = [offset.get(axis, 0.0) for axis in axes]
        transforms.append({"type": "translation", "translation": numbers})
    return transforms
