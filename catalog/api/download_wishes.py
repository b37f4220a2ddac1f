"""What a download of a store is made of, whatever copies it: documents, folders, beginnings of keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from catalog.queries.downloads import ArrayPart, FieldPart, StorePart, WellPart

_ZARR_2: Final = 2


@dataclass(slots=True)
class Wishes:
    """Paths in a store, none of which leads out of it."""

    documents: list[str] = field(default_factory=list)
    """That have to be there."""
    more_documents: list[str] = field(default_factory=list)
    """That may be there."""
    folders: list[str] = field(default_factory=list)
    """With all that is in them; empty is the store."""
    beginnings: list[str] = field(default_factory=list)
    """Of the paths of chunks; a slash ends what is a folder."""
    arrays: list[tuple[str, ArrayPart]] = field(default_factory=list)
    """Whose chunks are named one by one, with their paths."""
    kept: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """What a document is to keep of what it names: the folder, of what kind, and the paths."""

    def chunks(self) -> Iterator[str]:
        """The paths of the chunks of `arrays`."""
        return chain.from_iterable(
            (f"{path}/{key}" for key in array.cut.paths())
            for path, array in self.arrays
            if array.cut
        )


class Wishing:
    """Works out the wishes of one store; `one_by_one` where nothing can be listed."""

    def __init__(self, part: StorePart, *, one_by_one: bool) -> None:
        self.part = part
        self.one_by_one = one_by_one
        self.is_zarr_2 = part.store.zarr_format == _ZARR_2
        self.wishes = Wishes()

    def all(self) -> Wishes:
        """All of them."""
        wishes, part = self.wishes, self.part
        if part.is_whole and not self.one_by_one:
            wishes.folders.append("")
            return wishes
        self.group("")
        for row in dict.fromkeys(well.path.partition("/")[0] for well in part.wells):
            wishes.more_documents += [f"{row}/{name}" for name in self.names]
        for well in part.wells:
            self.well(well)
        kind = "plate of cut wells" if any(well.is_cut for well in part.wells) else "plate"
        wishes.kept.insert(0, ("", kind, tuple(well.path for well in part.wells)))
        return wishes

    @property
    def names(self) -> tuple[str, ...]:
        """The documents of a group."""
        return (".zattrs", ".zgroup") if self.is_zarr_2 else ("zarr.json",)

    def group(self, path: str) -> None:
        """The documents of a group: the first of them has to be there."""
        first, *others = (f"{path}/{name}".lstrip("/") for name in self.names)
        self.wishes.documents.append(first)
        self.wishes.more_documents += others

    def well(self, well: WellPart) -> None:
        """A well, with some of its fields or all that is in it."""
        if not (self.one_by_one or well.is_cut or any(one.is_cut for one in well.fields)):
            self.wishes.folders.append(well.path)
            return
        self.group(well.path)
        for one in well.fields:
            self.field(one)
        if well.is_cut:
            names = tuple(one.path.removeprefix(f"{well.path}/") for one in well.fields)
            self.wishes.kept.append((well.path, "well", names))

    def field(self, part: FieldPart) -> None:
        """A field, with some of its levels and channels or all that is in it."""
        if not (self.one_by_one or part.is_cut):
            self.wishes.folders.append(part.path)
            return
        self.group(part.path)
        for array in part.arrays:
            self.array(f"{part.path}/{array.path}", array)
        if part.is_cut:
            self.wishes.kept.append((part.path, "image", part.levels))

    def array(self, path: str, array: ArrayPart) -> None:
        """An array: some of its chunks or all."""
        wishes = self.wishes
        if not self.one_by_one and (array.cut is None or array.cut.is_whole):
            wishes.folders.append(path)
            return
        if self.is_zarr_2:
            wishes.documents.append(f"{path}/.zarray")
            wishes.more_documents.append(f"{path}/.zattrs")
        else:
            wishes.documents.append(f"{path}/zarr.json")
        if self.one_by_one:
            wishes.arrays.append((path, array))
        elif array.cut is not None:
            wishes.beginnings += [f"{path}/{beginning}" for beginning in array.cut.beginnings()]


def is_safe(path: str) -> bool:
    """Whether a path stays in its store and on its line."""
    if path.startswith("/") or any(letter in path for letter in "\n\r\x00"):
        return False
    return not path or all(part not in {"", ".", ".."} for part in path.split("/"))
