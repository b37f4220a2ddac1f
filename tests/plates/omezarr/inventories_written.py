"""Inventories as S3 and others write them, made for tests."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import quote_plus

import pyarrow as pa
from pyarrow import parquet

from plates.omezarr.inventories import Inventory, read_inventory
from plates.omezarr.objects import ListedObject

MOMENT = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
SCHEMA = (
    "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass"
)
ETAG = "d41d8cd98f00b204e9800998ecf8427e"


def opener(files: dict[str, bytes]) -> Callable[[str], BinaryIO]:
    return lambda name: io.BytesIO(files[name])


def read(
    content: bytes, root: str = "s3://b", *, name: str = "list", listed_as: str = ""
) -> Inventory:
    return read_inventory(opener({name: content}), name, root=root, listed_as=listed_as)


def read_files(files: dict[str, bytes], root: str = "s3://b") -> Inventory:
    return read_inventory(opener(files), "manifest.json", root=root)


def paths(inventory: Iterable[ListedObject]) -> list[str]:
    return [one.path for one in inventory]


def s3_row(key: str, size: int = 7, *, latest: bool = True, deleted: bool = False) -> list[str]:
    told = (
        ["", "", "", ""] if deleted else [str(size), "2026-11-25T01:02:03.000Z", ETAG, "STANDARD"]
    )
    flags = [str(latest).lower(), str(deleted).lower()]
    return ["b", quote_plus(key, safe="/"), "v1", *flags, *told]


def s3_csv(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return gzip.compress(text.getvalue().encode())


def s3_parquet(
    keys: list[str], unit: str = "ms", columns: Mapping[str, list[object] | pa.Array] | None = None
) -> bytes:
    table = {
        "bucket": ["b"] * len(keys),
        "key": keys,
        "size": [7] * len(keys),
        "last_modified_date": pa.array([MOMENT] * len(keys), pa.timestamp(unit)),
        "e_tag": [ETAG] * len(keys),
        **(columns or {}),
    }
    file = io.BytesIO()
    parquet.write_table(pa.table(table), file, row_group_size=3)
    return file.getvalue()


def manifest(
    parts: dict[str, bytes], form: str = "CSV", schema: str = SCHEMA, **keys: object
) -> dict[str, bytes]:
    """The files of an inventory: its manifest and its parts."""
    files = [
        {"key": name, "size": len(content), "MD5checksum": hashlib.md5(content).hexdigest()}
        for name, content in parts.items()
    ]
    document: dict[str, object] = {"sourceBucket": "b", "version": "2016-11-30", "fileFormat": form}
    document |= {"fileSchema": schema, "files": files} | keys
    return {"manifest.json": json.dumps(document).encode(), **parts}
