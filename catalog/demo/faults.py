"""What goes wrong with a plate on its way to the storage, done to one on purpose."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Faults:
    """Where a store is broken, as paths in it."""

    absent_well: str
    absent_field: str
    cut_document: str
    absent_array: str


FAULTS = Faults(
    absent_well="C/05",
    absent_field="B/04/1",
    cut_document="D/07/0/zarr.json",
    absent_array="B/08/0/1",
)


def break_store(folder: Path) -> None:
    """Take away a well, a field and an array that are listed, and half of a document."""
    for absent in (FAULTS.absent_well, FAULTS.absent_field, FAULTS.absent_array):
        shutil.rmtree(folder / absent)
    document = folder / FAULTS.cut_document
    content = document.read_bytes()
    document.write_bytes(content[: len(content) // 2])
