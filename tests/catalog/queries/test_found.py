from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset
from plates.models import PlateMap
from plates.services.apply_plate_map import apply_rows
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests import factories, stores
from tests.catalog.search.worlds import RowPlan, build
from tests.catalog.services.validated import validated
from tests.plates.services.annotating import KEYS, image_snapshot, mapping_of, row_of

pytestmark = pytest.mark.django_db


def names(client: Client, of: str, q: str, key: str = "name") -> list[str]:
    answer = client.get(f"/api/v1/{of}/", {"q": q})
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == len(answer.json()["results"])
    return [row[key] for row in answer.json()["results"]]


def test_a_plate_is_found_by_any_of_its_wells(client: Client) -> None:
    world = build([[RowPlan(1, 0, {"Compound": "taxol"}), RowPlan(2, 1, {"Compound": "taxol"})]])
    assert names(client, "plates", "compound:taxol") == ["plate-1"]
    assert names(client, "plates", "") == ["plate-0", "plate-1"]
    assert names(client, "plates", "compound:none") == ["plate-0", "plate-1"]
    assert names(client, "datasets", "compound:taxol", "slug") == [world.seen.slug]
    client.force_login(factories.operator())
    assert names(client, "plates", "compound:taxol") == ["plate-1", "plate-0"]
    both = [world.seen.slug, world.hidden.slug]
    assert names(client, "datasets", "compound:taxol", "slug") == both


def test_an_image_is_found_by_itself(client: Client, open_dataset: Dataset) -> None:
    store = store_at("s3://somewhere/images.zarr", scope=open_dataset.serial)[0]
    load_snapshot(store, image_snapshot("one", "two", "three"), layouts={})
    made = PlateMap.objects.create(scope=open_dataset.serial, digest="a file")
    told = [row_of(2, "", "two", Compound="taxol")]
    apply_rows(plate_map=made, mapping=mapping_of(images=True), rows=told, keys=KEYS, by="ann")
    assert names(client, "images", "compound:taxol", "path") == ["two"]
    assert names(client, "images", "-compound:taxol", "path") == ["one", "three"]
    assert names(client, "datasets", "compound:taxol", "slug") == [open_dataset.slug]
    assert names(client, "plates", "compound:taxol") == []


@pytest.mark.parametrize("of", ["plates", "images", "datasets", "findings"])
def test_a_wrong_query_is_refused_with_its_column(client: Client, of: str) -> None:
    answer = client.get(f"/api/v1/{of}/", {"q": "edge:maybe"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "q"
    assert answer.json()["column"] == 1


def test_findings_are_those_of_the_stores_of_what_is_found(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        wells = ["A/1", "A/2"]
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=wells, missing=wells[:1], name=name)
        validated(factories.harvested(str(folder), into=open_dataset))

    def found(q: str) -> set[str]:
        answer = client.get("/api/v1/findings/", {"q": q, "rule": "HCS-WELL-EXISTS"})
        assert answer.status_code == 200, answer.content
        return {finding["store"]["name"] for finding in answer.json()["results"]}

    both = found("")
    assert len(both) == 2
    assert found("plate:one") | found("plate:two") == both
    assert len(found("plate:one")) == 1
    assert found("plate:three") == set()
