"""Which inventories are read: what makes each, and how a line of it looks."""

from collections.abc import Iterator
from typing import Final, NamedTuple


class InventoryForm(NamedTuple):
    """A form of inventory.

    `example` is a line for the object `p.zarr/A/1/zarr.json` of 7 bytes, below the top of a bucket
    `b` or a folder `/d`.
    """

    made_by: str
    example: str
    tells_sizes: bool = True
    tells_times: bool = True


FORMS: Final = (
    InventoryForm("S3 Inventory, CSV", '"b","p.zarr/A/1/zarr.json","7","2026-11-25T01:02:03.000Z"'),
    InventoryForm(
        "any CSV with a header", "key,size,last_modified\np.zarr/A/1/zarr.json,7,1764032523"
    ),
    InventoryForm(
        "find /d -type f", "/d/p.zarr/A/1/zarr.json", tells_sizes=False, tells_times=False
    ),
    InventoryForm(
        r"find . -type f -printf '%s %p\n'", "7 ./p.zarr/A/1/zarr.json", tells_times=False
    ),
    InventoryForm(
        r"find /d -type f -printf '%p %s\n'", "/d/p.zarr/A/1/zarr.json 7", tells_times=False
    ),
    InventoryForm(
        r"find /d -type f -printf '%s\t%T@\t%p\n'",
        "7\t1764032523.0123456780\t/d/p.zarr/A/1/zarr.json",
    ),
    InventoryForm(
        r"find /d -printf '%y %s %T@ %p\0'", "f 7 1764032523.0123456780 /d/p.zarr/A/1/zarr.json\0"
    ),
    InventoryForm(
        "find /d -type f -print0", "/d/p.zarr/A/1/zarr.json\0", tells_sizes=False, tells_times=False
    ),
    InventoryForm("stat -c '%s %Y %n'", "7 1764032523 /d/p.zarr/A/1/zarr.json"),
    InventoryForm(
        "aws s3 ls --recursive s3://b",
        "2026-11-25 01:02:03          7 p.zarr/A/1/zarr.json",
        tells_times=False,
    ),
    InventoryForm(
        "rclone lsjson -R remote:b",
        '{"Path":"p.zarr/A/1/zarr.json","Size":7,"ModTime":"2026-11-25T01:02:03Z","IsDir":false}',
    ),
    InventoryForm(
        "rclone lsl remote:b",
        "        7 2026-11-25 01:02:03.000000000 p.zarr/A/1/zarr.json",
        tells_times=False,
    ),
    InventoryForm(
        "rclone lsf -R --format pst remote:b",
        "p.zarr/A/1/zarr.json;7;2026-11-25 01:02:03",
        tells_times=False,
    ),
    InventoryForm(
        "gsutil ls -lr gs://b", "         7  2026-11-25T01:02:03Z  gs://b/p.zarr/A/1/zarr.json"
    ),
    InventoryForm(
        "mc ls --recursive --json host/b",
        '{"type":"file","lastModified":"2026-11-25T01:02:03Z","size":7,"key":"p.zarr/A/1/zarr.json"}',
    ),
)
"""Besides: S3 Inventory with its manifest, in CSV or Parquet, and Parquet with such columns.

A time without a zone is that of an unknown machine, and is not taken.
"""


def forms_table() -> Iterator[str]:
    """The lines of a table of all forms, in Markdown."""
    yield "| made by | sizes | times |"
    yield "|---|---|---|"
    for form in FORMS:
        told = " | ".join("yes" if tells else "no" for tells in form[2:])
        yield f"| `{form.made_by}` | {told} |"
