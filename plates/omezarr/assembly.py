"""From a finished walk to the snapshot of its store."""

import hashlib
from collections.abc import Iterable

from plates.addresses import WellAddress
from plates.omezarr.copied_documents import COPIES
from plates.omezarr.documents import PlateDocument
from plates.omezarr.jsonvalues import text_of
from plates.omezarr.layouts import LabelSource, Layouts
from plates.omezarr.nodes import ImageNode, WellNode
from plates.omezarr.snapshots import (
    FieldSnapshot,
    ImageSnapshot,
    Layout,
    PlateSnapshot,
    StoreSnapshot,
    WellSnapshot,
)
from plates.omezarr.walk import Walk


def snapshot_of(walk: Walk) -> StoreSnapshot:
    """The snapshot of the store that a finished walk went through."""
    root, layouts = walk.root, Layouts()
    plate = None if walk.plate is None else _plate(walk, walk.plate, layouts)
    return StoreSnapshot(
        url=root.url.shown,
        kind=root.kind,
        version=root.version,
        zarr_format=root.storage.zarr_format,
        name=root.url.name,
        plate=plate,
        images=tuple([_image(node, layouts) for node in walk.images]),
        documents=len(walk.digests),
        digest=_digest(_copies_of(walk) if walk.copied else walk.digests),
        witnesses=(root.path, COPIES) if walk.beside is not None else (root.path,),
        paths=tuple([path for path, _ in walk.digests]),
        copied=walk.copied,
        by_documents=_digest(walk.digests) if walk.copied and walk.compares else "",
        problems=tuple(sorted(walk.problems, key=lambda problem: (problem.path, problem.message))),
    )


def _copies_of(walk: Walk) -> list[tuple[str, bytes]]:
    """What stands for all documents where each is as its copy says."""
    root = walk.digests[:1]
    if walk.beside is None:
        return root
    return [*root, (COPIES, hashlib.sha256(walk.beside).digest())]


def _digest(digests: Iterable[tuple[str, bytes]]) -> str:
    whole = hashlib.sha256()
    for path, digest in sorted(digests):
        whole.update(f"{path}\0{digest.hex()}\n".encode())
    return whole.hexdigest()


def _plate(walk: Walk, plate: PlateDocument, layouts: Layouts) -> PlateSnapshot:
    addresses = _addresses(walk)
    return PlateSnapshot(
        name=plate.name,
        barcode=plate.barcode or _barcode_beside(walk),
        rows=plate.rows,
        columns=plate.columns,
        field_count=plate.field_count,
        acquisitions=plate.acquisitions,
        wells=tuple([_well(node, addresses.get(node.path), layouts) for node in walk.wells]),
    )


def _barcode_beside(walk: Walk) -> str:
    """A barcode that stands beside the plate instead of in it, where some writers put it."""
    root = walk.root
    return text_of(root.ome.get("barcode")) or text_of(root.attributes.get("barcode")) or ""


def _names(path: str) -> tuple[str, str]:
    """The names of row and column in the path of a well; they count, not the indices beside it."""
    row, _, column = path.rpartition("/")
    return row, column


def _addresses(walk: Walk) -> dict[str, WellAddress]:
    """The addresses of the wells by path, where their names make a grid.

    Rows or columns that are numbered from 0 make none: 1 would mean the second in one place and
    the first in another. Of two wells with one address (B/3 and B/03) the first has it.
    """
    names = {well.path: _names(well.path) for well in walk.wells}
    if any(_is_zero(row) or _is_zero(column) for row, column in names.values()):
        return {}
    addresses: dict[str, WellAddress] = {}
    taken: dict[WellAddress, str] = {}
    for path, (row, column) in names.items():
        address = WellAddress.of_names(row, column)
        if address is None:
            continue
        if address in taken:
            message = f"{path} and {taken[address]} are both {address.label}; the latter has it."
            walk.complain(path, walk.root.path, message)
        else:
            taken[address] = path
            addresses[path] = address
    return addresses


def _is_zero(name: str) -> bool:
    return bool(name) and not name.strip("0")


def _well(node: WellNode, address: WellAddress | None, layouts: Layouts) -> WellSnapshot:
    row, column = _names(node.path)
    return WellSnapshot(
        path=node.path,
        row_name=row,
        column_name=column,
        address=address,
        present=node.present,
        fields=tuple([_field(field, layouts) for field in node.fields]),
    )


def _field(node: ImageNode, layouts: Layouts) -> FieldSnapshot:
    layout = _layout(node, layouts)
    return FieldSnapshot(
        node.path,
        node.listed.acquisition,
        layout is not None,
        layout,
        _translation(node),
    )


def _image(node: ImageNode, layouts: Layouts) -> ImageSnapshot:
    layout = _layout(node, layouts)
    return ImageSnapshot(
        path=node.path,
        name="" if node.document is None else node.document.name,
        present=layout is not None,
        layout=layout,
        translation=_translation(node),
    )


def _layout(node: ImageNode, layouts: Layouts) -> Layout | None:
    if node.document is None:
        return None
    beside = [
        LabelSource(label.listed.path, label.document, label.arrays)
        for label in node.label_nodes
        if label.document is not None
    ]
    return layouts.of_image(
        node.document, node.arrays, labels=node.labels, tables=node.tables, label_images=beside
    )


def _translation(node: ImageNode) -> tuple[float, ...] | None:
    if node.document is None or not node.document.levels:
        return None
    return node.document.levels[0].translation or None
