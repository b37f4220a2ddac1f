"""A small catalog for search: plates in two datasets, and plate maps that say what is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from hypothesis import strategies as st

from catalog.models import Dataset
from catalog.words import Visibility
from plates.models import Plate, PlateMap, Store
from plates.platemaps.long_rows import LongRow
from plates.services.apply_plate_map import apply_rows
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests import factories
from tests.plates.services.annotating import KEYS, mapping_of, plate_snapshot, row_of

WELLS = tuple(f"{row}/{column}" for row in "AB" for column in (1, 2, 3))
COMPOUNDS = ("taxol", "Taxotere", "DMSO")
CELLS = ("U2OS", "HeLa")
fresh = count(1)


class RowPlan(NamedTuple):
    """One row of a plate map: which plate, which well, which cells."""

    plate: int
    well: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class World:
    """What was built."""

    seen: Dataset
    hidden: Dataset
    plates: list[Plate]


_doses = st.sampled_from(["0.1", "1", "10"])
_compounds = st.sampled_from(COMPOUNDS)
cells = st.fixed_dictionaries(
    {},
    optional={
        "Compound": _compounds,
        "Compound_1": _compounds,
        "Compound_2": _compounds,
        "Dose": _doses,
        "Dose_2": _doses,
        "Cell_Line": st.sampled_from([*CELLS, "hela"]),
        "Temperature": st.sampled_from(["290", "310"]),
        "Score": st.sampled_from(["-1.5", "0.25", "3"]),
    },
)
rows = st.builds(RowPlan, st.integers(0, 3), st.integers(0, len(WELLS) - 1), cells)
imports = st.lists(st.lists(rows, min_size=1, max_size=14), max_size=3)
_treated = st.fixed_dictionaries(
    {"Compound": _compounds, "Dose": _doses},
    optional={"Compound_2": _compounds, "Dose_2": _doses},
)
_treated_rows = st.builds(RowPlan, st.integers(0, 3), st.integers(0, len(WELLS) - 1), _treated)
treated_imports = st.lists(st.lists(_treated_rows, min_size=8, max_size=20), min_size=1, max_size=2)


def build(plans: Sequence[Sequence[RowPlan]]) -> World:
    """Two plates in each of two datasets, the first without one of its wells; plans are imported in both."""
    seen = factories.dataset()
    hidden = factories.dataset(visibility=Visibility.OWNER)
    plates = [
        plate_in(dataset, f"plate-{number}", but=0 if number == 0 else None)
        for dataset in (seen, hidden)
        for number in range(2)
    ]
    for plan in plans:
        for number, dataset in enumerate((seen, hidden)):
            apply_in(dataset, [row for row in plan if row.plate // 2 == number])
    return World(seen, hidden, plates)


def plate_in(dataset: Dataset, name: str, *, but: int | None = None) -> Plate:
    """A plate of which all wells are there, or all but one."""
    url = f"s3://somewhere/{next(fresh)}.zarr"
    shown = plate_snapshot(name, *(well for number, well in enumerate(WELLS) if number != but))
    store = store_at(url, scope=dataset.serial)[0]
    load_snapshot(store, shown, layouts={})
    plate = Store.objects.select_related("plate__carrier").get(pk=store.pk).plate
    assert plate is not None
    return plate


def apply_in(dataset: Dataset, plan: Sequence[RowPlan]) -> None:
    """An import of some rows."""
    made = PlateMap.objects.create(scope=dataset.serial, digest=f"files {next(fresh)}")
    told: list[LongRow] = [
        row_of(number, f"plate-{row.plate % 2}", WELLS[row.well], **row.cells)
        for number, row in enumerate(plan, 2)
    ]
    apply_rows(plate_map=made, mapping=mapping_of(), rows=told, keys=KEYS, by="ann")
