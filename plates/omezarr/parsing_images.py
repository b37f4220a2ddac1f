"""From raw JSON to images and arrays: tolerant, and lean, since there are thousands of each."""

from collections.abc import Callable
from math import isfinite
from typing import Final, Protocol, TypeAlias, TypeVar, cast

import msgspec

from plates.omezarr.addressing import safe_path
from plates.omezarr.documents import ArrayDocument, Axis, Channel, Level, MultiscaleDocument
from plates.omezarr.errors import PathEscapesStore
from plates.omezarr.jsonvalues import (
    JsonObject,
    JsonValue,
    integer_of,
    list_of,
    number_of,
    object_of,
    text_of,
)

MAX_AXES: Final = 32
MAX_LEVELS: Final = 1_000
MAX_CHANNELS: Final = 4_096
_TYPE_OF_NAME: Final = {"x": "space", "y": "space", "z": "space", "t": "time", "c": "channel"}
_NO_NUMBERS: Final[tuple[float, ...]] = ()
_FLOATS: Final = {float}
_MAX_KNOWN: Final = 4_096
_MAX_KEY: Final = 64 * 1024

_Part = TypeVar("_Part")
_Transform: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]
_NO_TRANSFORM: Final[_Transform] = ((), ())
_encode = msgspec.json.Encoder().encode


class ArrayStorage(Protocol):
    """How a version of Zarr writes the document of an array, and which of its keys count."""

    @property
    def array_keys(self) -> tuple[str, ...]:
        """The keys that `parse_array` looks at."""

    @property
    def parse_array(self) -> Callable[[JsonObject], ArrayDocument]:
        """What reads the document."""


class ImageDialect(Protocol):
    """How a version of OME-Zarr describes an image."""

    @property
    def axes(self) -> Callable[[JsonObject], JsonValue]:
        """What finds the list of axes."""

    @property
    def outer(self) -> bool:
        """Whether the transformations of the image belong to each of its levels."""


class ImageParser:
    """Parses the images and arrays of one store; what looks the same is parsed once.

    Fields of a plate differ in little more than their place, and looking a part up by its JSON
    costs a tenth of parsing it.
    """

    def __init__(self) -> None:
        self._axes: dict[bytes, tuple[Axis, ...]] = {}
        self._channels: dict[bytes, tuple[Channel, ...]] = {}
        self._arrays: dict[bytes, ArrayDocument] = {}

    def multiscale(
        self, multiscale: JsonObject, omero: JsonObject, dialect: ImageDialect
    ) -> MultiscaleDocument:
        """The image of one member of `multiscales` and the `omero` beside it.

        OME-Zarr 0.4, multiscale-md, trafo-md and omero-md.
        """
        axes = _once(self._axes, dialect.axes(multiscale), _axes)
        outer = _NO_TRANSFORM
        if dialect.outer:
            outer = _transform(multiscale.get("coordinateTransformations"), len(axes))
        levels: list[Level] = []
        faults: list[str] = []
        for number, member in enumerate(list_of(multiscale.get("datasets"))[:MAX_LEVELS]):
            dataset = object_of(member)
            try:
                path = safe_path(text_of(dataset.get("path")) or "")
            except PathEscapesStore as error:
                faults.append(str(error))
                continue
            inner = _transform(dataset.get("coordinateTransformations"), len(axes))
            levels.append(Level(path, *_combined(inner, outer), number))
        return MultiscaleDocument(
            text_of(multiscale.get("name")) or "",
            text_of(multiscale.get("version")) or "",
            axes,
            tuple(levels),
            _once(self._channels, omero.get("channels"), _channels),
            tuple(faults),
        )

    def array(self, document: JsonObject, storage: ArrayStorage) -> ArrayDocument:
        """The array of a document, as its version of Zarr is read."""
        told = [document.get(key) for key in storage.array_keys]
        return _once(self._arrays, told, lambda _: storage.parse_array(document))


def _once(
    known: dict[bytes, _Part], value: JsonValue, parse: Callable[[JsonValue], _Part]
) -> _Part:
    """What a value is parsed to, from what is known if the same JSON was met before."""
    try:
        key = _encode(value)
    except OverflowError:  # a number of more than 64 bits
        return parse(value)
    part = known.get(key)
    if part is None:
        part = parse(value)
        if len(known) < _MAX_KNOWN and len(key) < _MAX_KEY:
            known[key] = part
    return part


def _axes(value: JsonValue) -> tuple[Axis, ...]:
    return tuple([_axis(axis) for axis in list_of(value)[:MAX_AXES]])


def _channels(value: JsonValue) -> tuple[Channel, ...]:
    return tuple([_channel(channel) for channel in list_of(value)[:MAX_CHANNELS]])


def _axis(value: JsonValue) -> Axis:
    if not isinstance(value, dict):  # 0.3 has bare names
        name = (text_of(value) or "").lower()
        return Axis(name, _TYPE_OF_NAME.get(name, ""))
    name = (text_of(value.get("name")) or "").lower()
    kind = text_of(value.get("type")) or _TYPE_OF_NAME.get(name, "")
    return Axis(name, kind, text_of(value.get("unit")) or "")


def _transform(value: JsonValue, dimensions: int) -> _Transform:
    """Scale and translation of a list of transformations, each empty where there is none."""
    scale = translation = _NO_NUMBERS
    if not isinstance(value, list):
        return scale, translation
    for member in value:
        if not isinstance(member, dict):
            continue
        kind = member.get("type")
        if kind == "sequence":  # 0.6: a scale, then a translation
            return _transform(_flat(member.get("transformations")), dimensions)
        if kind == "scale" and not scale:
            scale = _numbers(member.get("scale"), dimensions, neutral=1.0)
        elif kind == "translation" and not translation:
            translation = _numbers(member.get("translation"), dimensions, neutral=0.0)
    return scale, translation


def _flat(value: JsonValue) -> JsonValue:
    """The members of a sequence that are no sequences themselves."""
    members = list_of(value)[:MAX_LEVELS]
    return [member for member in members if object_of(member).get("type") != "sequence"]


def _numbers(value: JsonValue, dimensions: int, *, neutral: float) -> tuple[float, ...]:
    """The numbers of a list, one per axis; empty if any is none.

    Some writers leave out the first axes (Fractal: 3 numbers for c, z, y, x).
    """
    if not isinstance(value, list) or not 0 < len(value) <= MAX_AXES:
        return _NO_NUMBERS
    if len(value) == dimensions and set(map(type, value)) == _FLOATS:
        return tuple(cast("list[float]", value))  # nearly always, so no closer look is taken
    numbers = [number_of(member) for member in value]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or (dimensions and len(known) > dimensions):
        return _NO_NUMBERS
    return (neutral,) * (dimensions - len(known)) + tuple(known)


def _combined(inner: _Transform, outer: _Transform) -> _Transform:
    """The transform of a level followed by that of the whole image."""
    if outer == _NO_TRANSFORM:
        return inner
    scale, translation = inner
    outer_scale, outer_translation = outer
    if outer_scale:
        translation = tuple([a * b for a, b in zip(translation, outer_scale, strict=False)])
        scale = tuple([a * b for a, b in zip(scale, outer_scale, strict=False)]) or outer_scale
    if outer_translation:
        inner_place = translation or (0.0,) * len(outer_translation)
        translation = tuple([a + b for a, b in zip(inner_place, outer_translation, strict=False)])
    return _finite(scale), _finite(translation)


def _finite(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """The numbers, or none of them if they have grown out of all bounds."""
    return numbers if all(map(isfinite, numbers)) else ()


def _channel(value: JsonValue) -> Channel:
    if not isinstance(value, dict):
        return Channel()
    window = object_of(value.get("window"))
    active = value.get("active")
    return Channel(
        text_of(value.get("label")) or "",
        (text_of(value.get("color")) or "").removeprefix("#"),
        number_of(window.get("start")),
        number_of(window.get("end")),
        number_of(window.get("min")),
        number_of(window.get("max")),
        active if isinstance(active, bool) else None,
    )


_CODE_OF_KIND: Final = {"i": "int", "u": "uint", "f": "float", "c": "complex"}


def parse_array_v2(array: JsonObject) -> ArrayDocument:
    """The array of a `.zarray` document. Zarr 2, section Arrays."""
    compressor = object_of(array.get("compressor"))
    filters = [text_of(object_of(member).get("id")) for member in list_of(array.get("filters"))]
    codecs = [*filters, text_of(compressor.get("id"))]
    return ArrayDocument(
        shape=_lengths(array.get("shape")),
        dtype=_dtype_v2(array.get("dtype")),
        chunks=_lengths(array.get("chunks")),
        shards=(),
        zarr_format=2,
        codecs=tuple(codec for codec in codecs if codec),
        separator=text_of(array.get("dimension_separator")) or "",
    )


def _dtype_v2(value: JsonValue) -> str:
    """Numpy's name of a type string: `<u2` is uint16, `|b1` is bool."""
    if not isinstance(value, str):
        return "structured" if isinstance(value, list) else ""
    kind, size = value[1:2], value[2:]
    if kind == "b":
        return "bool"
    if kind in _CODE_OF_KIND and size in {"1", "2", "4", "8", "16", "32"}:
        return f"{_CODE_OF_KIND[kind]}{int(size) * 8}"
    return value[:MAX_AXES]


def parse_array_v3(array: JsonObject) -> ArrayDocument:
    """The array of a `zarr.json` document. Zarr 3, section Array metadata."""
    codecs = list_of(array.get("codecs"))
    grid = object_of(object_of(array.get("chunk_grid")).get("configuration"))
    chunks = _lengths(grid.get("chunk_shape"))
    encoding = object_of(array.get("chunk_key_encoding"))
    shards: tuple[int, ...] = ()
    first = object_of(codecs[0]) if codecs else {}
    if first.get("name") == "sharding_indexed":
        sharding = object_of(first.get("configuration"))
        shards = chunks
        chunks = _lengths(sharding.get("chunk_shape")) if shards else ()
        codecs = list_of(sharding.get("codecs"))
    return ArrayDocument(
        shape=_lengths(array.get("shape")),
        dtype=_dtype_v3(array.get("data_type")),
        chunks=chunks,
        shards=shards,
        zarr_format=3,
        codecs=tuple([name for codec in codecs[:MAX_AXES] if (name := _extension_name(codec))]),
        separator=text_of(object_of(encoding.get("configuration")).get("separator")) or "",
        key_encoding=_extension_name(array.get("chunk_key_encoding")) or "",
        dimension_names=_dimension_names(array.get("dimension_names")),
    )


def _dimension_names(value: JsonValue) -> tuple[str | None, ...] | None:
    if not isinstance(value, list) or len(value) > MAX_AXES:
        return None
    return tuple(name if isinstance(name, str) else None for name in value)


def _extension_name(value: JsonValue) -> str | None:
    """The name of a codec or key encoding: 3.1 allows the bare name."""
    return text_of(value.get("name")) if isinstance(value, dict) else text_of(value)


def _dtype_v3(value: JsonValue) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return text_of(value) or ""


def _lengths(value: JsonValue) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MAX_AXES:
        return ()
    lengths = [integer_of(member) for member in value]
    known = [length for length in lengths if length is not None and length >= 0]
    return tuple(known) if len(known) == len(lengths) else ()
