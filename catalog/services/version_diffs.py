"""What differs between two versions of a dataset: its metadata, its stores, its wells' annotation."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pa_parquet

from catalog.errors import VersionFileLost
from catalog.models import Version
from catalog.queries.version_tables import STORES, WELLS
from catalog.services.version_files import path_of_file
from catalog.services.version_rows import NAMES, WellRows

FIRST: Final = 20
"""So many of each list are told at once; the CSV has all."""
Cells = Mapping[str, object]


class Noun(StrEnum):
    """What of a dataset differs."""

    METADATA = "metadata"
    STORE = "store"
    WELL = "well"


class Became(StrEnum):
    """What became of it from one version to the other."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Difference(NamedTuple):
    """One difference: of what, and if it changed in which key, from what to what."""

    noun: Noun
    became: Became
    id: str = ""
    """Of the store, or of the well's plate."""
    name: str = ""
    """Of the store, or of the well's plate."""
    well: str = ""
    key: str = ""
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A version by what it keeps: its metadata and its folder."""

    metadata: Cells
    folder: Path

    def path(self, name: str) -> Path:
        """Where a file of it lies; VersionFileLost if it does not."""
        path = self.folder / name
        if not path.is_file():
            raise VersionFileLost(name)
        return path


def kept(version: Version) -> Kept:
    """What a version keeps."""
    return Kept(version.metadata, path_of_file(version, WELLS).parent)


def differences(before: Kept, after: Kept) -> Iterator[Difference]:
    """All that differs, as it is found; those of one thing come one after the other."""
    yield from of_metadata(before.metadata, after.metadata)
    yield from of_stores(stores_of(before), stores_of(after))
    files = (WellRows(one.path(WELLS)) for one in (before, after))
    with closing(next(files)) as old, closing(next(files)) as new:
        yield from of_wells(old, new)


def of_metadata(before: Cells, after: Cells) -> Iterator[Difference]:
    """The keys of the metadata whose values are others."""
    for key, old, new in changed(before, after):
        yield Difference(Noun.METADATA, Became.CHANGED, key=key, before=old, after=new)


def changed(before: Cells, after: Cells) -> Iterator[tuple[str, object, object]]:
    """The keys of which two mappings say something else, with what they say; None is nothing."""
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield key, old, new


def stores_of(version: Kept) -> dict[str, dict[str, object]]:
    """The stores of a version by id; they are few beside wells, and held all."""
    rows = pa_parquet.read_table(version.path(STORES)).to_pylist()
    return {str(row["id"]): row for row in rows}


def of_stores(before: Mapping[str, Cells], after: Mapping[str, Cells]) -> Iterator[Difference]:
    """Stores that came, went, or are told of otherwise."""
    for public, row in after.items():
        name = str(row["name"])
        if public not in before:
            yield Difference(Noun.STORE, Became.ADDED, public, name)
            continue
        for key, old, new in changed(before[public], row):
            yield Difference(Noun.STORE, Became.CHANGED, public, name, "", key, old, new)
    for public, row in before.items():
        if public not in after:
            yield Difference(Noun.STORE, Became.REMOVED, public, str(row["name"]))


def of_wells(before: WellRows, after: WellRows) -> Iterator[Difference]:
    """Wells that came, went, or are annotated otherwise, plate by plate."""
    same = groups_alike(before, after)
    for plate in dict.fromkeys([*after.plates, *before.plates]):
        if plate in after.plates and same.issuperset(after.groups_of(plate)):
            continue
        old, new = only_what_differs(before.of_plate(plate), after.of_plate(plate))
        yield from of_plate(plate, by_well(old), by_well(new))


def groups_alike(before: WellRows, after: WellRows) -> frozenset[int]:
    """The row groups that say the same in both files: most of them, as a rule, and quickly found."""
    if not before.is_laid_out_like(after):
        return frozenset()
    return frozenset(
        number
        for number in range(len(after.starts) - 1)
        if not pc.any(mask_of(before.group(number), after.group(number))).as_py()
    )


def only_what_differs(one: pa.Table, other: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows of two tables of a plate that differ; all of them, if their wells are others."""
    if not one.column("well").equals(other.column("well")):
        return one, other
    mask = mask_of(one, other)
    return one.filter(mask), other.filter(mask)


def mask_of(one: pa.Table, other: pa.Table) -> pa.ChunkedArray:
    """Which rows of two tables of the same length say something else; what is empty says nothing."""
    mask = pa.chunked_array([pa.array([False] * one.num_rows, pa.bool_())])
    for name in dict.fromkeys([*one.column_names, *other.column_names]):
        here = one.column(name) if name in one.column_names else None
        there = other.column(name) if name in other.column_names else None
        if here is None or there is None:
            column = there if here is None else here
            differs = pc.is_valid(column)
        else:
            is_equal = pc.fill_null(pc.equal(here, there), fill_value=False)
            are_empty = pc.and_(pc.is_null(here), pc.is_null(there))
            differs = pc.invert(pc.or_(is_equal, are_empty))
        mask = pc.or_(mask, differs)
    return mask


def by_well(table: pa.Table) -> dict[str, dict[str, object]]:
    """The rows of a plate by the labels of their wells."""
    return {str(row["well"]): row for row in table.to_pylist()}


def of_plate(
    plate: str, before: Mapping[str, Cells], after: Mapping[str, Cells]
) -> Iterator[Difference]:
    """What differs between the wells of a plate."""
    for label, row in after.items():
        name = str(row["plate"] or "")
        if label not in before:
            yield Difference(Noun.WELL, Became.ADDED, plate, name, label)
            continue
        for key, old, new in changed(said(before[label]), said(row)):
            yield Difference(Noun.WELL, Became.CHANGED, plate, name, label, key, old, new)
    for label, row in before.items():
        if label not in after:
            yield Difference(Noun.WELL, Became.REMOVED, plate, str(row["plate"] or ""), label)


def said(row: Cells) -> dict[str, object]:
    """The annotation of a row that says anything."""
    return {key: cell for key, cell in row.items() if key not in NAMES and cell is not None}


@dataclass(slots=True)
class Some:
    """How many things something became of, and the first of them."""

    total: int = 0
    first: list[dict[str, object]] = field(default_factory=list)


def summary_of(found: Iterable[Difference]) -> dict[str, object]:
    """How many stores and wells came, went and changed, the first of each, and all of the metadata."""
    metadata: list[dict[str, object]] = []
    lists = {(noun, became): Some() for noun in (Noun.STORE, Noun.WELL) for became in Became}
    last: tuple[object, ...] = ()
    for one in found:
        change = {"key": one.key, "before": one.before, "after": one.after}
        if one.noun is Noun.METADATA:
            metadata.append(change)
            continue
        some = lists[one.noun, one.became]
        if (thing := one[:5]) != last:
            last = thing
            some.total += 1
            if some.total <= FIRST:
                some.first.append(told(one))
        if one.became is Became.CHANGED and some.total <= FIRST:
            changes = some.first[-1]["changes"]
            if isinstance(changes, list):
                changes.append(change)
    return {
        "metadata": metadata,
        **{
            f"{noun}s": {
                became.value: {
                    "total": lists[noun, became].total,
                    "first": lists[noun, became].first,
                }
                for became in Became
            }
            for noun in (Noun.STORE, Noun.WELL)
        },
    }


def told(one: Difference) -> dict[str, object]:
    """The thing that differs."""
    if one.noun is Noun.STORE:
        thing: dict[str, object] = {"id": one.id, "name": one.name}
    else:
        thing = {"plate": {"id": one.id, "name": one.name}, "well": one.well}
    return thing | ({"changes": []} if one.became is Became.CHANGED else {})


def diff_of(before: Version, after: Version) -> dict[str, object]:
    """What differs between two versions: as it was written down when the later one was made, or new."""
    if after.diff and after.diff.get("from") == before.number:
        return dict(after.diff)
    return between(before.number, kept(before), kept(after))


def between(number: int, before: Kept, after: Kept) -> dict[str, object]:
    """What differs from the version with a number, as the row of the later one keeps it."""
    return {"from": number, **summary_of(differences(before, after))}
