"""Writes the nodes of one store, as plain JSON and raw bytes."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from tests import store_documents
from tests.store_styles import BROKEN, Fault, Json, Pixels, Style, Version, is_zarr_3

_TABLE = {"type": "roi_table", "table_version": "1", "backend": "csv"}


def document_name(version: Version, *, array: bool = False) -> str:
    """The name of the document of a group or an array."""
    return "zarr.json" if is_zarr_3(version) else (".zarray" if array else ".zattrs")


class StoreWriter:
    """Writes the nodes of one store."""

    def __init__(self, folder: Path, version: Version, style: Style, *, distinct: bool) -> None:
        self.folder = str(folder)
        self.version = version
        self.style = store_documents.fitting(style, version)
        self._distinct = distinct
        self._count = 0
        self._made: set[str] = set()

    def version_keys(self, *, of_image: bool = False) -> Json:
        """The version as it stands within plate and well, and until 0.4 within an image."""
        newest = "0.4" if of_image else "0.5"
        return {"version": self.version} if self.version <= newest and self.style.versions else {}

    def write(self, path: str, name: str, content: Json) -> None:
        """Write one document."""
        if self._distinct:
            self._count += 1
            content = _numbered(content, self._count)
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
        if not is_zarr_3(self.version):
            self.raw(path, ".zgroup", b'{"zarr_format": 2}')
            if ome or beside:
                self.write(path, ".zattrs", {**ome, **beside})
            return
        attributes: Json = dict(beside)
        if ome:
            spoken = {"version": self.version, **ome} if self.style.versions else ome
            attributes |= {"ome": spoken} if self.style.ome_key else ome
        self.write(
            path, "zarr.json", {"zarr_format": 3, "node_type": "group", "attributes": attributes}
        )

    def image(self, path: str, name: object, pixels: Pixels, *, place: tuple[float, float]) -> None:
        """Write an image with its arrays, labels and tables."""
        far = self._count * 0.25 if self._distinct else 0.0
        place = (place[0] + far, place[1] + far)
        ome = self._multiscales(self.style, name, pixels, place)
        if self.style.two_multiscales:
            second = {**ome["multiscales"][0], "name": "second", "datasets": [{"path": "no"}]}
            ome["multiscales"].append(second)
        if self.style.omero:
            ome["omero"] = store_documents.omero(self.style, pixels.channels)
        self.group(path, ome)
        base = f"{path}/" if path else ""
        self._levels(base, self.style, pixels)
        self._labels(f"{base}labels", pixels, place)
        self._tables(f"{base}tables")

    def _multiscales(
        self, style: Style, name: object, pixels: Pixels, place: tuple[float, float]
    ) -> Json:
        multiscale = store_documents.multiscale(self.version, style, pixels, name=name, place=place)
        return {"multiscales": [{**multiscale, **self.version_keys(of_image=True)}]}

    def _levels(self, base: str, style: Style, pixels: Pixels) -> None:
        names = style.level_names or tuple(map(str, range(pixels.levels)))
        for number, level in enumerate(names):
            shape = pixels.shape(style.axes, number)
            self.array(f"{base}{level}", shape, style=style, chunks=pixels.chunks)

    def _labels(self, path: str, pixels: Pixels, place: tuple[float, float]) -> None:
        if not self.style.labels:
            return
        self.group(path, {"labels": list(self.style.labels)})
        axes = self.style.label_axes or self.style.axes
        style = replace(self.style, axes=axes, dtype="uint32", whole_scale=())
        pixels = replace(pixels, channels=("label",))
        for label in self.style.labels:
            described = {**store_documents.image_label(), **self.version_keys()}
            ome = self._multiscales(style, label, pixels, place)
            self.group(f"{path}/{label}", {**ome, "image-label": described})
            self._levels(f"{path}/{label}/", style, pixels)

    def _tables(self, path: str) -> None:
        if not self.style.tables:
            return
        self.group(path, {}, tables=list(self.style.tables))
        for table in self.style.tables:
            self.group(f"{path}/{table}", {}, **_TABLE)

    def array(self, path: str, shape: Sequence[int], *, style: Style, chunks: bool) -> None:
        """Write the document of an array and, if wanted, its chunks: one for each plane."""
        chunk = [
            length if axis in "yx" else 1 for axis, length in zip(style.axes, shape, strict=True)
        ]
        if is_zarr_3(self.version):
            document = store_documents.array_v3(style, style.axes, shape, chunk)
            self.write(path, "zarr.json", document)
        else:
            document = store_documents.array_v2(self.version, style, shape, chunk)
            self.write(path, ".zarray", document)
            if self.version == "0.3":
                names = store_documents.spelt_axes(style, style.axes)
                self.write(path, ".zattrs", {"_ARRAY_DIMENSIONS": names})
        if chunks:
            self._write_chunks(path, shape, chunk, style)

    def _write_chunks(
        self, path: str, shape: Sequence[int], chunk: Sequence[int], style: Style
    ) -> None:
        indices: list[tuple[int, ...]] = [()]
        for length, step in zip(shape, chunk, strict=True):
            indices = [(*index, place) for index in indices for place in range(length // step)]
        prefix = ("c",) if is_zarr_3(self.version) else ()
        for number, index in enumerate(indices):
            key = (*prefix, *map(str, index))
            if self.version == "0.1":
                key = (".".join(key),)
            *folders, name = key
            self.raw("/".join((path, *folders)), name, _plane(style, chunk, number))

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
            document.write_bytes(fault if isinstance(fault, bytes) else BROKEN[fault])


def _numbered(content: Json, number: int) -> Json:
    """A document that differs from every other; Zarr 3 knows no keys beside its attributes."""
    mark = {"_written": {"number": number}}
    if "zarr_format" in content and "attributes" in content:
        return {**content, "attributes": {**content["attributes"], **mark}}
    return {**content, **mark}


def consolidate(folder: Path) -> Path:
    """Put a copy of every document below a folder into its consolidated metadata."""
    documents = {
        path.relative_to(folder).as_posix(): json.loads(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.name in {"zarr.json", ".zgroup", ".zattrs", ".zarray"}
    }
    root = documents.pop("zarr.json", None)
    if root is None:
        content: Json = {"zarr_consolidated_format": 1, "metadata": documents}
        (folder / ".zmetadata").write_text(json.dumps(content))
        return folder
    nodes = {path.removesuffix("/zarr.json"): content for path, content in documents.items()}
    root["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": nodes}
    (folder / "zarr.json").write_text(json.dumps(root))
    return folder


def _plane(style: Style, chunk: Sequence[int], number: int) -> bytes:
    width = {"uint8": 1, "bool": 1, "uint16": 2, "int16": 2, "uint32": 4, "float32": 4}[style.dtype]
    pixels = 1
    for length in chunk:
        pixels *= length
    # One value per plane is enough to tell planes apart.
    order: Literal["big", "little"] = "big" if style.big_endian else "little"
    value = (number + 1) * 100
    pixel: bytes = (value % 256**width).to_bytes(width, order)
    return pixel * pixels
