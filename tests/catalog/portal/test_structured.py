import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Person
from catalog.words import Visibility
from plates.models import Plate
from tests import factories, stores

pytestmark = pytest.mark.django_db


def told(client: Client, path: str) -> Any:
    html = client.get(path).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(found[0]) if found else None


@pytest.fixture
def plate(tmp_path: Path, open_dataset: Dataset) -> Plate:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], name="P <1>")
    factories.harvested(str(folder), into=open_dataset)
    return Plate.objects.get()


def test_a_public_dataset_is_told_as_schema_org_has_it(
    client: Client, open_dataset: Dataset
) -> None:
    open_dataset.title = "Ends </script> here & goes on"
    open_dataset.licence = "CC-BY-4.0"
    open_dataset.save()
    Person.objects.create(dataset=open_dataset, name="Ann", orcid="0000-0002-1825-0097")
    about = told(client, f"/datasets/{open_dataset.slug}/")
    assert about["@type"] == "Dataset"
    assert about["name"] == open_dataset.title
    assert about["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert about["creator"][0]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert about["url"] == f"http://testserver/datasets/{open_dataset.slug}/"


def test_a_plate_is_a_part_of_its_dataset(client: Client, plate: Plate) -> None:
    about = told(client, f"/plates/{plate.id}/")
    assert about["name"] == "P <1>"
    assert about["isPartOf"]["url"] == "http://testserver/datasets/open/"


def test_of_what_is_not_public_machines_are_told_nothing(client: Client) -> None:
    hidden = factories.dataset(visibility=Visibility.INSTITUTE)
    client.force_login(factories.user())
    assert told(client, f"/datasets/{hidden.slug}/") is None


def test_the_sitemap_names_what_everybody_sees(client: Client, plate: Plate) -> None:
    hidden = factories.dataset(visibility=Visibility.OWNER)
    client.force_login(factories.operator())
    assert b"sitemap-plates.xml" in client.get("/sitemap.xml").content
    datasets = client.get("/sitemap-datasets.xml").content.decode()
    assert "/datasets/open/" in datasets
    assert hidden.slug not in datasets
    assert f"/plates/{plate.id}/" in client.get("/sitemap-plates.xml").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
