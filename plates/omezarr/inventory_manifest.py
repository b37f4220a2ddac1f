"""The manifest of an inventory of S3: its format, its columns, and its files."""

import re
from contextlib import closing
from datetime import datetime
from typing import Final

import msgspec

from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventory_columns import moment_of, named_columns
from plates.omezarr.inventory_lines import Part
from plates.omezarr.inventory_rows import OpenPart, fault_of

MAX_BYTES: Final = 64 * 1024 * 1024
FORMATS: Final = ("CSV", "Parquet")

_SIGNS: Final = re.compile(r'"(?:fileFormat|fileSchema|sourceBucket)"')


class _File(msgspec.Struct, frozen=True, gc=False):
    key: str
    size: int | None = None
    md5: str = msgspec.field(default="", name="MD5checksum")


class _Document(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    file_format: str
    file_schema: str
    files: list[_File]
    source_bucket: str = ""
    creation_timestamp: str | int = ""


class Manifest(msgspec.Struct, frozen=True, gc=False):
    """What a manifest says; `columns` are those of CSV, by what they are, `made_at` when it began."""

    format: str
    bucket: str
    columns: dict[str, int]
    parts: tuple[Part, ...]
    made_at: datetime | None = None


def is_manifest(head: str) -> bool:
    """Whether what begins like this is a manifest."""
    return head.lstrip()[:1] == "{" and _SIGNS.search(head) is not None


def read_manifest(open_part: OpenPart, name: str) -> Manifest:
    """The manifest of an inventory.

    InventoryMalformed if it is damaged, names files outside of its bucket, or a format that is not
    read. Its form: "Locating your inventory list" in the S3 user guide.
    """
    with closing(open_part(name)) as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InventoryMalformed(f"The manifest {name} is larger than {MAX_BYTES >> 20} MiB.")
    try:
        document = msgspec.json.decode(content, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InventoryMalformed(f"The manifest {name} cannot be read: {error}.") from error
    if document.file_format not in FORMATS:
        raise InventoryMalformed(
            f"The inventory {name} is in {document.file_format[:40]!r}, which is not read; let S3 "
            f"write it as {' or '.join(FORMATS)}."
        )
    columns = named_columns([one.strip() for one in document.file_schema.split(",")])
    if document.file_format == "CSV" and "key" not in columns:
        raise InventoryMalformed(f"The manifest {name} names no column of keys in its fileSchema.")
    for file in document.files:
        if fault_of(file.key):
            raise InventoryMalformed(f"The manifest {name}: {fault_of(file.key)}")
    parts = tuple(Part(file.key, file.size, file.md5) for file in document.files)
    made_at = moment_of(str(document.creation_timestamp))
    return Manifest(document.file_format, document.source_bucket, columns, parts, made_at)
