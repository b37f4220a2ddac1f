import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given

from catalog.models import Dataset
from plates.models import Plate, Store
from plates.pixels.statistics_table import STATISTICS
from tests import factories, stores
from tests.catalog.search.worlds import RowPlan, build, imports
from tests.catalog.services.previewed import previewed
from tests.catalog.services.validated import validated
from tests.examples import in_database
from tests.plates.services.index_oracle import Said, by_rows

pytestmark = pytest.mark.django_db
PLAN = [
    RowPlan(0, 1, {"Compound": "taxol", "Dose": "0.1", "Score": "3", "Cell_Line": "U2OS"}),
    RowPlan(0, 2, {"Compound": "DMSO", "Dose": "10"}),
]


def grid(client: Client, plate: Plate, **parameters: str) -> Any:
    answer = client.get(f"/api/v1/plates/{plate.id}/grid/", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_plate_is_drawn_from_one_answer(client: Client) -> None:
    plate = build([PLAN]).plates[0]
    told = grid(client, plate, color="dose")
    assert (told["plate"]["name"], told["shape"]) == ("plate-0", [2, 3])
    values = {well["label"]: well["values"] for well in told["wells"]}
    assert list(values) == ["A02", "A03", "B01", "B02", "B03"]
    assert [*values["A02"], *values["A03"]] == pytest.approx([1e-07, 1e-05])
    assert values["B01"] == values["B03"] == []
    assert told["readouts"]["Score"][1] == 3.0
    colors = {color["key"]: color for color in told["colors"]}
    assert set(colors) == {"fields", "Score", "cell_line", "compound", "concentration"}
    dose = colors["concentration"]
    assert (dose["scale"], dose["unit"], dose["values"]) == ("log", "mol/L", 2)
    assert (dose["low"], dose["high"]) == pytest.approx((1e-07, 1e-05))
    assert (colors["compound"]["scale"], colors["compound"]["values"]) == ("category", 2)
    assert told["color"] == dose
    assert "color" not in grid(client, plate)
    assert grid(client, plate, color="Score")["wells"][0]["values"] == [3.0]
    links = client.get(f"/api/v1/plates/{plate.id}/").json()["links"]
    assert client.get(links["grid"]).json() == grid(client, plate)


@given(plans=imports)
@in_database(15)
def test_each_well_tells_what_the_rows_of_plate_maps_say(plans: list[list[RowPlan]]) -> None:
    client = Client()
    for plate in build(plans).plates[:2]:
        said = by_rows(plate.carrier)
        told = grid(client, plate)
        for well in told["wells"]:
            terms = [told["terms"][number] for number in well["terms"]]
            found = {(one["key"], one["text"], one["number"], one["unit"]) for one in terms}
            expected = said.get(well["position"], Said())
            assert found == expected.singles.union(*expected.groups)
            numbers = {
                key: numbers[well["position"]]
                for key, numbers in told["readouts"].items()
                if numbers[well["position"]] is not None
            }
            assert numbers == expected.readouts


def test_wells_that_are_missing_or_have_findings_are_marked(
    client: Client, open_dataset: Dataset, tmp_path: Any
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/12"], missing=["B/12"], name="P")
    store = validated(factories.harvested(str(folder), into=open_dataset))
    plate = Store.objects.select_related("plate").get(pk=store.pk).plate
    assert plate is not None
    first, last = grid(client, plate)["wells"]
    assert (first["label"], first["present"], first["findings"]) == ("A01", True, [])
    assert (last["label"], last["present"]) == ("B12", False)
    assert "HCS-WELL-EXISTS" in last["findings"]


def test_a_plate_is_coloured_by_statistics_of_its_pixels(
    client: Client, open_dataset: Dataset, tmp_path: Path, settings: Any
) -> None:
    settings.PICTURES = tmp_path / "pictures"
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/2"], chunks=True, name="P")
    store = factories.harvested(str(folder), into=open_dataset)
    plate = Plate.objects.get()
    assert grid(client, plate)["pixels"] == []
    assert client.get(f"/api/v1/plates/{plate.id}/grid/?color=pixels:mean:0").status_code == 400
    previewed(store)
    (*_, last) = keys = [one["key"] for one in grid(client, plate)["pixels"]]
    assert len(keys) == len(STATISTICS) * (int(last.rpartition(":")[2]) + 1)
    for key in keys:
        _, statistic, channel = key.split(":")
        told = grid(client, plate, color=key)
        answer = client.get(
            f"/api/v1/plates/{plate.id}/statistics/", {"statistic": statistic, "channel": channel}
        ).json()["values"]
        assert {
            well["label"]: value for well in told["wells"] for value in well["values"]
        } == answer
        if answer:
            color = told["color"]
            assert (color["key"], color["scale"]) == (key, "linear")
            assert (color["low"], color["high"]) == (min(answer.values()), max(answer.values()))
    page = client.get(f"/plates/{plate.id}/", {"color": "pixels:mean:0"}).content.decode()
    assert '<option value="pixels:mean:0" selected>' in page
    assert re.search(r'class="s\d">\s*<a href="/plates/[^"]+/wells/A01/"', page)
    refused = client.get(f"/api/v1/plates/{plate.id}/grid/?color=pixels:mean:99")
    assert refused.status_code == 400
    assert "pixels:mean:0" in refused.json()["detail"]


def test_what_a_plate_is_not_told_by_is_refused_and_what_there_is_named(client: Client) -> None:
    plate = build([PLAN]).plates[0]
    answer = client.get(f"/api/v1/plates/{plate.id}/grid/", {"color": "gene"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "color")
    assert "compound" in answer.json()["detail"]
    assert client.get(f"/api/v1/plates/{plate.id}/grid/", {"colour": "gene"}).status_code == 400


def test_a_plate_takes_a_handful_of_statements(client: Client) -> None:
    plates = build([PLAN]).plates
    for plate in plates[:2]:
        with CaptureQueriesContext(connection) as seen:
            grid(client, plate)
        assert len(seen) <= 9
