from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import NotUnderstood
from catalog.queries import found_table
from catalog.queries.found_keys import MOST_TREATMENTS
from catalog.queries.table_columns import TEXT, KeyColumn, Rows, TableColumn, headers_of
from plates.models import Plate, Well
from plates.platemaps.keys import KeyKind
from tests import factories, stores
from tests.catalog.queries.tabled import Told, plainly, said_there, table_of
from tests.catalog.search.worlds import RowPlan, apply_in, build, cells

pytestmark = pytest.mark.django_db
TREATED = {"Compound": "taxol", "Dose": "1"}
QUERIES = ("", "compound:taxol", "-compound:*", "concentration:>=1uM", "well:A02 OR cell_line:U2OS")
shown = st.fixed_dictionaries({}, optional={"Remark": st.sampled_from(["fine", "two\nlines", "="])})
rich = st.lists(
    st.lists(
        st.builds(
            lambda row, more: row._replace(cells={**row.cells, **more}),
            st.builds(RowPlan, st.integers(0, 1), st.integers(0, 5), cells),
            shown,
        ),
        min_size=1,
        max_size=10,
    ),
    max_size=3,
)


def columns_of(row: Told) -> list[str]:
    names = list(row)
    return names[names.index("acquisitions") + 1 :]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plans=rich, query=st.sampled_from(QUERIES), at_once=st.sampled_from([1, 2, 100]))
def test_a_table_says_of_each_well_what_the_annotation_rows_say(
    plans: list[list[RowPlan]], query: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found_table, "WELLS_AT_ONCE", at_once)
    world = build(plans)
    rows = table_of(
        f"dataset:{world.seen.slug} ({query})" if query else f"dataset:{world.seen.slug}"
    )
    plates = {str(plate.id): plate for plate in world.plates[:2]}
    for row in rows:
        plate = plates[row["plate_id"]]
        well = Well.objects.get(plate=plate, label=row["well"])
        assert said_there(row) == plainly(plate, well.position)
    # No key has columns of which nothing was found.
    names = columns_of(rows[0]) if rows else []
    keys = {name.split(" [")[0] for name in names}
    assert keys == {name.split(" [")[0] for row in rows for name in said_there(row)}


def test_rows_come_in_the_order_of_search_and_others_plates_not_at_all() -> None:
    world = build([[RowPlan(2, 0, TREATED)]])
    rows = table_of("")
    assert {row["dataset"] for row in rows} == {world.seen.slug}
    labels = [
        label
        for plate in world.plates[:2]
        for label in Well.objects.filter(plate=plate)
        .order_by("position")
        .values_list("label", flat=True)
    ]
    assert [row["well"] for row in rows] == labels
    # Not even the name of a key tells of them.
    assert "compound" not in rows[0]


def test_several_values_stand_on_a_line_each_and_breaks_within_are_told_from_those_between() -> (
    None
):
    world = build([[RowPlan(0, 1, {"Remark": "one\ntwo"}), RowPlan(0, 1, {"Remark": "three"})]])
    (row,) = table_of(f"dataset:{world.seen.slug} annotated:yes")
    assert row["Remark"] == "one\n two\nthree"


def test_chosen_keys_have_their_columns_in_order_whatever_is_found() -> None:
    world = build(
        [[RowPlan(0, 1, {**TREATED, "Compound_1": "DMSO", "Dose_2": "3", "Cell_Line": "U2OS"})]]
    )
    of_dataset = f"dataset:{world.seen.slug}"
    (row, *_) = table_of(f"{of_dataset} compound:*", keys=["Cell Line", "CONCENTRATION", "gene"])
    assert columns_of(row) == [
        "cell_line",
        "concentration",
        "concentration [mol/L]",
        "concentration [2]",
        "concentration [2, mol/L]",
        "gene",
        "gene [2]",
    ]
    (row, *_) = table_of(f"{of_dataset} -compound:*", keys=["cell_line"])
    assert list(row)[-1] == "cell_line"
    assert row["cell_line"] is None
    (row, *_) = table_of(of_dataset, keys=[])
    assert list(row)[-1] == "acquisitions"


def test_a_treatment_has_its_place_whichever_keys_are_shown() -> None:
    world = build(
        [
            [
                RowPlan(0, 1, {"Compound": "taxol", "Dose": "1"}),
                RowPlan(0, 1, {"Compound": "taxol", "Dose": "10"}),
            ]
        ]
    )
    (row,) = table_of(f"dataset:{world.seen.slug} compound:*", keys=["compound"])
    assert (row["compound"], row["compound [2]"]) == ("taxol", "taxol")


def test_a_key_that_is_none_is_refused_and_one_that_was_meant_is_named() -> None:
    world = build([[RowPlan(0, 1, TREATED)]])
    with pytest.raises(NotUnderstood, match=r"no key 'compuond'. Did you mean compound"):
        table_of(f"dataset:{world.seen.slug}", keys=["compuond"])


def test_more_treatments_than_a_table_has_columns_for_are_refused_but_other_keys_are_not() -> None:
    world = build([])
    doses = range(MOST_TREATMENTS + 1)
    apply_in(
        world.seen, [RowPlan(0, 1, {"Dose": str(dose), "Cell_Line": "HeLa"}) for dose in doses]
    )
    with pytest.raises(NotUnderstood, match="21 treatments"):
        table_of(f"dataset:{world.seen.slug}")
    (row,) = table_of(f"dataset:{world.seen.slug} cell_line:*", keys=["cell_line"])
    assert row["cell_line"] == "HeLa"


def test_a_well_says_where_it_lies_and_what_shows_it(tmp_path: Path) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr", wells=["A/1", "B/03"], missing=["A/1"], fields=2, name="p", barcode="X1",
        acquisitions=({"id": 0}, {"id": 3}),
    )  # fmt: skip
    store = factories.harvested(str(folder), into=factories.dataset("open"))
    later = factories.harvested(
        str(stores.plate(tmp_path / "q.zarr", wells=["B/03"], name="p", barcode="X1")),
        into=factories.dataset("later"),
    )
    (row,) = table_of("dataset:open well:B03")
    assert store.plate is not None
    assert later.plate is not None
    url = store.locations.get().url
    expected = {
        "plate_id": str(store.plate.id), "plate": "p", "barcode": "X1", "dataset": "open",
        "well": "B03", "row": 1, "column": 2, "store_id": str(store.id), "store_url": url,
        "path": "B/03", "File Path": f"{url}/B/03", "stores": 1, "fields": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    (gone,) = table_of("dataset:open well:A01")
    assert (gone["path"], gone["File Path"], gone["fields"]) == (None, None, 0)


def test_a_field_says_where_it_lies_and_how_it_is_built(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/03"], fields=2, missing=["B/03/0"])
    store = factories.harvested(str(folder), into=factories.dataset("open"))
    plate = Plate.objects.get()
    assert store.plate == plate
    rows = table_of("dataset:open", rows=Rows.FIELDS)
    assert [row["path"] for row in rows] == ["A/01/0", "A/01/1", "B/03/1"]
    url = store.locations.get().url
    last = rows[-1]
    assert last["File Path"] == f"{url}/B/03/1"
    assert (last["axes"], last["dtype"], last["levels"]) == ("czyx", "uint16", 2)
    assert last["shape"] == "2x1x16x16"
    assert last["channels"] == "DAPI\nGFP"
    layout = store.fields.filter(layout__isnull=False)[0].layout
    assert layout is not None
    assert last["pixel_size_x"] == layout.pixel_size_x


def test_a_key_that_is_called_like_a_column_has_another_header() -> None:
    fixed = [TableColumn("plate", TEXT, ""), TableColumn("File Path", TEXT, "")]
    columns = [
        KeyColumn(1, "Plate", KeyKind.TERM),
        KeyColumn(2, "x", KeyKind.TEXT),
        KeyColumn(2, "X", KeyKind.READOUT),
    ]
    assert headers_of(fixed, columns) == ["Plate [term]", "x", "X [readout]"]
    assert headers_of([], [KeyColumn(1, "d", KeyKind.QUANTITY, 1, "mol/L")]) == ["d [2, mol/L]"]
    assert KeyColumn(1, "d", KeyKind.QUANTITY, 0, "").header == "d [number]"
    assert columns[2].type == pa.float64()
