"""What differs between two versions, against a plain comparison of their tables."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Dataset, Version
from catalog.queries.table_columns import OF_STORES, OF_WELL
from catalog.services.version_diffs import (
    FIRST,
    Became,
    Difference,
    Noun,
    diff_of,
    differences,
    kept,
    of_wells,
    summary_of,
)
from catalog.services.version_files import path_of_file
from catalog.services.version_rows import WellRows
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, applied, undone
from tests.catalog.services.published import published

FIXED = {column.name for column in (*OF_WELL, *OF_STORES)}
Row = dict[str, Any]
KEYS = ("compound", "dose [mol/L]", "gene")


def plainly(before: list[Row], after: list[Row]) -> set[tuple[Any, ...]]:
    """What differs between two tables of wells, worked out well by well."""
    old = {(row["plate_id"], row["well"]): row for row in before}
    new = {(row["plate_id"], row["well"]): row for row in after}
    found: set[tuple[Any, ...]] = {("added", *spot) for spot in new.keys() - old.keys()}
    found |= {("removed", *spot) for spot in old.keys() - new.keys()}
    for spot in old.keys() & new.keys():
        for key in (old[spot].keys() | new[spot].keys()) - FIXED:
            values = old[spot].get(key), new[spot].get(key)
            if values[0] != values[1]:
                found.add(("changed", *spot, key, *values))
    return found


def told(found: Iterator[Difference]) -> set[tuple[Any, ...]]:
    """The same of what was found; nothing is told twice."""
    lines = [
        (one.became.value, one.id, one.well)
        + ((one.key, one.before, one.after) if one.became is Became.CHANGED else ())
        for one in found
        if one.noun is Noun.WELL
    ]
    assert len(lines) == len(set(lines))
    return set(lines)


cells = st.fixed_dictionaries(
    {},
    optional={
        "compound": st.sampled_from(["taxol", "DMSO"]),
        "dose [mol/L]": st.sampled_from([1.0, 2.0]),
        "gene": st.sampled_from(["TP53"]),
    },
)
spots = st.dictionaries(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), cells, max_size=12)


def table(of: dict[tuple[str, int], Row], keys: tuple[str, ...]) -> tuple[pa.Table, list[Row]]:
    """A table of wells as a version has it, the plates in some order and their rows together."""
    rows = [
        {"plate_id": plate, "plate": f"plate {plate}", "well": f"A{number:02}", **said}
        for (plate, number), said in of.items()
    ]
    order = list(dict.fromkeys(row["plate_id"] for row in rows))
    rows.sort(key=lambda row: order.index(row["plate_id"]))
    names = ["plate_id", "plate", "well", *keys]
    kinds = {"dose [mol/L]": pa.float64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in names])
    wide = [{name: row.get(name) for name in names} for row in rows]
    return pa.Table.from_pylist(wide, schema=schema), wide


def keys_of(of: dict[tuple[str, int], Row]) -> tuple[str, ...]:
    """The keys that anything has: others have no column."""
    return tuple(key for key in KEYS if any(key in said for said in of.values()))


@settings(max_examples=60, deadline=None)
@given(before=spots, after=spots, size=st.integers(1, 5))
def test_wells_differ_as_a_plain_comparison_says(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[tuple[str, int], Row],
    after: dict[tuple[str, int], Row],
    size: int,
) -> None:
    folder = tmp_path_factory.mktemp("wells")
    plain = []
    for name, of in (("old", before), ("new", after)):
        written, rows = table(of, keys_of(of))
        pa_parquet.write_table(written, folder / name, row_group_size=size)
        plain.append(rows)
    found = of_wells(WellRows(folder / "old"), WellRows(folder / "new"))
    assert told(found) == plainly(*plain)


@pytest.fixture
def two(open_dataset: Dataset, plate_folder: Path, versions: Path) -> tuple[Version, Version]:
    """Two versions of a dataset, between which much has happened."""
    factories.harvested(str(plate_folder), into=open_dataset)
    imported = applied(open_dataset, LAYOUT)
    first = published(open_dataset)
    undone(imported)
    applied(open_dataset, LAYOUT.replace("Etoposide", "Taxol"))
    Dataset.objects.filter(pk=open_dataset.pk).update(licence="CC0-1.0")
    shutil.rmtree(plate_folder)
    stores.plate(plate_folder, wells=["A/1", "A/2", "B/03", "C/4"], fields=2, name="small")
    factories.harvested(str(plate_folder), into=open_dataset)
    other = stores.plate(plate_folder.with_name("other.zarr"), wells=["A/1"], name="other")
    factories.harvested(str(other), into=open_dataset)
    return first, published(open_dataset)


def rows_of(version: Version) -> list[Row]:
    return list(pa_parquet.read_table(path_of_file(version, "wells.parquet")).to_pylist())


@pytest.mark.django_db
def test_two_versions_differ_in_what_happened_between_them(two: tuple[Version, Version]) -> None:
    first, second = two
    found = list(differences(kept(first), kept(second)))
    assert told(iter(found)) == plainly(rows_of(first), rows_of(second))
    assert [one[5:] for one in found if one.noun is Noun.METADATA] == [
        ("licence", "CC-BY-4.0", "CC0-1.0")
    ]
    of_stores = [one for one in found if one.noun is Noun.STORE]
    assert {one.key for one in of_stores if one.became is Became.CHANGED} >= {"digest", "wells"}
    assert [one.name for one in of_stores if one.became is Became.ADDED] == ["other"]


@pytest.mark.django_db
def test_the_summary_counts_things_and_names_the_first(two: tuple[Version, Version]) -> None:
    first, second = two
    short: dict[str, Any] = diff_of(first, second)
    assert (short["from"], second.diff) == (1, short)
    assert short["metadata"] == [{"key": "licence", "before": "CC-BY-4.0", "after": "CC0-1.0"}]
    assert short["wells"]["added"]["total"] == 2
    (well,) = short["wells"]["changed"]["first"]
    assert well["well"] == "B03"
    assert {"key": "compound", "before": "Etoposide", "after": "Taxol"} in well["changes"]
    # Backwards it was not written down, and is worked out.
    back: dict[str, Any] = diff_of(second, first)
    assert back["wells"]["removed"]["total"] == 2


@pytest.mark.django_db
def test_a_version_does_not_differ_from_itself(two: tuple[Version, Version]) -> None:
    assert list(differences(kept(two[0]), kept(two[0]))) == []


def test_a_summary_is_bounded() -> None:
    many = (
        Difference(Noun.WELL, Became.CHANGED, "p", "plate", f"W{number}", key, 1, 2)
        for number in range(FIRST + 5)
        for key in ("a", "b")
    )
    wells: Any = summary_of(many)["wells"]
    assert wells["changed"]["total"] == FIRST + 5
    assert len(wells["changed"]["first"]) == FIRST
    assert all(len(well["changes"]) == 2 for well in wells["changed"]["first"])
