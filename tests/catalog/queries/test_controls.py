from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Dataset
from tests import factories
from tests.catalog.services.mapped import LAYOUT, applied

pytestmark = pytest.mark.django_db
WELLS = "/api/v1/wells/"


@pytest.fixture(autouse=True)
def plate(plate_folder: Path, open_dataset: Dataset) -> None:
    """A plate whose first well is a negative control."""
    factories.harvested(str(plate_folder), into=open_dataset)
    applied(open_dataset, LAYOUT)


def test_a_well_comes_with_the_controls_of_its_plate(client: Client) -> None:
    asked = {"q": "compound:nutlin*", "controls": "true"}
    (well,) = client.get(WELLS, asked).json()["results"]
    assert well["label"] == "A02"
    assert well["controls"] == {"negative": ["A01"], "positive": []}
    (well,) = client.get(WELLS, {"q": "compound:nutlin*"}).json()["results"]
    assert "controls" not in well


def test_controls_take_as_many_statements_however_many_wells_there_are(client: Client) -> None:
    numbers = set()
    for limit in ("1", "2", "3"):
        with CaptureQueriesContext(connection) as statements:
            client.get(WELLS, {"q": "annotated:yes", "controls": "true", "limit": limit})
        numbers.add(len(statements))
    assert len(numbers) == 1


def test_whether_controls_are_wanted_is_said_plainly(client: Client) -> None:
    answer = client.get(WELLS, {"controls": "maybe"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "controls"
