"""Inventories: what a storage holds, as somebody wrote it down, instead of a listing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventory_csv import csv_columns, csv_rows
from plates.omezarr.inventory_find import is_long_listing, line_form, line_rows
from plates.omezarr.inventory_json import is_json_listing, json_rows
from plates.omezarr.inventory_lines import Part, head_of
from plates.omezarr.inventory_manifest import is_manifest, read_manifest
from plates.omezarr.inventory_parquet import parquet_columns, parquet_rows
from plates.omezarr.inventory_rows import Ground, InventoryRow, OpenPart, Rows, fault_of
from plates.omezarr.objects import ListedObject
from plates.omezarr.row_problems import RowProblem, RowProblems

_SAMPLE: Final = 200
_NOT_READ: Final = (
    (b"ORC", "ORC; let S3 write it as CSV or Parquet"),
    (b"Obj\x01", "Avro; write it as CSV or Parquet"),
    (b"\x28\xb5\x2f\xfd", "zstd; unpack it, or pack it with gzip"),
    (b"BZh", "bzip2; unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "xz; unpack it, or pack it with gzip"),
    (b"PK\x03\x04", "a zip archive; unpack it"),
    (b"\xff\xfe", "UTF-16; save it in UTF-8"),
    (b"\xfe\xff", "UTF-16; save it in UTF-8"),
    (b"<", "HTML or XML; give the address of the file itself"),
)


class _Source(NamedTuple):
    """A way to read rows: the files, each with its reader, and what their rows tell."""

    form: str
    files: tuple[tuple[str, Rows], ...]
    tells_sizes: bool = True
    tells_times: bool = True
    made_at: datetime | None = None


class Inventory:
    """The objects below a root, as an inventory tells of them; read anew each time it is gone through.

    `form` says what it is. Where `tells_sizes` is False each size is 0. `made_at` is
    when it was made, as far as its manifest tells. After, and while, it is
    gone through: `problems` are rows that could not be taken, the first of them, `problem_count`
    all; `objects` how many were told of, `elsewhere` rows outside of the root, `outdated` old
    versions and marks of deletion, `folders` rows that stand for a folder.
    """

    def __init__(self, source: _Source, ground: Ground) -> None:
        self.form = source.form
        self.tells_sizes = source.tells_sizes
        self.tells_times = source.tells_times
        self.made_at = source.made_at
        self._files = source.files
        self._ground = ground
        self._begin()

    def _begin(self) -> None:
        self._problems = RowProblems()
        self.objects = self.elsewhere = self.outdated = self.folders = 0

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """The first rows that could not be taken, with a sentence each."""
        return tuple(self._problems.kept)

    @property
    def problem_count(self) -> int:
        """How many rows could not be taken."""
        return self._problems.count

    def __iter__(self) -> Iterator[ListedObject]:
        """The objects, in the inventory's order.

        InventoryMalformed where one of its files is damaged or cut off: what came before is then
        only a part of what there is.
        """
        self._begin()
        for name, rows in self._files:
            self._problems.within = name if len(self._files) > 1 else ""
            for row in rows(self._problems):
                path = self._path_of(row)
                if path:
                    self.objects += 1
                    yield ListedObject(path, row.size, row.changed_at, row.storage_class, row.etag)

    def _path_of(self, row: InventoryRow) -> str:
        """The path of an object below the root; empty if the row tells of none."""
        if not row.is_current:
            self.outdated += 1
            return ""
        path = self._ground.path_of(row)
        if path is None:
            self.elsewhere += 1
            return ""
        if path in {"", "."} or path.endswith("/"):
            self.folders += 1
            return ""
        fault = fault_of(path)
        if fault:
            self._problems.add(row.row, fault)
        return "" if fault else path


def read_inventory(
    open_part: OpenPart, name: str, *, root: RootUrl | str, listed_as: str = ""
) -> Inventory:
    """The inventory of a storage, for the objects below a root.

    `name` is that of its manifest, or of its only file; `open_part` opens that, and each file that
    a manifest names, by the key it has in its bucket; a stream for Parquet has to be seekable.
    `listed_as` is what the root is called in the inventory where that is not its address: a prefix
    of keys, or the folder that `find` was given. InventoryMalformed for what is no inventory.
    """
    ground = Ground(RootUrl.parse(root) if isinstance(root, str) else root, listed_as)
    head, goes_on = head_of(open_part, name)
    for start, what in _NOT_READ:
        if head.startswith(start):
            raise InventoryMalformed(f"The inventory {name} is in {what}.")
    if head.startswith(b"PAR1"):
        return Inventory(_in_parquet("Parquet", open_part, (Part(name),)), ground)
    text = head.decode("utf-8-sig", "replace")
    if is_manifest(text):
        return Inventory(_of_manifest(open_part, name, ground), ground)
    separator = "\0" if "\0" in text else "\n"
    lines = text.split(separator)
    if goes_on:
        lines.pop()
    lines = [line.rstrip("\r") for line in lines if line.strip()][:_SAMPLE]
    source = _in_lines(open_part, Part(name), lines, separator)
    if source is None:
        raise InventoryMalformed(
            f"The file {name} is no inventory that is known here. S3 Inventory is read, and what "
            "find, aws s3 ls, rclone and gsutil print."
        )
    return Inventory(source, ground)


def _of_manifest(open_part: OpenPart, name: str, ground: Ground) -> _Source:
    manifest = read_manifest(open_part, name)
    if ground.bucket and manifest.bucket and manifest.bucket != ground.bucket:
        raise InventoryMalformed(
            f"The inventory {name} is of the bucket {manifest.bucket[:80]}, the root lies in "
            f"{ground.bucket}."
        )
    if manifest.format == "Parquet":
        source = _in_parquet("S3 Inventory in Parquet", open_part, manifest.parts)
        return source._replace(made_at=manifest.made_at)
    files = tuple(
        (part.name, csv_rows(open_part, part, manifest.columns, header=False))
        for part in manifest.parts
    )
    source = _of_columns("S3 Inventory in CSV", files, manifest.columns)
    return source._replace(made_at=manifest.made_at)


def _in_parquet(form: str, open_part: OpenPart, parts: Sequence[Part]) -> _Source:
    files = tuple((part.name, parquet_rows(open_part, part)) for part in parts)
    columns = parquet_columns(open_part, parts[0]) if parts else {}
    return _of_columns(form, files, columns)


def _of_columns(form: str, files: tuple[tuple[str, Rows], ...], columns: dict[str, int]) -> _Source:
    return _Source(form, files, "size" in columns, "changed" in columns)


def _in_lines(open_part: OpenPart, part: Part, lines: list[str], separator: str) -> _Source | None:
    if any(map(is_json_listing, lines[:2])):
        return _Source("JSON lines", ((part.name, json_rows(open_part, part)),))
    if lines and lines[0].lstrip()[:1] in {"[", "{"}:
        raise InventoryMalformed(
            f"The file {part.name} is JSON, but not with one object on each line as rclone lsjson "
            "and mc ls --json write it; such as with jq -c '.[]'."
        )
    if is_long_listing(lines):
        raise InventoryMalformed(
            f"The file {part.name} was made by ls -l, whose lines cannot be read back; use "
            "find DIR -type f -printf '%s\\t%T@\\t%p\\n'."
        )
    found = csv_columns(lines, part.name) if separator == "\n" else None
    if found is not None:
        columns, header = found
        rows = csv_rows(open_part, part, columns, header=header)
        return _of_columns("CSV", ((part.name, rows),), columns)
    form = line_form(lines)
    if form is None:
        return None
    rows = line_rows(open_part, part, form, separator.encode())
    return _Source("lines", ((part.name, rows),), form.tells_sizes, form.tells_times)
