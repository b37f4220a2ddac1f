"""Tiny OME-Zarr stores on disk, written as plain JSON and raw bytes: no Zarr library, so fast.

`plate(...)` and `image(...)` write what a good writer writes. `Style` says how it is spelt, as
real writers differ; `faults` breaks single nodes.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from plates.addresses import PlateShape, WellAddress, row_letters

Version = Literal["0.4", "0.5"]
Json = dict[str, Any]

DEEP = 100_000


class Fault(Enum):
    """What can be wrong with the document of one node."""

    ABSENT = "absent"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    NOT_UTF8 = "not utf-8"
    WEB_PAGE = "web page"
    LFS_POINTER = "lfs pointer"
    GZIPPED = "gzipped"
    DEEP = "deep"
    LIST = "list"
    NO_KEYS = "no keys"
    WRONG_TYPES = "wrong types"
    FOLDER = "folder"
    PIPE = "pipe"


_BROKEN: dict[Fault, bytes] = {
    Fault.EMPTY: b"",
    Fault.TRUNCATED: b'{"zarr_format": 3, "attributes": {"ome": {"vers',
    Fault.NOT_UTF8: b'{"well": "\xff\xfe"}',
    Fault.WEB_PAGE: b"<!DOCTYPE html><html><body>Not here</body></html>",
    Fault.LFS_POINTER: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    Fault.GZIPPED: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    Fault.DEEP: b"[" * DEEP + b"]" * DEEP,
    Fault.LIST: b"[]",
    Fault.NO_KEYS: b"{}",
    Fault.WRONG_TYPES: b'{"plate": 1, "well": [], "multiscales": {}, "attributes": {"ome": []}}',
}


@dataclass(frozen=True)
class Style:
    """How a writer spells what it writes; the defaults are those of a careful one."""

    versions: bool = True
    row_groups: bool = True
    indices: bool = True
    pad_columns: int = 2
    numbered_rows: bool = False
    field_names: tuple[str, ...] = ()
    level_names: tuple[str, ...] = ()
    integer_levels: bool = False
    upper_case_axes: bool = False
    axes: str = "czyx"
    units: bool = True
    short_scale: bool = False
    integer_scale: bool = False
    whole_scale: tuple[float, ...] = ()
    translations: bool = True
    omero: bool = True
    omero_channels: int | None = None
    window_texts: bool = False
    two_multiscales: bool = False
    ome_key: bool = True
    dtype: str = "uint16"
    big_endian: bool = False
    sharded: bool = False
    labels: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    labels_version: bool = True
    extra: Json = field(default_factory=dict)
    not_a_number: bool = False
    byte_order_mark: bool = False
    indent: int | None = None
    acquisition_of_field: bool = True


PLAIN = Style()


def plate(
    folder: Path,
    *,
    version: Version = "0.5",
    shape: int | tuple[int, int] = 96,
    wells: Iterable[str] | None = None,
    fields: int = 1,
    levels: int = 2,
    channels: Sequence[str] = ("DAPI", "GFP"),
    size: tuple[int, int] = (16, 16),
    planes: int = 1,
    missing: Iterable[str] = (),
    chunks: bool = False,
    name: object = "plate",
    barcode: str | None = None,
    acquisitions: Sequence[Json] = ({"id": 0, "name": "first"},),
    field_count: int | None = None,
    faults: Mapping[str, Fault | bytes] | None = None,
    plate_keys: Json | None = None,
    distinct: bool = False,
    style: Style = PLAIN,
) -> Path:
    """Write a plate into a folder and give the folder back.

    `wells` are paths or labels (`B/03`, `B03`), all of the grid if None; `missing` are listed
    wells or fields (`B/03`, `B/03/1`) that are not written. `faults` maps the path of a node
    (``""``, `B/03`, `B/03/0`, `B/03/0/1`, `B/03/0/labels`) to what is wrong with its document.
    `distinct` makes every document differ from every other. `plate_keys` overrides keys of the
    plate itself.
    """
    grid = PlateShape.standard(shape) if isinstance(shape, int) else PlateShape(*shape)
    writer = _Writer(folder, version, style, distinct=distinct)
    listed = [_spelt(well, style) for well in (_all_wells(grid) if wells is None else wells)]
    described = {
        "name": name,
        "field_count": fields if field_count is None else field_count,
        "rows": [{"name": _row_name(row, style)} for row in range(grid.rows)],
        "columns": [{"name": _column_name(column, style)} for column in range(grid.columns)],
        "acquisitions": list(acquisitions),
        "wells": [_listed_well(path, style) for path in listed],
        **({} if barcode is None else {"barcode": barcode}),
        **writer.version_keys(),
        **(plate_keys or {}),
    }
    writer.group(
        "", {"plate": {key: value for key, value in described.items() if value is not None}}
    )
    absent = {_spelt_node(node, style) for node in missing}
    runs = [run["id"] for run in acquisitions if "id" in run]
    field_names = style.field_names or tuple(map(str, range(fields)))
    pixels = Pixels(levels, tuple(channels), size, planes, chunks=chunks)
    for path in listed:
        if path in absent:
            continue
        if style.row_groups:
            writer.group(path.partition("/")[0], {})
        _write_well(writer, path, names=field_names, runs=runs, absent=absent, pixels=pixels)
    for node, fault in (faults or {}).items():
        writer.spoil(_spelt_node(node, style), fault)
    return folder


def image(
    folder: Path,
    *,
    version: Version = "0.5",
    levels: int = 2,
    channels: Sequence[str] = ("DAPI", "GFP"),
    size: tuple[int, int] = (16, 16),
    planes: int = 1,
    chunks: bool = False,
    name: object = "image",
    faults: Mapping[str, Fault | bytes] | None = None,
    style: Style = PLAIN,
) -> Path:
    """Write an image that stands alone into a folder and give the folder back."""
    writer = _Writer(folder, version, style, distinct=False)
    pixels = Pixels(levels, tuple(channels), size, planes, chunks=chunks)
    writer.image("", name, pixels, translation=(0.0, 0.0))
    for node, fault in (faults or {}).items():
        writer.spoil(node, fault)
    return folder


def document_name(version: Version, *, array: bool = False) -> str:
    """The name of the document of a group or an array."""
    return "zarr.json" if version == "0.5" else (".zarray" if array else ".zattrs")


def documents(folder: Path) -> dict[str, bytes]:
    """All documents of a store by path: what a full walk has to find."""
    names = {"zarr.json", ".zattrs", ".zarray"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.name in names
    }


def _all_wells(grid: PlateShape) -> list[str]:
    return [grid.address(position).label for position in range(grid.size)]


def _row_name(row: int, style: Style) -> str:
    return str(row + 1) if style.numbered_rows else row_letters(row)


def _column_name(column: int, style: Style) -> str:
    return str(column + 1).zfill(style.pad_columns)


def _spelt(well: str, style: Style) -> str:
    try:
        address = WellAddress.parse(well)
    except ValueError:
        return well
    return f"{_row_name(address.row, style)}/{_column_name(address.column, style)}"


def _spelt_node(node: str, style: Style) -> str:
    well = "/".join(node.split("/")[:2])
    return _spelt(well, style) + node[len(well) :] if node.count("/") else _spelt(node, style)


def _listed_well(path: str, style: Style) -> Json:
    entry: Json = {"path": path}
    address = WellAddress.of_names(*path.split("/")[:2]) if "/" in path else None
    if style.indices and address is not None:
        entry |= {"rowIndex": address.row, "columnIndex": address.column}
    return entry


@dataclass(frozen=True)
class Pixels:
    """What the images of a store are made of."""

    levels: int
    channels: tuple[str, ...]
    size: tuple[int, int]
    planes: int
    chunks: bool = field(kw_only=True)


def _write_well(
    writer: "_Writer",
    path: str,
    *,
    names: Sequence[str],
    runs: Sequence[int],
    absent: set[str],
    pixels: Pixels,
) -> None:
    listed: list[Json] = [{"path": name} for name in names]
    if runs and writer.style.acquisition_of_field:
        for number, entry in enumerate(listed):
            entry["acquisition"] = runs[number % len(runs)]
    writer.group(path, {"well": {"images": listed, **writer.version_keys()}})
    height, width = pixels.size
    for number, name in enumerate(names):
        node = f"{path}/{name}"
        if node not in absent:
            place = (float(number // 3) * height, float(number % 3) * width)
            writer.image(node, node, pixels, translation=place)


class _Writer:
    """Writes the nodes of one store."""

    def __init__(self, folder: Path, version: Version, style: Style, *, distinct: bool) -> None:
        self.folder = str(folder)
        self.version = version
        self.style = style
        self._distinct = distinct
        self._count = 0
        self._made: set[str] = set()

    def version_keys(self) -> Json:
        """The version as it stands within plate, well and multiscales, in 0.4."""
        return {"version": "0.4"} if self.version == "0.4" and self.style.versions else {}

    def write(self, path: str, name: str, content: Json) -> None:
        """Write one document."""
        if self._distinct:
            self._count += 1
            content = {**content, "_written": {"number": self._count}}
        text = json.dumps(content, indent=self.style.indent, allow_nan=True)
        mark = b"\xef\xbb\xbf" if self.style.byte_order_mark else b""
        self.raw(path, name, mark + text.encode())

    def raw(self, path: str, name: str, content: bytes) -> None:
        """Write one file."""
        folder = f"{self.folder}/{path}" if path else self.folder
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - thousands of times
            self._made.add(folder)
        with open(f"{folder}/{name}", "wb") as file:  # noqa: PTH123 - thousands of times
            file.write(content)

    def group(self, path: str, ome: Json, **beside: object) -> None:
        """Write the documents of a group whose OME attributes these are."""
        ome = {**ome, **self.style.extra} if ome else ome
        if self.style.not_a_number and ome:
            ome = {**ome, "noise": float("nan")}
        if self.version == "0.4":
            if not self._distinct:
                self.raw(path, ".zgroup", b'{"zarr_format": 2}')
            if ome or beside:
                self.write(path, ".zattrs", {**ome, **beside})
            return
        attributes: Json = dict(beside)
        if ome:
            spoken = {"version": "0.5", **ome} if self.style.versions else ome
            attributes |= {"ome": spoken} if self.style.ome_key else ome
        self.write(
            path, "zarr.json", {"zarr_format": 3, "node_type": "group", "attributes": attributes}
        )

    def image(
        self, path: str, name: object, pixels: Pixels, *, translation: tuple[float, float]
    ) -> None:
        """Write an image with its arrays, labels and tables."""
        names = self.style.level_names or tuple(map(str, range(pixels.levels)))
        height, width = pixels.size
        planes = {"t": 1, "c": len(pixels.channels), "z": pixels.planes}
        lengths = {**planes, "y": height, "x": width}
        shape = [lengths[axis] for axis in self.style.axes]
        multiscale = self._multiscale(name, names, translation)
        ome: Json = {"multiscales": [multiscale]}
        if self.style.two_multiscales:
            ome["multiscales"].append(
                {**multiscale, "name": "second", "datasets": [{"path": "no"}]}
            )
        if self.style.omero:
            ome["omero"] = {"channels": self._channels(pixels.channels)}
        self.group(path, ome)
        base = f"{path}/" if path else ""
        for number, level in enumerate(names):
            self.array(f"{base}{level}", self._shrunk(shape, number), chunks=pixels.chunks)
        for folder, inside in (("labels", self.style.labels), ("tables", self.style.tables)):
            if inside:
                self._list(f"{base}{folder}", folder, inside)
        for label in self.style.labels:
            plain = [{"path": "0", "coordinateTransformations": []}]
            self.group(f"{base}labels/{label}", {"multiscales": [{"datasets": plain}]})

    def _list(self, path: str, key: str, names: Sequence[str]) -> None:
        if key == "tables":
            self.group(path, {}, tables=list(names))
        else:
            self.group(path, {key: list(names)})

    def _shrunk(self, shape: Sequence[int], level: int) -> list[int]:
        return [
            max(1, length >> level) if axis in "yx" else length
            for axis, length in zip(self.style.axes, shape, strict=True)
        ]

    def _multiscale(
        self, name: object, levels: Sequence[str], translation: tuple[float, float]
    ) -> Json:
        multiscale: Json = {
            "name": name,
            "axes": [self._axis(axis) for axis in self.style.axes],
            "datasets": [
                {
                    "path": int(level) if self.style.integer_levels else level,
                    "coordinateTransformations": self._transforms(number, translation),
                }
                for number, level in enumerate(levels)
            ],
            **self.version_keys(),
        }
        if self.style.whole_scale:
            whole = {"type": "scale", "scale": list(self.style.whole_scale)}
            multiscale["coordinateTransformations"] = [whole]
        return multiscale

    def _axis(self, axis: str) -> Json:
        kind = {"t": "time", "c": "channel"}.get(axis, "space")
        described = {"name": axis.upper() if self.style.upper_case_axes else axis, "type": kind}
        if self.style.units and kind == "space":
            described["unit"] = "micrometer"
        return described

    def _transforms(self, level: int, translation: tuple[float, float]) -> list[Json]:
        size: dict[str, float] = {"z": 2.0, "y": 0.5 * 2**level, "x": 0.5 * 2**level}
        if self.style.integer_scale:
            size = dict.fromkeys(size, 1)
        axes = self.style.axes.lstrip("tc") if self.style.short_scale else self.style.axes
        transforms: list[Json] = [
            {"type": "scale", "scale": [size.get(axis, 1.0) for axis in axes]}
        ]
        if self.style.translations:
            far = self._count * 0.25 if self._distinct else 0.0
            place = {"y": translation[0] + far, "x": translation[1] + far}
            numbers = [place.get(axis, 0.0) for axis in axes]
            transforms.append({"type": "translation", "translation": numbers})
        return transforms

    def _channels(self, names: Sequence[str]) -> list[Json]:
        window: Json = {"start": 100, "end": 4000.5, "min": 0, "max": 65535}
        if self.style.window_texts:
            window = {key: str(value) for key, value in window.items()}
        colors = ("0000FF", "00FF00", "FF0000", "FFFF00", "FF00FF", "00FFFF")
        described = [
            {"label": name, "color": colors[number % 6], "window": window, "active": True}
            for number, name in enumerate(names)
        ]
        return described[: self.style.omero_channels]

    def array(self, path: str, shape: Sequence[int], *, chunks: bool) -> None:
        """Write the document of an array and, if wanted, its chunks: one for each plane."""
        chunk = [
            length if axis in "yx" else 1
            for axis, length in zip(self.style.axes, shape, strict=True)
        ]
        if self.version == "0.4":
            self.write(path, ".zarray", self._array_v2(shape, chunk))
        else:
            self.write(path, "zarr.json", self._array_v3(shape, chunk))
        if chunks:
            self._write_chunks(path, shape, chunk)

    def _array_v2(self, shape: Sequence[int], chunk: Sequence[int]) -> Json:
        codes = {"uint8": "|u1", "uint16": "<u2", "int16": "<i2", "float32": "<f4", "bool": "|b1"}
        code = codes[self.style.dtype]
        return {
            "zarr_format": 2,
            "shape": list(shape),
            "chunks": list(chunk),
            "dtype": code.replace("<", ">") if self.style.big_endian else code,
            "compressor": None,
            "filters": None,
            "fill_value": 0,
            "order": "C",
            "dimension_separator": "/",
        }

    def _array_v3(self, shape: Sequence[int], chunk: Sequence[int]) -> Json:
        endian = "big" if self.style.big_endian else "little"
        codecs: list[Json] = [{"name": "bytes", "configuration": {"endian": endian}}]
        grid = list(chunk)
        if self.style.sharded:
            inner = {"chunk_shape": list(chunk), "codecs": codecs, "index_codecs": codecs}
            codecs = [{"name": "sharding_indexed", "configuration": inner}]
            grid = list(shape)
        return {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(shape),
            "data_type": self.style.dtype,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": grid}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": 0,
            "codecs": codecs,
            "attributes": {},
            "dimension_names": list(self.style.axes),
        }

    def _write_chunks(self, path: str, shape: Sequence[int], chunk: Sequence[int]) -> None:
        indices: list[tuple[int, ...]] = [()]
        for length, step in zip(shape, chunk, strict=True):
            indices = [(*index, place) for index in indices for place in range(length // step)]
        prefix = "" if self.version == "0.4" else "c/"
        for number, index in enumerate(indices):
            *folders, name = map(str, index)
            place = "/".join([f"{path}/{prefix}".rstrip("/"), *folders]).lstrip("/")
            self.raw(place, name, self._plane(chunk, number))

    def _plane(self, chunk: Sequence[int], number: int) -> bytes:
        width = {"uint8": 1, "bool": 1, "uint16": 2, "int16": 2, "float32": 4}[self.style.dtype]
        pixels = 1
        for length in chunk:
            pixels *= length
        # One value per plane is enough to tell planes apart.
        order: Literal["big", "little"] = "big" if self.style.big_endian else "little"
        value = (number + 1) * 100
        pixel: bytes = (value % 256**width).to_bytes(width, order)
        return pixel * pixels

    def spoil(self, node: str, fault: Fault | bytes) -> None:
        """Put something wrong in the place of a node's document."""
        place = Path(self.folder, node)
        wanted = [document_name(self.version, array=array) for array in (False, True)]
        names = [name for name in wanted if (place / name).exists()] or wanted[:1]
        document = place / names[-1]
        document.unlink(missing_ok=True)
        if fault is Fault.ABSENT:
            return
        place.mkdir(parents=True, exist_ok=True)
        if fault is Fault.FOLDER:
            document.mkdir()
        elif fault is Fault.PIPE:
            os.mkfifo(document)
        else:
            document.write_bytes(fault if isinstance(fault, bytes) else _BROKEN[fault])
