"""What a store was seen to hold: frozen, complete, and the same wherever the store lies."""

import hashlib

import msgspec

from plates.addresses import AddressError, WellAddress
from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.documents import Acquisition, Axis, Channel, Table
from plates.states import StoreKind

AcquisitionSnapshot = Acquisition


class PixelSize(msgspec.Struct, frozen=True, gc=False):
    """The size of one pixel of the largest level, in one unit; None where it is not known."""

    x: float | None = None
    y: float | None = None
    z: float | None = None
    unit: str = ""


class LabelLayout(msgspec.Struct, frozen=True, gc=False):
    """How a label image is cut into objects; `grids` has None for a level that is absent or odd."""

    name: str
    axes: tuple[Axis, ...]
    level_paths: tuple[str, ...]
    grids: tuple[ChunkGrid | None, ...]


class Layout(msgspec.Struct, frozen=True, dict=True):
    """How an image is built: all that the fields of a plate usually have in common.

    `shape` and `dtype` are those of level 0; they are empty where its array is absent, as is the
    member of `level_shapes` of every absent level. `grids` tells how each level is cut into
    objects, None where that is not known. Equal layouts of one snapshot are one object.
    """

    axes: tuple[Axis, ...]
    shape: tuple[int, ...]
    dtype: str
    chunks: tuple[int, ...]
    shards: tuple[int, ...]
    codecs: tuple[str, ...]
    pixel_size: PixelSize
    level_paths: tuple[str, ...]
    level_shapes: tuple[tuple[int, ...], ...]
    channels: tuple[Channel, ...]
    labels: tuple[str, ...]
    tables: tuple[Table, ...]
    grids: tuple[ChunkGrid | None, ...] = ()
    label_layouts: tuple[LabelLayout, ...] = ()

    @property
    def levels(self) -> int:
        """How many resolutions there are."""
        return len(self.level_paths)

    @property
    def is_whole(self) -> bool:
        """Whether the array of every level was there."""
        return bool(self.level_shapes) and all(self.level_shapes)

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of the layout as canonical JSON."""
        known: str | None = self.__dict__.get("digest")
        if known is None:
            canonical = msgspec.json.encode(self, order="sorted")
            known = self.__dict__["digest"] = hashlib.sha256(canonical).hexdigest()
        return known


class FieldSnapshot(msgspec.Struct, frozen=True, gc=False):
    """One field of view; without layout if it is absent, or if its metadata cannot be read.

    `translation` is that of level 0, one number per axis, or None.
    """

    path: str
    acquisition: int | None
    present: bool
    layout: Layout | None = None
    translation: tuple[float, ...] | None = None


def _reads_like_an_address(path: str) -> bool:
    try:
        WellAddress.parse(path)
    except AddressError:
        return False
    return True


class WellSnapshot(msgspec.Struct, frozen=True, gc=False):
    """One well; its names are those of its path, its address what they mean on a grid."""

    path: str
    row_name: str
    column_name: str
    address: WellAddress | None
    present: bool
    fields: tuple[FieldSnapshot, ...] = ()

    @property
    def label(self) -> str:
        """The well as people write it, `B03`; its path where the names are no grid."""
        if self.address is not None:
            return self.address.label
        # A path that reads like an address but has none must not take the label of the well there.
        return f"{self.path} (as written)" if _reads_like_an_address(self.path) else self.path


class PlateSnapshot(msgspec.Struct, frozen=True, gc=False):
    """A plate as it was imaged: all that its document lists, present or not."""

    name: str
    barcode: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    field_count: int | None
    acquisitions: tuple[AcquisitionSnapshot, ...]
    wells: tuple[WellSnapshot, ...]


class ImageSnapshot(msgspec.Struct, frozen=True, gc=False):
    """One image that is no field of a plate; its path is empty where it is the store itself."""

    path: str
    name: str
    present: bool
    layout: Layout | None = None
    translation: tuple[float, ...] | None = None


class Problem(msgspec.Struct, frozen=True, gc=False):
    """Something that could not be read: the node it belongs to, the document, and why."""

    node: str
    path: str
    message: str


class StoreSnapshot(msgspec.Struct, frozen=True, gc=False):
    """Everything that one store holds.

    `digest` is the SHA-256 over the paths and contents of all documents that were read, or over the
    consolidated metadata where that says the same: the same content has the same digest on a disk,
    behind http and in a bucket. `witnesses` are the documents that change when the root or the
    consolidated metadata does, `paths` those of all that were
    there; `copied` says that every document is as the consolidated metadata says. `by_documents` is
    then the digest that a reading without the copies has, as far as the documents were read.
    """

    url: str
    kind: StoreKind
    version: str
    zarr_format: int
    name: str
    plate: PlateSnapshot | None
    images: tuple[ImageSnapshot, ...]
    documents: int
    digest: str
    problems: tuple[Problem, ...]
    witnesses: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    copied: bool = False
    by_documents: str = ""

    def digest_like(self, known: str) -> str:
        """A known digest if it is that of this content, read with the copies or without; else its own."""
        return known if known and known == self.by_documents else self.digest
