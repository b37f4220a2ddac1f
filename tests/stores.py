"""Tiny OME-Zarr stores on disk, written as plain JSON and raw bytes: no Zarr library, so fast.

`plate(...)`, `image(...)` and `collection(...)` write what a good writer of each version writes.
`Style` says how it is spelt, as real writers differ; `faults` breaks single nodes.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plates.addresses import PlateShape, WellAddress, row_letters
from tests import store_documents
from tests.store_styles import DEEP, PLAIN, Fault, Json, Pixels, Style, Version
from tests.store_writer import StoreWriter, consolidate, document_name

__all__ = [
    "DEEP",
    "SMALL",
    "Fault",
    "Json",
    "Style",
    "Version",
    "collection",
    "consolidate",
    "document_name",
    "documents",
    "image",
    "plate",
]

SMALL = Pixels(2, ("DAPI", "GFP"), (16, 16), 1, chunks=False)


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
    writer = StoreWriter(folder, version, style, distinct=distinct)
    listed = [_spelt(well, style) for well in (_all_wells(grid) if wells is None else wells)]
    described = {
        "name": name,
        "field_count": fields if field_count is None else field_count,
        "rows": [{"name": _row_name(row, style)} for row in range(grid.rows)],
        "columns": [{"name": _column_name(column, style)} for column in range(grid.columns)],
        "acquisitions": list(acquisitions),
        "wells": [_listed_well(path, version, style) for path in listed],
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
    writer = StoreWriter(folder, version, style, distinct=False)
    pixels = Pixels(levels, tuple(channels), size, planes, chunks=chunks)
    writer.image("", name, pixels, place=(0.0, 0.0))
    for node, fault in (faults or {}).items():
        writer.spoil(node, fault)
    return folder


def collection(
    folder: Path,
    version: Version = "0.5",
    *,
    images: int = 3,
    series: bool = True,
    xml: bool = True,
    pixels: Pixels = SMALL,
    style: Style = PLAIN,
) -> Path:
    """Write a collection of images as bioformats2raw does and give the folder back.

    Without `series` the OME group does not list the images; without `xml` there is no file of
    OME-XML; without both there is no OME group.
    """
    writer = StoreWriter(folder, version, style, distinct=False)
    names = [str(number) for number in range(images)]
    writer.group("", {"bioformats2raw.layout": 3})
    if series or xml:
        writer.group("OME", {"series": names} if series else {})
    if xml:
        text = store_documents.ome_xml([f"image {name}" for name in names], pixels)
        writer.raw("OME", "METADATA.ome.xml", text.encode())
    for name in names:
        writer.image(name, f"image {name}", pixels, place=(0.0, 0.0))
    return folder


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


def _listed_well(path: str, version: Version, style: Style) -> Json:
    entry: Json = {"path": path}
    address = WellAddress.of_names(*path.split("/")[:2]) if "/" in path else None
    if style.indices and version >= "0.4" and address is not None:
        entry |= {"rowIndex": address.row, "columnIndex": address.column}
    return entry


def _write_well(
    writer: StoreWriter,
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
            writer.image(node, node, pixels, place=place)
